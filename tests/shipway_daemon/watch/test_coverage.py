"""Whether the system listens to all that is scanned: doubted once, then armed again."""

import pytest
from shipway_daemon.watch.coverage import AGAIN_SECONDS, SETTLE_SECONDS, Coverage, Verdict
from shipway_daemon.watch.scan import Walk

T = SETTLE_SECONDS


def walk(folders, *devices):
    return Walk(folders=folders, devices=set(devices) or {1})


@pytest.fixture
def coverage():
    """One that was judged after the first arming, when all was heard."""
    made = Coverage()
    assert made.judge(walk(10), 10, 1, 0.0) is Verdict.FITS
    return made


def test_what_nobody_can_count_fits(coverage):
    """macOS, and while there are no hints at all."""
    assert coverage.judge(walk(10_000), None, 1, T) is Verdict.FITS
    assert coverage.reason == ""


def test_more_folders_than_are_listened_to_may_be_a_coincidence(coverage):
    assert coverage.judge(walk(12), 10, 1, T) is Verdict.DOUBTFUL
    assert coverage.judge(walk(12), 12, 1, T + 1) is Verdict.FITS
    assert coverage.reason == ""


def test_what_stays_short_is_armed_again_and_said(coverage):
    coverage.judge(walk(12), 10, 1, T)
    assert coverage.judge(walk(12), 10, 1, T + 1) is Verdict.SHORT
    assert "2 of its 12 folders" in coverage.reason
    assert "max_user_watches" in coverage.reason
    assert coverage.judge(walk(12), 12, 2, T + 2) is Verdict.FITS
    assert coverage.reason == ""


def test_a_folder_that_may_not_be_read_is_named_as_the_cause(coverage):
    """The system's limit has nothing to do with it: nobody is sent to raise that."""
    closed = Walk(folders=12, devices={1}, unreadable={b"/builds/closed": "Permission denied"})
    assert coverage.judge(closed, 10, 2, 1.0) is Verdict.FITS
    assert "2 of its 12 folders" in coverage.reason
    assert "/builds/closed" in coverage.reason
    assert "max_user_watches" not in coverage.reason


def test_what_an_arming_cannot_reach_is_said_and_tried_again_later(coverage):
    """The limit of the system: it helps nobody to run into it at each scan."""
    assert coverage.judge(walk(300), 100, 2, 1.0) is Verdict.FITS
    assert "200 of its 300 folders" in coverage.reason
    assert coverage.judge(walk(300), 100, 2, AGAIN_SECONDS) is Verdict.FITS
    assert coverage.judge(walk(300), 100, 2, AGAIN_SECONDS + 2) is Verdict.SHORT
    assert coverage.judge(walk(50), 100, 2, 10.0) is Verdict.FITS
    assert coverage.reason == ""


def test_a_file_system_that_came_inside_of_the_tree_is_armed(coverage):
    assert coverage.judge(walk(10, 1, 2), 10, 1, T) is Verdict.DOUBTFUL
    assert coverage.judge(walk(10, 1, 2), 10, 1, T + 1) is Verdict.SHORT
    assert coverage.judge(walk(10, 1, 2), 10, 2, T + 2) is Verdict.FITS


def test_in_a_tree_that_is_never_at_rest_no_arming_follows_the_other_at_once(coverage):
    verdicts = {coverage.judge(walk(12), 10, 1, T * number / 10) for number in range(10)}
    assert verdicts == {Verdict.FITS}
