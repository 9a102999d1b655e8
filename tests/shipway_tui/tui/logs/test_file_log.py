"""A log file is read from its end and paged through, whatever its length."""

import json

import pytest
from shipway_client.errors import Gone, NotFound
from shipway_tui.tui.logs.file_log import FileLog
from shipway_tui.tui.logs.window import MOST_LINES, LogWindow

LINES = 30_000


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "daemon.log"
    with path.open("w") as file:
        for number in range(LINES):
            file.write(f"line {number} of the log, long enough to fill several blocks of it\n")
    return path


def numbers(lines) -> list[int]:
    return [int(line.text.split()[1]) for line in lines]


async def test_pages_join_without_a_gap_in_both_directions(log):
    source = FileLog(log)
    last = await source.last(100)
    assert numbers(last) == list(range(LINES - 100, LINES))
    older = await source.before(last[0].key, 100)
    assert numbers(older) == list(range(LINES - 200, LINES - 100))
    newer = await source.after(older[-1].key, 1000)
    assert numbers(newer) == numbers(last)
    first = await source.after(-1, 3)
    assert numbers(first) == [0, 1, 2]
    assert await source.before(first[0].key, 10) == []


@pytest.mark.e2e
async def test_what_is_in_memory_never_grows_beyond_its_size(log):
    window = LogWindow(FileLog(log))
    await window.to_end()
    while not window.at_start:
        await window.back()
        assert len(window.lines) <= MOST_LINES
    assert numbers(window.lines[:1]) == [0]
    while not window.at_end:
        await window.on()
        assert len(window.lines) <= MOST_LINES
    assert numbers(window.lines) == list(range(LINES - MOST_LINES, LINES))


async def test_a_search_goes_beyond_what_is_in_memory(log):
    window = LogWindow(FileLog(log))
    await window.to_end()
    found = await window.find("LINE 77 OF", window.lines[-1].key, -1)
    at = await window.around(found)
    assert numbers(window.lines[at : at + 1]) == [77]
    assert await window.find("line 29999 ", found, 1) is not None
    assert await window.find("line 78 ", found, -1) is None


async def test_a_growing_file_tells_whole_lines_and_one_that_began_anew_says_so(log):
    source = FileLog(log)
    window = LogWindow(source)
    await window.to_end()
    with log.open("a") as file:
        file.write('{"at": "2026-11-20T12:00:00Z", "level": "error", "message": "It broke."}\nhalf')
    await window.on()
    last = window.lines[-1]
    assert (last.text, last.level, last.at) == ("It broke.", "error", "2026-11-20T12:00:00Z")
    log.write_text(json.dumps("short") + "\n")
    with pytest.raises(Gone):
        await window.on()
    log.unlink()
    with pytest.raises(NotFound):
        await source.last(1)
