"""Long work of the daemon's home: uploads, prune, the doctor."""

import msgspec
import pytest
from shipway_client.errors import Failed
from shipway_client.wire import PrunedVersion, Upload, UploadState
from shipway_tui.tui import programs
from shipway_tui.tui.screens.backup import BackupPrompt, BackupScreen
from shipway_tui.tui.screens.doctor import DoctorScreen
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.screens.prune import PruneScreen
from shipway_tui.tui.screens.uploads import UploadsScreen
from shipway_tui.tui.widgets.path_picker import PathPicker
from tui_desk.fake_api import AT
from tui_desk.sizes import SIZES
from tui_desk.waiting import settled, until

REPORT = {
    "home": "/home/ada/shipway", "version": "0.1.0", "ok": False, "scrubbed": False,
    "checks": [
        {"name": "lock", "summary": "A daemon runs."},
        {"name": "blobs", "summary": "12 blobs.", "findings": [
            {"severity": "error", "rule": "blob.missing", "sentence": "A blob is missing.",
             "remedy": "Restore it from a backup."},
        ]},
    ],
}  # fmt: skip


def upload(number: int, **fields) -> Upload:
    given = {
        "id": f"u{number}", "file_name": f"shop-{number}.apk", "size": 1000, "offset": 250,
        "state": UploadState.OPEN, "created_at": f"2026-11-20T11:0{number}:00Z",
        "expires_at": "2026-11-21T11:00:00Z",
    }  # fmt: skip
    return Upload(**(given | fields))


def subtitle(screen, pane: str) -> str:
    return str(screen.query_one(pane).border_subtitle)


async def shown(pilot, kind, screen=None):
    if screen is not None:
        await pilot.app.push_screen(screen)
    await until(pilot, lambda: isinstance(pilot.app.screen, kind))
    await settled(pilot)
    return pilot.app.screen


@pytest.mark.parametrize("size", SIZES)
async def test_uploads_tell_how_far_they_are_and_are_cancelled_after_a_question(full, opened, size):
    full.uploads = {one.id: one for one in (upload(1), upload(2, offset=1000))}
    async with opened(full, size) as pilot:
        screen = await shown(pilot, UploadsScreen, UploadsScreen(pilot.app.desk))
        assert screen.table.keys == ["u2", "u1"]
        await pilot.press("j")
        assert "250 B of 1.0 kB" in screen.query_one("#detail-text").text
        full.uploads["u1"] = msgspec.structs.replace(full.uploads["u1"], offset=750)
        await until(pilot, lambda: screen.things["u1"].offset == 750)
        await pilot.press("x")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmPrompt))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: screen.table.keys == ["u2"])
        assert full.asked("DELETE", "/v1/uploads/u1")


@pytest.mark.parametrize("size", SIZES)
async def test_prune_shows_what_would_go_and_deletes_it_only_after_a_yes(full, opened, size):
    full.to_go = [
        PrunedVersion(
            address=f"local/shop@{n}", version="1.0", build=str(n), size=2_000_000,
            created_at=AT, reason="only the newest 1 are kept",
        )
        for n in (1, 2)
    ]  # fmt: skip
    async with opened(full, size) as pilot:
        screen = await shown(pilot, PruneScreen, PruneScreen(pilot.app.desk))
        assert screen.table.keys == ["local/shop@1", "local/shop@2"]
        assert subtitle(screen, "#prune-pane") == "2 versions to go, 4.0 MB on the disk"
        await pilot.press("P")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmPrompt))
        await pilot.press("enter")  # the focus is on Cancel
        await settled(pilot)
        assert [body.dry_run for _, body in full.asked("POST", "/v1/prune")] == [True]
        await pilot.press("P")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmPrompt))
        await pilot.press("tab", "enter")
        gone = "2 versions gone, 4.0 MB on the disk"
        await until(pilot, lambda: subtitle(screen, "#prune-pane") == gone)
        assert screen.why_not("prune") == "What would go is not known yet."
        await pilot.press("r")
        await settled(pilot)
        assert screen.why_not("prune") == "Nothing is to go."


