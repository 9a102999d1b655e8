"""Running `shipwayd` beside the TUI for what needs no daemon: a process with a deadline."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import msgspec
from shipway_client.errors import Failed
from shipway_client.locations import Locations
from shipway_client.wire import ErrorBody

from shipway_tui.launch import daemon_command

T = TypeVar("T")

#: The longest line that is taken from a program, in bytes.
_LONGEST_LINE = 16 * 1024 * 1024

#: Is told each line that a program writes while it works.
Report = Callable[[bytes], None]


#: Is told how much is done, and of how much, in bytes.
Progressed = Callable[[int, int], None]


class _Told(msgspec.Struct):
    """A line of standard error: how far it is, or why it is not done."""

    done: int = 0
    total: int = 0
    error: ErrorBody | None = None


async def ask_shipwayd(
    locations: Locations,
    kind: type[T],
    *arguments: str,
    seconds: float,
    progressed: Progressed = lambda _done, _total: None,
) -> T:
    """Run one of its commands, which answers with one JSON object of a kind.

    Raises:
        Failed: What the command said, or as `run_shipwayd`.
    """
    errors: list[ErrorBody] = []

    def hear(line: bytes) -> None:
        with suppress(msgspec.MsgspecError):  # a library's warning is no word of the command
            told = msgspec.json.decode(line, type=_Told)
            if told.error is not None:
                errors.append(told.error)
            elif told.total:
                progressed(told.done, told.total)

    code, written = await run_shipwayd(locations, *arguments, seconds=seconds, report=hear)
    for error in errors:
        raise Failed(error.message, error.hint)
    try:
        return msgspec.json.decode(written, type=kind)
    except msgspec.MsgspecError as error:
        told = f"shipwayd {arguments[0]} ended with {code} and said what cannot be read."
        raise Failed(told, f"Run `shipway {arguments[0]}` in a shell.") from error


async def run_shipwayd(
    locations: Locations, *arguments: str, seconds: float, report: Report | None = None
) -> tuple[int, bytes]:
    """Run one of its commands to the end; returns its exit code and what it wrote.

    `report` is given the lines of its standard error as they come. Whatever ends this early ends
    the program and all that it started.

    Raises:
        Failed: It cannot be started, or has not ended within `seconds`.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *daemon_command(*arguments),
            stdin=DEVNULL, stdout=PIPE, stderr=PIPE, limit=_LONGEST_LINE,
            env=_environment(locations), start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise Failed(f"shipwayd cannot be started: {error.strerror}.") from error
    try:
        async with asyncio.timeout(seconds):
            return await _listened(process, report)
    except TimeoutError as error:
        told = f"shipwayd {arguments[0]} has not ended within {seconds:g} s."
        raise Failed(told, f"Run `shipway {arguments[0]}` in a shell, which waits.") from error
    finally:
        await _end(process)


async def _listened(process: Process, report: Report | None) -> tuple[int, bytes]:
    if process.stdout is None or process.stderr is None:
        raise Failed("shipwayd was started without its output.")
    async with asyncio.TaskGroup() as group:
        written = group.create_task(process.stdout.read(), name="shipwayd-output")
        group.create_task(_tell(process.stderr, report), name="shipwayd-progress")
    return await process.wait(), written.result()


async def _tell(stream: asyncio.StreamReader, report: Report | None) -> None:
    async for line in stream:
        if report is not None:
            report(line)


async def _end(process: Process) -> None:
    """End the program with its group, and wait until it is gone."""
    if process.returncode is None:
        with suppress(ProcessLookupError):  # it ended just now
            os.killpg(process.pid, signal.SIGKILL)
        await asyncio.shield(process.wait())


def _environment(locations: Locations) -> dict[str, str]:
    """The environment in which a program finds the same home."""
    environment = dict(os.environ)
    if locations.config == locations.home:
        environment["SHIPWAY_HOME"] = str(locations.home)
    return environment
