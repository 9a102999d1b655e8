"""`docs/plugins.md`, followed to the letter: every file written, every command typed."""

import os
import subprocess
from pathlib import Path

import pytest
from support.daemon import short_folder
from support.pages import ROOT, blocks
from support.venvs import Venv

PAGE = "plugins.md"
EXAMPLE = ROOT / "contrib" / "example-plugin"

FILES = [block for block in blocks(PAGE) if block.file is not None]
TYPED = [block for block in blocks(PAGE) if block.kind == "console"]


@pytest.mark.parametrize("block", FILES, ids=lambda block: block.file)
def test_the_files_of_the_page_are_those_of_the_example(block) -> None:
    """To the letter, so that what one of them proves is true of the other."""
    assert block.text == (EXAMPLE / block.file).read_text()


def test_no_file_of_the_example_is_missing_on_the_page() -> None:
    """But for its README."""
    there = {str(path.relative_to(EXAMPLE)) for path in EXAMPLE.rglob("*.*") if path.is_file()}
    there = {name for name in there if name.endswith((".py", ".toml"))}
    assert {block.file for block in FILES} == there


def script(folder: Path) -> str:
    """What a reader does: the first commands, the files, the other commands."""
    first, *rest = TYPED
    written = "".join(
        f"cat > {block.file} <<'END OF FILE'\n{block.text}END OF FILE\n" for block in FILES
    )
    return f"cd {folder}\n{first.commands()}{written}{''.join(one.commands() for one in rest)}"


@pytest.mark.e2e
def test_the_page_leads_to_an_available_environment() -> None:
    """In an empty folder, with an environment of Python that knows no shelf."""
    with short_folder() as folder:
        venv = Venv(folder / "venv")
        shipway = venv.bin / "shipway"
        shipway.write_text(f'#!/bin/sh\nexec {venv.python} -P -m shipway_tui "$@"\n')
        shipway.chmod(0o755)
        (folder / "typed.sh").write_text(script(folder))
        surroundings = {
            "PATH": f"{venv.bin}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "SHIPWAY_HOME": str(folder / "home"),
        }
        set_up = [f"{name}={value}" for name, value in surroundings.items()]
        try:
            said = venv.run("env", *set_up, "sh", "-eu", str(folder / "typed.sh"))
        finally:
            end = ["env", *set_up, str(shipway), "daemon", "stop"]
            subprocess.run(end, capture_output=True, timeout=60, check=False)
        assert " passed" in said
        assert "failed" not in said
        assert "Shelf" in said
        assert f"The shelf in {folder / 'shelf'} can be read." in said
