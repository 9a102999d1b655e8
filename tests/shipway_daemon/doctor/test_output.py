"""What the doctor found is printed for a person at 80 columns, and as one object for a program."""

import asyncio
import json
import shutil

import pytest
from shipway_daemon.doctor import output
from shipway_daemon.doctor.output import lines, show
from shipway_daemon.doctor.words import Checked, error, info
from support.daemon import running_daemon

BROKEN = Checked(
    name="blobs",
    summary="2 blobs looked at, 1 of them wrong.",
    findings=[
        error(
            "blob-missing",
            "The blob 0123456789ab of ana/an-app-with-quite-a-long-name-indeed@1 is missing.",
            "Add the file again, or restore a backup of the folder in which the blobs lie.",
        ),
        info("stranger", "A \x1b[31mred\x1b[0m file lies there.\n"),
    ],
)


def test_a_finding_is_wrapped_under_its_check_with_its_remedy():
    told = lines(BROKEN, 60)
    assert told[0] == "blobs      error    2 blobs looked at, 1 of them wrong."
    assert all(len(line) <= 60 or "an-app-with-quite" in line for line in told)
    assert all(line.startswith(" " * 11) for line in told[1:])
    words = " ".join(" ".join(told).split())
    assert "error: The blob 0123456789ab of ana/an-app-with-quite-a-long-name-indeed@1" in words
    assert "is missing. (blob-missing) Add the file again, or restore a backup" in words
    assert "\x1b" not in words


async def test_the_exit_code_is_1_where_something_is_broken(
    made, locations, blobs, capsys, monkeypatch
):
    """And what is only worth knowing does not count."""
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    code = await asyncio.to_thread(show, locations, scrub=True, as_json=False)
    told = capsys.readouterr().out
    assert (code, told.splitlines()[-1]) == (0, "All is well.")
    assert all(len(line) <= 80 for line in told.splitlines()[1:])

    blobs.path(made[0]).unlink()
    code = await asyncio.to_thread(show, locations, scrub=False, as_json=False)
    assert (code, capsys.readouterr().out.splitlines()[-1]) == (1, "Errors: 1, warnings: 0.")
    code = await asyncio.to_thread(show, locations, scrub=False, as_json=True)
    report = json.loads(capsys.readouterr().out)
    assert (code, report["ok"], report["scrubbed"]) == (1, False, False)
    rules = [finding["rule"] for check in report["checks"] for finding in check["findings"]]
    assert "blob-missing" in rules


def test_progress_is_a_line_on_a_terminal_and_is_taken_away(capsys):
    for wanted in (True, False):
        progress = output._Progress(wanted=wanted, as_json=False)
        for done in range(1_000):
            progress.show(done, 999)
        progress.clear()
        told = capsys.readouterr().err
        assert told.count("scrubbing") == (101 if wanted else 0)
        assert told.endswith("\r\x1b[K") == wanted


@pytest.mark.e2e
def test_progress_is_a_json_line_for_a_program(capsys):
    progress = output._Progress(wanted=True, as_json=True)
    progress.show(1, 4)
    progress.show(1, 4)
    progress.show(4, 4)
    progress.clear()
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert told == [{"done": 1, "total": 4}, {"done": 4, "total": 4}]


@pytest.mark.e2e
async def test_beside_a_daemon_all_is_well():
    """`shipway doctor` hands over to `shipwayd doctor`, which asks no daemon."""
    async with running_daemon() as daemon:
        done = await daemon.shipway("doctor", "--json", "--scrub")
        report = json.loads(done.out)
        assert (done.code, report["ok"], report["scrubbed"]) == (0, True, True)
        (lock,) = [check for check in report["checks"] if check["name"] == "lock"]
        assert f"process {daemon.pid}" in lock["summary"]
        assert lock["findings"] == []
        await daemon.kill()
        done = await daemon.shipway("doctor")
        assert done.code == 0
        assert "stale-socket" in done.out
