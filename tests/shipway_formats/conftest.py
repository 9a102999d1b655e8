"""What the tests of the inspectors share: asking them as the worker does, and building archives."""

import io
import json
import os
import plistlib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from shipway_formats import shipway_formats
from shipway_plugins import Inspector
from shipway_plugins.words import Inspection

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tui" / "shipway_tui" / "samples"
CORPUS = Path(os.environ.get("SHIPWAY_CORPUS", ROOT.parent / "shared" / "corpus"))

INSPECTORS: list[Inspector] = []
shipway_formats(INSPECTORS.append)


def ask(file: BinaryIO, name: str) -> Inspection:
    """Ask the inspectors in order, as the worker does: the first that claims the file reads it."""
    file.seek(0)
    head = file.read(4096)
    for inspector in INSPECTORS:
        if inspector.claims(head, file):
            return inspector.identify(file, Path(name))
    raise AssertionError("the last inspector claims everything")


@pytest.fixture(scope="session")
def identify() -> Callable[..., Inspection]:
    """Identify bytes under a name, or a file."""

    def identify(what: bytes | Path, name: str = "") -> Inspection:
        if isinstance(what, bytes):
            return ask(io.BytesIO(what), name)
        with what.open("rb") as file:
            return ask(file, name or what.name)

    return identify


@pytest.fixture(scope="session")
def samples() -> Path:
    return SAMPLES


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Return the folder of real binaries, or skip: it is no part of the project."""
    if not CORPUS.is_dir():
        pytest.skip(f"no corpus at {CORPUS}; set SHIPWAY_CORPUS")
    return CORPUS


@pytest.fixture(scope="session")
def archive() -> Callable[[dict[str, bytes]], bytes]:
    """Build a ZIP archive in memory."""

    def build(files: dict[str, bytes]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            for name, data in files.items():
                made.writestr(name, data)
        return out.getvalue()

    return build


@pytest.fixture(scope="session")
def ipa(archive: Callable[[dict[str, bytes]], bytes]) -> Callable[..., bytes]:
    """Build an IPA around an Info.plist: a dictionary, or the bytes of one."""

    def build(info: dict[str, Any] | bytes, fmt: Any = plistlib.FMT_XML) -> bytes:
        data = info if isinstance(info, bytes) else plistlib.dumps(info, fmt=fmt)
        return archive({"Payload/A.app/Info.plist": data, "Payload/A.app/A": b"program"})

    return build


def corpus_cases(*formats: str) -> list[Any]:
    """List what the oracle says, a case per file; one that skips where there is no corpus."""
    if not (CORPUS / "expected.json").is_file():
        return [pytest.param({}, id="no-corpus")]
    cases = json.loads((CORPUS / "expected.json").read_text())
    wanted = [case for case in cases if not formats or case["format"] in formats]
    return [pytest.param(case, id=case["path"]) for case in wanted]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each test of the corpus its cases: `apk_case`, `ipa_case`, `any_case`, `hostile`."""
    for name, formats in (("apk_case", ("apk",)), ("ipa_case", ("ipa",)), ("any_case", ())):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, corpus_cases(*formats))
    if "hostile" in metafunc.fixturenames:
        folder = CORPUS / "hostile"
        found = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else ["no-corpus"]
        metafunc.parametrize("hostile", found)
