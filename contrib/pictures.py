"""Takes a picture of every screen, from the demo's data, for somebody to look at.

Each is taken in the themes and sizes that are named below. An SVG is made a PNG by `rsvg-convert`
(librsvg), which is quick and loses a space here and there; by chromium for the documents, and where
librsvg is missing::

    .venv/bin/python contrib/pictures.py /tmp/pictures
    .venv/bin/python contrib/pictures.py /tmp/pictures --only versions,help --theme textual-light
    .venv/bin/python contrib/pictures.py docs/images --docs
"""

import argparse
import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from shipway_client.client import Client
from shipway_client.wire import AddFolder, UnknownBinary
from shipway_tui.config.settings import Settings, TuiSettings
from shipway_tui.demo.home import DemoHome, throw_away_home
from shipway_tui.demo.way import walk
from shipway_tui.tui.app import ShipwayApp
from textual.widgets import Input, TextArea

if TYPE_CHECKING:
    from textual.pilot import Pilot

THEMES = ("textual-dark", "textual-light", "monochrome")
SIZES = ((80, 24), (120, 40))
#: How long a screen may take to show what the daemon knows.
SECONDS = 30.0
#: How long a worker may take to answer before it counts as one that waits for the user.
ANSWER_SECONDS = 2.0
#: Workers that run as long as the application does.
PATIENT = frozenset({"feed", "inbox", "form"})


@dataclass(frozen=True)
class Shot:
    """A screen by its name, and the keys that lead to it."""

    name: str
    keys: tuple[str, ...] = ()


SHOTS = (
    Shot("profiles"),
    Shot("filter", ("slash", *"sample")),
    Shot("versions", ("enter",)),
    Shot("marked", ("enter", "space", "j", "space")),
    Shot("version", ("enter", "enter")),
    Shot("binary", ("enter", "enter", "i")),
    Shot("notes", ("enter", "n")),
    Shot("rules", ("e",)),
    Shot("environments", ("2",)),
    Shot("review", ("2", "p")),
    Shot("environment-form", ("2", "a", "enter")),
    Shot("unpublish", ("2", "u")),
    Shot("jobs", ("3",)),
    Shot("job", ("3", "enter")),
    Shot("activity", ("4",)),
    Shot("plugins", ("5",)),
    Shot("folders", ("6",)),
    Shot("folder-form", ("6", "a")),
    Shot("inbox", ("6", "i")),
    Shot("file-prompt", ("6", "i", "f")),
    Shot("daemon", ("0",)),
    Shot("doctor", ("0", "d")),
    Shot("prune", ("0", "P")),
    Shot("uploads", ("0", "u")),
    Shot("add-files", ("A",)),
    Shot("inspect", ("I",)),
    Shot("help", ("question_mark",)),
    Shot("palette", ("colon",)),
    Shot("themes", ("T",)),
)
#: The few that are kept in docs/images, each with the name of its file.
KEPT = {
    "environments": "tui",
    "version": "version",
    "review": "review",
    "job": "job",
    "help": "help",
}
KEPT_SIZE = (100, 28)


async def prepare(client: Client, home: DemoHome) -> None:
    """Go the demo's way, and hold a binary of an identifier that nobody has."""
    await walk(client, home.builds)
    held = home.builds.parent / "elsewhere"
    held.mkdir()
    with as_file(files("shipway_tui") / "samples" / "other-1.0.0.apk") as sample:
        shutil.copyfile(sample, held / "till.apk")
    await client.folders.add(AddFolder(path=str(held), quiet=0.5, unknown=UnknownBinary.HOLD))
    async with asyncio.timeout(SECONDS):
        async for _ in client.history.feed():
            if (await client.unmatched.list()).items:
                return


async def take(client: Client, shot: Shot, theme: str, size: tuple[int, int]) -> str:
    """Press the keys in an application of its own, and return what is on the screen as SVG."""
    app = ShipwayApp(client, settings=Settings(tui=TuiSettings(theme=theme)))
    async with app.run_test(size=size) as pilot:
        async with asyncio.timeout(SECONDS):
            while not app.desk.connected:
                await pilot.pause(0.05)
            await rest(pilot)
            for key in shot.keys:
                await pilot.press(key)
                await rest(pilot)
        for typing in (*app.screen.query(Input), *app.screen.query(TextArea)):
            typing.cursor_blink = False
        svg = app.export_screenshot(title="shipway")
    return re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)


async def rest(pilot: "Pilot[int]") -> None:
    """Wait until what was asked for is shown; who waits for the user's answer is not waited for."""
    loop = asyncio.get_running_loop()
    for _ in range(2):
        await pilot.pause(0.2)
        until = loop.time() + ANSWER_SECONDS
        while loop.time() < until and _busy(pilot):
            await pilot.pause(0.05)


def _busy(pilot: "Pilot[int]") -> bool:
    return any(w.group not in PATIENT and not w.is_finished for w in pilot.app.workers)


def write(svg: str, path: Path, *, exact: bool) -> None:
    """Turn an SVG into a PNG: quickly, or exactly as a browser shows it."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "screen.svg"
        source.write_text(svg, encoding="utf-8")
        subprocess.run(_converter(source, svg, path, exact=exact), check=True, capture_output=True)


def _converter(source: Path, svg: str, path: Path, *, exact: bool) -> list[str]:
    if shutil.which("rsvg-convert") and not exact:
        return ["rsvg-convert", str(source), "-o", str(path)]
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    width, height = (int(float(side)) for side in box.groups()) if box else (1280, 960)
    return [
        "chromium", "--headless", "--no-sandbox", "--hide-scrollbars",
        f"--window-size={width},{height}", f"--screenshot={path.absolute()}", str(source),
    ]  # fmt: skip


async def take_all(home: DemoHome, asked: argparse.Namespace) -> None:
    """Take what was asked for, one after the other."""
    client = Client()
    await prepare(client, home)
    only = set(KEPT) if asked.docs else set(filter(None, asked.only.split(",")))
    themes = THEMES[:1] if asked.docs else asked.theme or THEMES
    sizes = (KEPT_SIZE,) if asked.docs else SIZES
    for shot in (shot for shot in SHOTS if not only or shot.name in only):
        for theme in themes:
            for columns, rows in sizes:
                svg = await take(client, shot, theme, (columns, rows))
                name = f"{shot.name}-{theme}-{columns}x{rows}"
                name = KEPT[shot.name] if asked.docs else name
                write(svg, asked.folder / f"{name}.png", exact=asked.docs)
                print(name, file=sys.stderr)


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="names with commas between them")
    parser.add_argument("--theme", action="append", help="one theme; can be given several times")
    parser.add_argument("--docs", action="store_true", help="only those that docs/images keeps")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with throw_away_home() as home:
        asyncio.run(take_all(home, asked))


if __name__ == "__main__":
    main()
