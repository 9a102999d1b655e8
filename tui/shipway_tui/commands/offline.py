"""Handing over to `shipwayd`, whose commands need no daemon: this process becomes it."""

import os
import sys
from typing import NoReturn

from shipway_tui.commands.quiet import is_quiet
from shipway_tui.launch import daemon_command


def hand_over(name: str, *words: str, quiet: bool = False, **switches: bool) -> NoReturn:
    """Become `shipwayd NAME`, with a switch for each that is true, and the words after them.

    Its answer goes nowhere where the command was told to be quiet, but for one that knows `--quiet`
    itself (`quiet`): the exit code says it.
    """
    silent = is_quiet()
    switches["quiet"] = quiet and silent
    given = [f"--{switch}" for switch, on in switches.items() if on]
    arguments = daemon_command(name, *given, "--", *words)
    sys.stdout.flush()
    if silent and not quiet:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execv(arguments[0], arguments)  # noqa: S606 - our own program
