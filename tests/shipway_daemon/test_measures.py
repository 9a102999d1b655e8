"""Durations are counted by their bounds, and only of what did not break."""

import asyncio

import pytest
from shipway_daemon import measures
from shipway_daemon.measures import Durations, LoopLag
from support.waiting import wait_for


def test_a_duration_is_counted_at_the_bound_that_it_does_not_pass():
    durations = Durations([1.0, 5.0])
    for seconds in (0.2, 1.0, 3.0, 7.0):
        durations.add(seconds)
    assert durations.counts == [2, 1, 1]
    assert durations.sum == pytest.approx(11.2)


def test_what_breaks_is_not_counted():
    durations = Durations()
    with durations.measured():
        pass
    with pytest.raises(OSError, match="broken"), durations.measured():
        raise OSError("broken")
    assert sum(durations.counts) == 1


async def test_the_lag_of_the_loop_is_measured_until_it_is_cancelled(monkeypatch):
    monkeypatch.setattr(measures, "_LAG_SECONDS", 0.01)
    lag = LoopLag()
    running = asyncio.create_task(lag.run())
    await wait_for(lambda: sum(lag.durations.counts) > 2, 30, "no lag is measured")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert lag.durations.sum >= 0
