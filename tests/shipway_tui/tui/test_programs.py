"""Programs beside the TUI: their answer, their deadline, their end."""

import asyncio
import sys
from contextlib import suppress

import pytest
from shipway_client.errors import Failed
from shipway_client.locations import Locations
from shipway_tui.launch import is_alive
from shipway_tui.tui import programs
from shipway_tui.tui.programs import ask_shipwayd, run_shipwayd

TELLS = (
    "import sys, os; print('half', file=sys.stderr, flush=True); "
    "print(os.environ['SHIPWAY_HOME']); sys.exit(1)"
)
#: Writes its line in one piece, so that its child's cannot come between.
HANGS = "import os, time; child = os.fork(); os.write(2, b'%d\\n' % os.getpid()); time.sleep(600)"


@pytest.fixture
def program(monkeypatch):
    def use(code: str) -> None:
        monkeypatch.setattr(programs, "daemon_command", lambda *_: [sys.executable, "-c", code])

    return use


@pytest.fixture
def locations(tmp_path):
    return Locations(home=tmp_path, config=tmp_path, runtime=tmp_path / "run")


async def test_the_answer_the_exit_code_and_each_line_of_progress_come(program, locations):
    program(TELLS)
    told: list[bytes] = []
    code, written = await run_shipwayd(locations, "doctor", seconds=60, report=told.append)
    assert (code, written.decode().strip(), told) == (1, str(locations.home), [b"half\n"])


async def test_at_the_deadline_the_program_ends_with_all_that_it_started(program, locations):
    program(HANGS)
    told: list[bytes] = []
    ended = asyncio.Event()

    def hear(line: bytes) -> None:
        told.append(line)
        if len(told) == 2:  # the program and its child
            ended.set()

    running = asyncio.create_task(run_shipwayd(locations, "doctor", seconds=600, report=hear))
    async with asyncio.timeout(60):
        await ended.wait()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert running.cancelled()
    async with asyncio.timeout(60):
        while any(is_alive(int(line)) for line in told):  # noqa: ASYNC110 - nothing tells us
            await asyncio.sleep(0.01)


async def test_a_program_that_does_not_end_in_time_is_told_as_a_sentence(program, locations):
    program("import time; time.sleep(600)")
    with pytest.raises(Failed, match="has not ended within"):
        await run_shipwayd(locations, "doctor", seconds=0.05)


async def test_an_answer_is_read_and_an_error_is_the_sentence_of_the_command(program, locations):
    far: list[tuple[int, int]] = []
    program(
        "import sys; print('a warning', file=sys.stderr); "
        'print(\'{"done": 1, "total": 2}\', file=sys.stderr); print(\'{"a": 1}\')'
    )
    told = await ask_shipwayd(
        locations, dict[str, int], "doctor", seconds=60,
        progressed=lambda done, total: far.append((done, total)),
    )  # fmt: skip
    assert (told, far) == ({"a": 1}, [(1, 2)])
    program(
        'import sys; print(\'{"error": {"code": "busy", "message": "No.", "hint": "Wait."}}\','
        " file=sys.stderr); sys.exit(5)"
    )
    with pytest.raises(Failed, match="No") as refused:
        await ask_shipwayd(locations, dict[str, int], "backup", seconds=60)
    assert refused.value.hint == "Wait."
    program("print('half {')")
    with pytest.raises(Failed, match="cannot be read"):
        await ask_shipwayd(locations, dict[str, int], "doctor", seconds=60)
