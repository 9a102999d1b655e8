"""The activity leaves out what only counts: a build would crowd out all else."""

from shipway_client.wire import Event
from shipway_tui.tui.counters import FolderNews
from tui_desk.fake_api import AT
from tui_desk.waiting import settled, until


def changed(seq: int, state: str, path: str = "/out", **data) -> Event:
    given = {"state": state, "reason": "", **data}
    return Event(seq=seq, at=AT, actor="", kind="folder.changed", subject=path, data=given)


def test_a_folder_brings_news_only_when_its_state_or_reason_is_another():
    events = [
        changed(1, "watching", waiting=0),
        changed(2, "watching", waiting=1),
        changed(3, "watching", "/other"),
        changed(4, "missing"),
        Event(seq=5, at=AT, actor="", kind="file.refused", subject="a", data={}),
        changed(6, "missing", reason="It is gone."),
        changed(7, "watching"),
        Event(
            seq=8,
            at=AT,
            actor="ada",
            kind="folder.changed",
            subject="/out",
            data={"changed": ["glob"]},
        ),
        changed(9, "watching", waiting=9),
    ]
    news = FolderNews()
    assert [event.seq for event in news.among(reversed(events))] == [8, 7, 6, 5, 4, 3, 1]
    assert not news.tells(changed(10, "watching", waiting=3))
    assert news.tells(changed(11, "failed"))


async def test_what_happens_is_not_crowded_out_by_what_is_counted(full, opened):
    full.add_folder("/srv/out")
    full.tell("profile.created", "local/shop")
    for waiting in range(300):
        full.tell("folder.changed", "/srv/out", state="watching", reason="", waiting=waiting)
    full.tell("version.added", "local/shop@3")
    async with opened(full) as pilot:
        await pilot.press("4")
        await settled(pilot)
        screen = pilot.app.screen
        kinds = lambda: [screen.things[key].kind for key in screen.table.keys]  # noqa: E731
        assert kinds() == ["version.added", "folder.changed", "profile.created"]
        for waiting in range(5):
            full.tell("folder.changed", "/srv/out", state="watching", reason="", waiting=waiting)
        full.tell("folder.changed", "/srv/out", state="missing", reason="It is gone.")
        await until(pilot, lambda: screen.table.row_count == 4)
        assert screen.things[screen.table.keys[0]].data["state"] == "missing"
