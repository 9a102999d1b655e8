"""What is told of files on their way in."""

from shipway_client.wire import FeedLine, IngestProgress
from shipway_plugins.words import Progress
from shipway_tui.tui.arrivals import DONE_SECONDS, SILENT_SECONDS, Arrivals
from shipway_tui.tui.widgets.status_line import StatusLine
from tui_desk.waiting import until


def coming(source: str, done: int, total: int = 100) -> IngestProgress:
    name = source.rpartition(":")[2]
    progress = Progress(stage="Copy", done=done, total=total)
    return IngestProgress(file_name=name, source=source, progress=progress)


def test_one_is_named_several_are_counted_and_those_that_are_in_or_silent_go():
    arrivals = Arrivals()
    assert (bool(arrivals), arrivals.text()) == (False, "")
    arrivals.hear(coming("watch:a.apk", 40), 0.0)
    assert arrivals.text() == "40 % a.apk"
    arrivals.hear(coming("upload:b.apk", 20), 0.0)
    arrivals.hear(coming("watch:c.apk", 0, 0), 0.0)
    assert arrivals.text() == "30 % of 3 files coming in"
    arrivals.hear(coming("watch:a.apk", 100), 0.0)
    arrivals.hear(coming("watch:c.apk", 7, 0), 0.0)
    assert arrivals.text() == "20 % of 2 files coming in"
    arrivals.forget(DONE_SECONDS)
    arrivals.hear(coming("upload:b.apk", 100), DONE_SECONDS)
    assert arrivals.text() == "c.apk"
    arrivals.forget(SILENT_SECONDS)
    assert not arrivals


async def test_the_status_line_shows_what_comes_in_at_any_width_and_then_the_places_again(
    full, opened
):
    async with opened(full) as pilot:
        line = pilot.app.screen.query_one(StatusLine)
        shown = lambda: line.render().plain  # noqa: E731
        assert "1 Profiles 2 Environments 3 Jobs 4 Activity 5 Plugins 6 Folders" in shown()
        full.send(FeedLine(ingest=coming("upload:shop.ipa", 42)))
        full.send(FeedLine(ingest=coming("watch:till.apk", 0)))
        await until(pilot, lambda: shown().endswith("21 % of 2 files coming in"))
        assert "1 Profiles" in shown() and len(shown()) <= 78
        full.send(FeedLine(ingest=coming("upload:shop.ipa", 100)))
        full.send(FeedLine(ingest=coming("watch:till.apk", 100)))
        await until(pilot, lambda: "6 Folders" in shown())
