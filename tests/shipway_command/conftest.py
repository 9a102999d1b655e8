"""Programs to try the adapter with, each written into a folder of its test."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from shipway_command.adapter import Command
from shipway_command.options import CommandOptions
from shipway_plugins import EnvironmentContext
from shipway_plugins.testing import RecordingReporter, Samples

#: A store in a folder, as a program that answers every call.
STORE = Path(__file__).parent / "store_program.py"


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], str]:
    """Write a shell script, and give its path."""

    def write(body: str, name: str = "program.sh") -> str:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        return str(path)

    return write


@pytest.fixture
def command(script, tmp_path: Path) -> Callable[..., Command]:
    """Make the adapter over a shell script that answers every call."""

    def make(body: str, **options) -> Command:
        switches = {"unpublish": True, "status": True, "live": True, **options}
        context = EnvironmentContext(name="test", data_dir=tmp_path / "data")
        return Command(CommandOptions(program=script(body), **switches), context)

    return make


@pytest.fixture
def make_store(tmp_path: Path) -> Callable[..., Command]:
    """Make the adapter over the program that is a whole store."""

    def make(**options) -> Command:
        chosen = CommandOptions(
            program=sys.executable,
            arguments=[str(STORE)],
            unpublish=True,
            status=True,
            live=True,
            targets=True,
            environment={"STORE": str(tmp_path / "store")},
            **{"credentials": {"STORE_TOKEN": "t0k3n-of-the-store"}, **options},
        )
        context = EnvironmentContext(name="test", data_dir=tmp_path / "data")
        return Command(chosen, context)

    return make


@pytest.fixture
def samples(tmp_path: Path) -> Samples:
    folder = tmp_path / "samples"
    folder.mkdir()
    return Samples(folder)


@pytest.fixture
def report() -> RecordingReporter:
    return RecordingReporter()
