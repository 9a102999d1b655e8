"""`python -m shipway_tui.demo.steps BUILDS PACE`: the steps beside a TUI that shows them."""

import asyncio
import sys
from pathlib import Path

from shipway_client.client import Client
from shipway_client.errors import ShipwayError

from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.problems import print_problem
from shipway_tui.demo.way import walk


def main() -> int:
    """Go the way in the build folder of the first argument, at the pace of the second."""
    builds, pace = Path(sys.argv[1]), float(sys.argv[2])
    try:
        print_object(asyncio.run(walk(Client(), builds, pace)))
    except ShipwayError as error:
        print_problem(error, as_json=False)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
