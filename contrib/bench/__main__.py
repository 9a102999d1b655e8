"""`make bench`: what Shipway costs, against yardsticks that are measured in the same run.

It prints and judges nothing by the clock of another machine: each figure is a ratio, and stands
beside its budget (`docs/architecture.md`). Choose by name: `make bench`, or
`python contrib/bench commands pages`.

    BENCH_MIB=1024   the size of the ingested file
    BENCH_FINISHED=100  how many files are moved into a watched folder, one after the other
    BENCH_TUI_EVENTS=2000  how many events Activity hears
    BENCH_FULL=1     pages and the TUI at 1,000,000 rows as well
"""

import sys

import commands
import idle
import imports
import ingest
import pages
import upload
import watching
from report import print_head, print_row

import tui

BENCHES = {
    "imports": imports.rows,
    "commands": commands.rows,
    "pages": pages.rows,
    "tui": tui.rows,
    "ingest": ingest.rows,
    "upload": upload.rows,
    "watching": watching.rows,
    "idle": idle.rows,
}


def main(chosen: list[str]) -> int:
    """Run the benches of these names, or all."""
    unknown = set(chosen) - set(BENCHES)
    if unknown:
        print(f"There is no bench {', '.join(sorted(unknown))}; there are: {', '.join(BENCHES)}.")
        return 2
    print_head()
    for name in chosen or BENCHES:
        for row in BENCHES[name]():
            print_row(row)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
