"""Publishing from the keyboard: the review, its refusals, and the job that follows."""

import msgspec
import pytest
from shipway_client.errors import BUSY_TEXT, Busy
from shipway_client.wire import (
    FeedLine,
    JobOutcome,
    JobProgress,
    JobState,
    LogLine,
    Publication,
    PublishStatus,
)
from shipway_plugins.words import Finding, ItemAction, Progress, Severity, Stage, StageState
from shipway_tui.tui.screens.job import JobScreen
from shipway_tui.tui.screens.jobs import JobsScreen
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.screens.review import ReviewScreen
from shipway_tui.tui.widgets.hanging import HangingText
from textual.widgets import Button, Input, Select
from tui_desk.fake_api import AT
from tui_desk.sizes import SIZES
from tui_desk.waiting import settled, until


def text(screen, selector: str) -> str:
    widget = screen.query_one(selector)
    return widget.text if isinstance(widget, HangingText) else str(widget.content)


async def review(pilot, api) -> ReviewScreen:
    """Open the review of local/shop, whose candidate is version 2."""
    await pilot.press("j", "p")
    await until(pilot, lambda: isinstance(pilot.app.screen, ReviewScreen))
    await until(pilot, lambda: api.asked("POST", "/v1/publish/preview"))
    await settled(pilot)
    return pilot.app.screen


@pytest.fixture
def marked(full):
    full._mark(full.versions["local/shop@2"], marked=True)
    return full


@pytest.mark.parametrize("size", SIZES)
async def test_the_review_starts_at_the_candidate_with_cancel_in_focus(marked, opened, size):
    async with opened(marked, size) as pilot:
        screen = await review(pilot, marked)
        assert pilot.app.focused.id == "cancel"
        [(_, asked)] = marked.asked("POST", "/v1/publish/preview")
        assert [(s.channel, s.action, s.version) for s in asked.selections] == [
            ("android-phone", ItemAction.PUBLISH, "local/shop@2")
        ]
        assert "@2 1.2.0 (102) ◐ Draft" in text(screen, "#preview")
        assert not screen.query_one("#do", Button).disabled
        await pilot.press("enter")
        assert not marked.asked("POST", "/v1/publish")


@pytest.mark.parametrize("size", SIZES)
async def test_publish_sends_what_was_shown_and_opens_the_job(marked, opened, size):
    async with opened(marked, size) as pilot:
        await review(pilot, marked)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, JobScreen))
        assert marked.asked("POST", "/v1/publish") == marked.asked("POST", "/v1/publish/preview")


async def test_active_without_a_target_cannot_be_submitted(marked, opened):
    async with opened(marked) as pilot:
        screen = await review(pilot, marked)
        screen.query_one("#state", Select).value = "active"
        await until(pilot, lambda: "at least one target" in text(screen, "#problem"))
        assert screen.query_one("#do", Button).disabled
        assert text(screen, "#preview") == "", "a Draft is still shown"
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert not marked.asked("POST", "/v1/publish")
        screen.query_one("#targets", Input).value = "group:testers, user:ada"
        await until(pilot, lambda: not screen.query_one("#do", Button).disabled)
        assert marked.asked("POST", "/v1/publish/preview")[-1][1].targets == [
            "group:testers",
            "user:ada",
        ]


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_the_buttons_of_the_review_are_seen_in_a_window_of_any_size(marked, opened, size):
    async with opened(marked, size) as pilot:
        screen = await review(pilot, marked)
        for name in ("#cancel", "#do"):
            button = screen.query_one(name)
            assert button.region and screen.region.contains_region(button.region)
            assert screen.get_widget_at(*button.region.offset)[0] is button


@pytest.mark.e2e
async def test_questions_do_not_cover_the_connection(marked, opened):
    async with opened(marked) as pilot:
        line = pilot.app.screen.query_one("StatusLine").region
        screen = await review(pilot, marked)
        assert not screen.query_one("#review").region.overlaps(line)


async def test_removing_a_channel_needs_the_typed_address(marked, opened):
    async with opened(marked) as pilot:
        screen = await review(pilot, marked)
        screen.query_one("ChannelChoices Select", Select).value = "remove"
        await until(pilot, lambda: "type local/shop to confirm" in text(screen, "#problem"))
        assert screen.query_one("#do", Button).disabled
        screen.query_one("#confirm", Input).value = "local/shop"
        await until(pilot, lambda: not screen.query_one("#do", Button).disabled)
        assert "removed" in text(screen, "#preview")
        assert marked.asked("POST", "/v1/publish/preview")[-1][1].confirm_remove == "local/shop"


async def test_keeping_everything_is_nothing_to_publish(full, opened):
    async with opened(full) as pilot:
        await pilot.press("j", "p")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReviewScreen))
        await until(pilot, lambda: "choose a version" in text(pilot.app.screen, "#problem"))
        assert pilot.app.screen.query_one("#do", Button).disabled


async def test_a_finding_of_severity_error_blocks_and_shows_its_remedy(marked, opened):
    marked.findings = [
        Finding(severity=Severity.ERROR, rule="a.rule", sentence="It expired.", remedy="Sign it.")
    ]
    async with opened(marked) as pilot:
        screen = await review(pilot, marked)
        await until(pilot, lambda: "It expired." in text(screen, "#problem"))
        assert screen.query_one("#do", Button).disabled
        assert "Sign it." in text(screen, "#preview")


