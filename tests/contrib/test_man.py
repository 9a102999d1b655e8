"""The man pages: one for each command, with all that its help says, and clean roff."""

import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from shipway_tui.commands.root import MODULES, shipway

MAN = Path(__file__).parents[2] / "contrib" / "man.py"


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, Path]:
    """Every page, by its name."""
    folder = tmp_path_factory.mktemp("man")
    subprocess.run([sys.executable, str(MAN), str(folder)], check=True, timeout=120)
    return {path.name.removesuffix(".1"): path for path in folder.glob("*.1")}


def test_every_command_has_a_page_with_its_options_and_examples(pages):
    assert pages.keys() == {"shipway", "shipwayd", *(f"shipway-{name}" for name in MODULES)}
    context = click.Context(shipway)
    for name in MODULES:
        text = pages[f"shipway-{name}"].read_text().replace("\\-", "-")
        command = shipway.get_command(context, name)
        inside = command.commands.values() if isinstance(command, click.Group) else [command]
        options = {word for one in inside for param in one.params for word in param.opts}
        assert [word for word in options if word.startswith("--") and word not in text] == []
        assert f"$ shipway {name}" in text or f"shipway {name}" in text.partition(".SH EXAMPLES")[2]


@pytest.mark.e2e
@pytest.mark.parametrize(
    "check", [("groff", "-man", "-Tutf8", "-ww", "-z"), ("mandoc", "-Tlint", "-Wwarning")]
)
def test_the_pages_are_clean_roff(pages, check):
    if shutil.which(check[0]) is None:
        pytest.skip(f"{check[0]} is not installed")
    for path in pages.values():
        ran = subprocess.run([*check, str(path)], capture_output=True, text=True, timeout=60)
        assert (ran.stdout, ran.stderr, ran.returncode) == ("", "", 0)
