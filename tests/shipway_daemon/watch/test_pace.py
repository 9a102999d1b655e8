"""When a folder is scanned next: as often as it must be, and as rarely as it may."""

import pytest
from shipway_daemon.watch import pace as module
from shipway_daemon.watch.pace import HINTLESS_SECONDS, MISSING_SECONDS, SCAN_SECONDS, Pace


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets."""

    class Clock:
        now = 1000.0

        def monotonic(self):
            return self.now

    made = Clock()
    monkeypatch.setattr(module, "time", made)
    return made


def scanned(clock, took, *, hints=True):
    """A pace after a scan that took so long."""
    pace = Pace()
    begun = pace.begin()
    clock.now += took
    pace.scanned(begun, hints=hints)
    return pace


def test_a_new_folder_is_scanned_at_once():
    assert Pace().due == 0.0


def test_where_hints_come_a_scan_period_passes(clock):
    assert scanned(clock, 0.1).due == clock.now + SCAN_SECONDS


@pytest.mark.parametrize(
    ("took", "pause"), [(0.001, HINTLESS_SECONDS), (0.5, 25.0), (10.0, SCAN_SECONDS)]
)
def test_where_none_come_scans_take_a_small_share_of_the_time(clock, took, pause):
    """But no folder waits for longer than the period."""
    assert scanned(clock, took, hints=False).due == pytest.approx(clock.now + pause)


def test_a_tree_that_is_never_at_rest_is_not_scanned_all_the_time(clock):
    """What hints ask for waits until the last scan is paid off."""
    pace = scanned(clock, 2.0)
    pace.hasten()
    assert pace.due == pytest.approx(clock.now + 10.0)
    pace.at_once()
    assert pace.due == 0.0


def test_what_is_asked_for_during_a_scan_is_not_lost(clock):
    """The root was silent, or hints were too many: what was walked before may have changed."""
    for ask in (Pace.at_once, Pace.hasten):
        pace = Pace()
        begun = pace.begin()
        ask(pace)
        pace.scanned(begun, hints=True)
        assert pace.due == clock.now
        pace.scanned(pace.begin(), hints=True)
        assert pace.due == clock.now + SCAN_SECONDS


def test_what_is_missing_or_doubtful_is_looked_at_soon(clock):
    pace = scanned(clock, 0.1)
    pace.doubtful()
    assert pace.due < clock.now + SCAN_SECONDS
    pace.missing()
    assert pace.due == clock.now + MISSING_SECONDS
