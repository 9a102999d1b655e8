r"""Takes the README's picture: the demo's way in a home of its own, and the TUI that shows it.

Run it with the project's Python; it writes an SVG, which a browser turns into a PNG (W and H are
the width and height that the SVG names)::

    .venv/bin/python contrib/picture.py docs/images/tui.svg
    chromium --headless --no-sandbox --force-device-scale-factor=1.5 --hide-scrollbars \
        --window-size=W,H --screenshot=docs/images/tui.png docs/images/tui.svg
"""

import asyncio
import re
import sys
from pathlib import Path

from shipway_client.client import Client
from shipway_tui.demo.home import DemoHome, throw_away_home
from shipway_tui.demo.way import walk
from shipway_tui.tui.app import ShipwayApp

COLUMNS, ROWS = 104, 26
KEYS = ("2",)
#: How long the screen may take to show what the daemon knows.
SECONDS = 20.0


async def take(client: Client, home: DemoHome) -> str:
    """Go the demo's way with the TUI open, press the keys, and return what is on the screen."""
    app = ShipwayApp(client)
    async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
        async with asyncio.timeout(SECONDS):
            await walk(client, home.builds)
            for key in KEYS:
                await pilot.press(key)
            while "Verified" not in (svg := _picture(app)):
                await pilot.pause(0.05)
        return svg


def _picture(app: ShipwayApp) -> str:
    """The screen as SVG, without the fonts that it would fetch from elsewhere."""
    svg = app.export_screenshot(title="shipway")
    return re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)


def main() -> None:
    """Take the picture."""
    with throw_away_home() as home:
        Path(sys.argv[1]).write_text(asyncio.run(take(Client(), home)))


if __name__ == "__main__":
    main()