async def test_busy_is_shown_in_its_exact_words(marked, opened):
    marked.errors["POST /v1/publish"] = Busy()
    async with opened(marked) as pilot:
        screen = await review(pilot, marked)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmPrompt))
        assert BUSY_TEXT in text(pilot.app.screen, ".question")
        await pilot.press("escape")
        await until(pilot, lambda: text(screen, "#problem") == BUSY_TEXT)
        assert pilot.app.screen is screen
        assert [asked.queue for _, asked in marked.asked("POST", "/v1/publish")] == [False]


@pytest.mark.e2e
async def test_a_publish_to_a_busy_environment_can_be_queued(marked, opened):
    marked.errors["POST /v1/publish"] = Busy()
    async with opened(marked) as pilot:
        await review(pilot, marked)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmPrompt))
        del marked.errors["POST /v1/publish"]
        await pilot.press("tab", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, JobScreen))
        assert [asked.queue for _, asked in marked.asked("POST", "/v1/publish")] == [False, True]


@pytest.mark.e2e
async def test_an_environment_offers_its_apps(marked, opened):
    async with opened(marked) as pilot:
        await pilot.press("2")
        await settled(pilot)
        await pilot.press("p")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReviewScreen))
        await settled(pilot)
        screen = pilot.app.screen
        assert text(screen, "#problem") == "Choose an app."
        screen.query_one("#app", Select).value = "local/shop"
        await until(pilot, lambda: not screen.query_one("#do", Button).disabled)


async def test_unpublish_asks_for_the_typed_address(marked, opened):
    marked.publications.append(
        Publication(
            environment="enterprise-store", app="local/shop", status=PublishStatus.PUBLISHED,
            live=[], read_at=AT, last_attempt=None,
        )
    )  # fmt: skip
    async with opened(marked) as pilot:
        await pilot.press("2")
        await settled(pilot)
        await pilot.press("u")
        await until(pilot, lambda: pilot.app.screen.query("#typed"))
        await pilot.press(*"local/sho", "enter")
        assert not marked.asked("POST", "/v1/unpublish")
        await pilot.press("p", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, JobScreen))
        [(_, asked)] = marked.asked("POST", "/v1/unpublish")
        assert asked.confirm_remove == "local/shop"


@pytest.mark.parametrize("size", SIZES)
async def test_a_job_shows_its_progress_its_log_and_its_end(full, opened, size):
    job = full.add_job(stages=[Stage(name="send", state=StageState.RUNNING)])
    full.logs[1] = [LogLine(id=1, at=AT, line="sending")]
    async with opened(full, size) as pilot:
        await pilot.press("3")
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, JobScreen))
        screen = pilot.app.screen
        await until(pilot, lambda: screen.job is not None)
        progress = Progress(stage="send", done=5_000_000, total=10_000_000)
        full.send(FeedLine(progress=JobProgress(job=1, progress=progress)))
        await until(pilot, lambda: "50 %  5.0 MB of 10.0 MB" in text(screen, "#detail-text"))
        full.logs[1].append(LogLine(id=2, at=AT, line="sent"))
        full.jobs[1] = msgspec.structs.replace(
            job, state=JobState.DONE, outcome=JobOutcome.FAILED, reason="The store is full.",
            hint="Make room.",
        )  # fmt: skip
        full.tell("job.finished", "1")
        await until(pilot, lambda: "✘ Failed" in text(screen, "#detail-text"))
        assert "The store is full." in text(screen, "#detail-text")
        assert "Make room." in text(screen, "#detail-text")
        await until(pilot, lambda: len(screen.log_view.lines) == 2)
        assert screen.why_not("cancel") == "This job is done."


async def test_cancel_asks_first_and_stands_on_no(full, opened):
    full.add_job()
    async with opened(full) as pilot:
        await pilot.press("3")
        await settled(pilot)
        await pilot.press("x", "enter")
        await settled(pilot)
        assert not full.asked("POST", "/v1/jobs/1/cancel")
        await pilot.press("x", "tab", "enter")
        await until(pilot, lambda: full.asked("POST", "/v1/jobs/1/cancel"))
        screen = pilot.app.screen
        assert isinstance(screen, JobsScreen)
        await until(pilot, lambda: screen.table.get_cell("1", "state").plain == "◐ Cancelling")


@pytest.mark.e2e
async def test_a_version_without_a_candidate_beside_it_is_offered_first(full, opened):
    async with opened(full) as pilot:
        await pilot.press("j", "enter")
        await settled(pilot)
        await pilot.press("j", "p")
        await until(pilot, lambda: full.asked("POST", "/v1/publish/preview"))
        [(_, asked)] = full.asked("POST", "/v1/publish/preview")
        assert asked.selections[0].version == "local/shop@2"


async def test_every_app_and_environment_can_be_chosen_not_only_the_first_page(full, opened):
    for number in range(250):
        full.add_profile(f"local/app-{number:03}")
        full.add_environment(f"store-{number:03}")
    async with opened(full) as pilot:
        review = ReviewScreen(pilot.app.desk)
        await pilot.app.push_screen(review)
        await settled(pilot)
        for name, last in (("app", "local/app-249"), ("environment", "store-249")):
            offered = [value for _, value in review.query_one(f"#{name}", Select)._options]
            assert last in offered
