"""Writes docs/openapi.json, the document of the daemon's socket, from the code.

`--check` writes nothing and exits 1 where the file is out of date; `make lint` runs it.
"""

import json
import sys
from pathlib import Path

from shipway_daemon.doors.native.door import NOUNS
from shipway_daemon.doors.native.openapi import document

PATH = Path(__file__).parents[1] / "docs" / "openapi.json"


def made() -> str:
    """The document as text."""
    nouns = [noun(None) for noun in NOUNS]  # nothing is asked of them
    routes = [route for noun in nouns for route in noun.routes()]
    told = document((route.method, route.path, route.handler) for route in routes)
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the file, or compare it; the exit code."""
    text = made()
    if "--check" not in sys.argv[1:]:
        PATH.write_text(text, encoding="utf-8")
        return 0
    if PATH.is_file() and PATH.read_text(encoding="utf-8") == text:
        return 0
    print(f"{PATH.name} is out of date: run python contrib/openapi.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
