"""The two ways to see the demo: live in the TUI, or as a summary."""

import asyncio
import subprocess
import sys
import time

import click
import msgspec

from shipway_tui.commands.output.objects import print_object
from shipway_tui.demo.home import DemoHome, throw_away_home
from shipway_tui.demo.way import walk

#: Between two steps, so that an eye can follow.
PACE_SECONDS = 1.5
_END_SECONDS = 5.0


def show_summary() -> None:
    """Go the way and print what came of it as one JSON object.

    Raises:
        Failed: A step did not come to its end.
    """
    began = time.monotonic()
    with throw_away_home() as home:
        started = time.monotonic()
        summary = asyncio.run(walk(home.client, home.builds))
    seconds = msgspec.structs.replace(summary.seconds, start=round(started - began, 3))
    print_object(msgspec.structs.replace(summary, seconds=seconds))


def show_live() -> int:
    """Open the TUI on the demo's home while the steps happen; it stays open until it is quit."""
    from shipway_tui.tui.app import run

    with throw_away_home() as home:
        steps = _start_steps(home)
        try:
            code = run(home.client)
        finally:
            ended = _end_steps(steps)
        return code or _said(home, ended)


def _start_steps(home: DemoHome) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-P", "-m", "shipway_tui.demo.steps"]
    with home.log.open("wb") as log:
        return subprocess.Popen(
            [*command, str(home.builds), str(PACE_SECONDS)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _end_steps(steps: "subprocess.Popen[bytes]") -> int:
    """End the steps if they still go on; that is no failure, the TUI was quit before."""
    if steps.poll() is not None:
        return steps.returncode
    steps.terminate()
    try:
        steps.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        steps.kill()
        steps.wait()
    return 0


def _said(home: DemoHome, code: int) -> int:
    """Print what the steps said, if they failed: the TUI hid it."""
    if code:
        click.echo(home.log.read_text(errors="replace"), err=True, nl=False)
    return 1 if code else 0
