"""A list command as a whole process, against importing Textual."""

import sys
from collections.abc import Iterator
from pathlib import Path

from processes import alternating, child_ms
from report import Row
from shipway_tui.demo.home import throw_away_home

ROUNDS = 15
COMMANDS = (("profile", "list"), ("version", "list", "--json"), ("env", "list"))


def rows() -> Iterator[Row]:
    """Measure each command on a home with the sample in it."""
    shipway = str(Path(sys.executable).with_name("shipway"))
    textual = [sys.executable, "-c", "import textual"]
    sample = Path(__file__).parents[2] / "tui" / "shipway_tui" / "samples" / "sample-1.0.0.apk"
    with throw_away_home():
        child_ms([shipway, "add", str(sample)])
        for arguments in COMMANDS:
            command = [shipway, *arguments]
            ours, theirs = alternating(
                lambda command=command: child_ms(command), lambda: child_ms(textual), ROUNDS
            )
            what = f"shipway {' '.join(arguments)}, CPU"
            yield Row(what, ours, "ms", "import textual", theirs, 1.2)
