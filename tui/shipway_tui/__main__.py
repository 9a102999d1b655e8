"""The `shipway` program: run a command, and turn what it says into output and an exit code."""

import os
import sys
from pathlib import Path

from shipway_client.errors import Failed, ShipwayError, WrongUsage

#: What a shell expects of a program that ctrl+c ended.
INTERRUPTED = 130


def main() -> None:
    """Run the program with the arguments that it was called with."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code (DESIGN, the command line)."""
    _replace_closed_streams()
    _print_what_the_terminal_can_show()
    as_json = "--json" in arguments
    try:
        return _command(arguments, as_json=as_json) if arguments else _open()
    except ShipwayError as error:
        return _fail(error, as_json=as_json)
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        return _fail(_unusable(error), as_json=as_json)


def _open() -> int:
    """The TUI needs nothing of the command line: its first paint does not wait for that."""
    from shipway_tui.start import open_tui

    return open_tui(read_only=False)


def _command(arguments: list[str], *, as_json: bool) -> int:
    import click

    from shipway_tui.commands.root import shipway

    try:
        return int(shipway.main(arguments, prog_name="shipway", standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return WrongUsage.exit_code
    except click.UsageError as error:
        context = error.ctx
        hint = f"See `{context.command_path} --help`." if context else ""
        return _fail(WrongUsage(error.format_message(), hint), as_json=as_json)
    except click.ClickException as error:
        return _fail(WrongUsage(error.format_message()), as_json=as_json)
    except click.Abort:
        return INTERRUPTED


def _fail(error: ShipwayError, *, as_json: bool) -> int:
    from shipway_tui.commands.output.problems import print_problem

    print_problem(error, as_json=as_json)
    return error.exit_code


def _unusable(error: OSError) -> Failed:
    """Say what the system refuses: a full disk under the output, more often than anything else.

    What is left of the output goes nowhere, or the program would stumble over it again at its end.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    where = f" ({error.filename})" if error.filename else ""
    return Failed(
        f"The system refuses: {error.strerror or error}{where}.",
        "The output may be incomplete; see that there is room where it goes.",
    )


def _replace_closed_streams() -> None:
    """Let a stream that was closed before we began lead nowhere; Python has None for it."""
    nowhere = Path(os.devnull)
    sys.stdin = sys.stdin or nowhere.open(encoding="utf-8")
    sys.stdout = sys.stdout or nowhere.open("w", encoding="utf-8")
    sys.stderr = sys.stderr or nowhere.open("w", encoding="utf-8")


def _print_what_the_terminal_can_show() -> None:
    """A character that the locale lacks becomes `?` instead of an error half-way through."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


if __name__ == "__main__":
    main()