async def test_a_read_only_desk_shows_what_would_go_and_deletes_nothing(full, opened):
    full.to_go = [
        PrunedVersion(
            address="local/shop@1", version="1", build="1", size=1, created_at=AT, reason="old"
        )
    ]
    async with opened(full, read_only=True) as pilot:
        screen = await shown(pilot, PruneScreen, PruneScreen(pilot.app.desk))
        await pilot.press("P")
        await settled(pilot)
        assert pilot.app.screen is screen
        assert [body.dry_run for _, body in full.asked("POST", "/v1/prune")] == [True]


@pytest.fixture
def examined(monkeypatch):
    """What the doctor is asked, in the place of its process; each answer is taken once."""
    asked: list[tuple[str, ...]] = []
    answers: list[object] = []

    async def run(locations, *arguments, seconds, report):
        asked.append(arguments)
        if "--progress" in arguments:
            report(b'{"done": 50, "total": 200}\n')
            report(b"some library warns\n")
        answer = answers.pop(0) if answers else REPORT
        if isinstance(answer, Exception):
            raise answer
        return 1, msgspec.json.encode(answer)

    monkeypatch.setattr(programs, "run_shipwayd", run)
    return asked, answers


@pytest.mark.parametrize("size", SIZES)
async def test_the_doctor_tells_each_finding_with_its_remedy(full, opened, examined, size):
    asked, _ = examined
    async with opened(full, size) as pilot:
        screen = await shown(pilot, DoctorScreen, DoctorScreen(pilot.app.desk))
        text = screen.query_one("#detail-text").text
        assert "A blob is missing." in text
        assert "Restore it from a backup." in text
        assert "✔ ok" in text
        assert subtitle(screen, "#text-pane") == "errors 1, warnings 0"
        await pilot.press("s")
        await until(pilot, lambda: len(asked) == 2)
        assert asked == [("doctor", "--json"), ("doctor", "--json", "--scrub", "--progress")]


async def test_a_doctor_that_fails_says_why_and_keeps_what_was_found(
    full, opened, examined, monkeypatch
):
    _, answers = examined
    told: list[str] = []
    monkeypatch.setattr(DoctorScreen, "complain", lambda _, error: told.append(error.message))
    async with opened(full) as pilot:
        screen = await shown(pilot, DoctorScreen, DoctorScreen(pilot.app.desk))
        answers += [Failed("shipwayd doctor has not ended within 300 s."), {"no": "report"}]
        for _ in range(2):
            await pilot.press("r")
            await until(pilot, lambda: subtitle(screen, "#text-pane") == "not finished")
            await settled(pilot)
            screen.stand("")
        assert told[0] == "shipwayd doctor has not ended within 300 s."
        assert "cannot be read" in told[1]
        assert "A blob is missing." in screen.query_one("#detail-text").text
        assert not screen.why_not("look")


BACKUP = {
    "backup": "/mnt/backups/2026-11-20", "copied": 3, "copied_size": 1_000_000,
    "manifest": {"profiles": 2, "versions": 7, "blobs": 6, "files": 1, "size": 5_000_000},
}  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
async def test_a_backup_asks_where_to_and_says_what_it_came_to(
    full, opened, examined, tmp_path, size
):
    asked, answers = examined
    answers.append(BACKUP)
    async with opened(full, size) as pilot:
        await pilot.press("0")
        await settled(pilot)
        await pilot.press("b")
        await until(pilot, lambda: isinstance(pilot.app.screen, BackupPrompt))
        picker = pilot.app.screen.query_one(PathPicker)
        picker.line.value = str(tmp_path / "no" / "where")
        await pilot.press("enter")
        await until(pilot, lambda: "No such file" in picker.problem)
        picker.line.value = str(tmp_path / "new")
        await pilot.press("enter")
        screen = await shown(pilot, BackupScreen)
        target = str(tmp_path / "new")
        assert asked == [("backup", "--json", "--progress", "--", target)]
        text = screen.query_one("#detail-text").text
        assert "/mnt/backups/2026-11-20" in text
        assert "2 profiles, 7 versions, 6 blobs" in text
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is not screen)


async def test_what_the_program_refuses_is_told_with_its_hint(full, opened, examined, tmp_path):
    _, answers = examined
    answers.append(Failed("A home cannot hold its own backups.", "Name a folder outside of it."))
    async with opened(full) as pilot:
        screen = await shown(pilot, BackupScreen, BackupScreen(pilot.app.desk, tmp_path))
        await until(pilot, lambda: subtitle(screen, "#text-pane") == "not backed up")
        assert "Name a folder outside of it." in screen.query_one("#detail-text").text
