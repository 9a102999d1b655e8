"""What `import shipway_tui` brings along."""

import subprocess
import sys
from collections.abc import Iterator

from report import Row

HEAVY = ("aiohttp", "pluggy", "sqlalchemy", "textual")


def rows() -> Iterator[Row]:
    """Count the heavy modules that come with the terminal package and with a command."""
    for what in ("shipway_tui", "shipway_tui.commands.profile"):
        code = f"import {what}, sys; print(sum(m in sys.modules for m in {HEAVY!r}))"
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        title = f"import {what.removeprefix('shipway_tui.')}: heavy ones"
        yield Row(title, float(ran.stdout), "modules", budget=0)
