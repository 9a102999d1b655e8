"""Jobs that do not run: what they wait for; and jobs that are asked for once more."""

import msgspec
import pytest
from shipway_client.errors import BUSY_TEXT, Busy, Refused
from shipway_client.wire import JobOutcome, JobState, LogLine, RetryRequest
from shipway_tui.tui.screens.job import JobScreen
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from tui_desk.fake_api import AT
from tui_desk.sizes import SIZES
from tui_desk.waiting import settled, until


@pytest.fixture
def busy(full):
    """A job that failed, one that waits until 12:45, one that is second in the queue."""
    full.add_job(
        state=JobState.DONE, outcome=JobOutcome.FAILED, reason="The store is full.", tries=3
    )
    full.add_job(
        state=JobState.WAITING, waits_for="the store's review", due_at="2026-11-20T12:45:00Z",
        retry_of=1,
    )  # fmt: skip
    full.add_job(state=JobState.QUEUED, position=2)
    return full


async def jobs(pilot):
    await pilot.press("3")
    await settled(pilot)
    return pilot.app.screen


def cell(screen, key: str, column: str) -> str:
    return screen.table.get_cell(key, column).plain


def detail(screen) -> str:
    return screen.query_one("#detail-text").text


@pytest.mark.parametrize("size", SIZES)
async def test_what_a_job_waits_for_its_place_and_its_tries_are_shown(busy, opened, size):
    async with opened(busy, size) as pilot:
        screen = await jobs(pilot)
        assert cell(screen, "3", "state") == "○ Queued (2)"
        assert "2 in the queue" in detail(screen)
        await pilot.press("j")
        assert cell(screen, "2", "state") == "◷ Waiting"
        assert "the store's review" in detail(screen)
        assert "2026-11-20 12:45:00 at most, 40 min left" in detail(screen)
        assert "job 1" in detail(screen)
        await pilot.press("j")
        assert "tries       3" in detail(screen)
        assert "The store is full." in detail(screen)


async def test_the_jobs_that_have_not_ended_can_be_shown_alone(busy, opened):
    async with opened(busy) as pilot:
        screen = await jobs(pilot)
        await pilot.press("o")
        await until(pilot, lambda: screen.table.keys == ["3", "2"])
        assert str(screen.query_one("#list-pane").border_title) == "Jobs › not ended"
        busy.jobs[3] = msgspec.structs.replace(
            busy.jobs[3], state=JobState.DONE, outcome=JobOutcome.CANCELLED
        )
        busy.tell("job.finished", "3")
        await until(pilot, lambda: screen.table.keys == ["2"])
        await pilot.press("o")
        await until(pilot, lambda: screen.table.keys == ["3", "2", "1"])


@pytest.mark.parametrize("size", SIZES)
async def test_an_ended_job_is_retried_after_a_confirmation(busy, opened, size):
    async with opened(busy, size) as pilot:
        await jobs(pilot)
        await pilot.press("G", "R")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmPrompt))
        await pilot.press("enter")
        await settled(pilot)
        assert not busy.asked("POST", "/v1/jobs/1/retry")
        await pilot.press("R", "tab", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, JobScreen))
        [(_, asked)] = busy.asked("POST", "/v1/jobs/1/retry")
        assert asked == RetryRequest()
        screen = pilot.app.screen
        await until(pilot, lambda: screen.job is not None and screen.job.retry_of == 1)


async def test_a_busy_environment_offers_its_queue(busy, opened):
    busy.errors["POST /v1/jobs/1/retry"] = Busy()
    async with opened(busy) as pilot:
        await jobs(pilot)
        await pilot.press("G", "R", "tab", "enter")
        await until(
            pilot,
            lambda: (
                isinstance(pilot.app.screen, ConfirmPrompt)
                and BUSY_TEXT in str(pilot.app.screen.query_one(".question").content)
            ),
        )
        del busy.errors["POST /v1/jobs/1/retry"]
        await pilot.press("tab", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, JobScreen))
        assert [asked.queue for _, asked in busy.asked("POST", "/v1/jobs/1/retry")] == [False, True]


async def test_a_refused_retry_says_why(busy, opened):
    busy.errors["POST /v1/jobs/1/retry"] = Refused("Version 2 was rejected.")
    async with opened(busy) as pilot:
        await jobs(pilot)
        await pilot.press("G", "R", "tab", "enter")
        await until(pilot, lambda: len(pilot.app._notifications) == 1)
        assert [n.message for n in pilot.app._notifications] == ["Version 2 was rejected."]


async def test_a_job_that_has_not_ended_cannot_be_retried(busy, opened):
    async with opened(busy) as pilot:
        screen = await jobs(pilot)
        assert screen.why_not("retry") == "This job has not ended."
        await pilot.press("R")
        await until(pilot, lambda: len(pilot.app._notifications) == 1)


async def test_the_job_itself_can_be_retried_and_the_new_one_takes_its_place(busy, opened):
    async with opened(busy) as pilot:
        listed = await jobs(pilot)
        await pilot.press("G", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, JobScreen))
        await settled(pilot)
        await pilot.press("R", "tab", "enter")
        await until(pilot, lambda: getattr(pilot.app.screen, "job", None) is not None)
        await until(pilot, lambda: pilot.app.screen.job.id == 4)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is listed)


async def test_the_end_of_the_log_stands_in_the_detail_of_a_job(busy, opened):
    busy.logs[3] = [LogLine(id=n, at=AT, line=f"line {n}") for n in range(1, 31)]
    async with opened(busy) as pilot:
        screen = await jobs(pilot)
        await until(pilot, lambda: "line 30" in detail(screen))
        assert "line 23\n" in detail(screen)
        assert "line 22\n" not in detail(screen)
        assert busy.asked("GET", "/v1/jobs/3/log")[-1][0]["tail"] == 8
