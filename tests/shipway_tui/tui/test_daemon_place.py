"""The Daemon place: which one answers, and what can be done to it."""

import pytest
from shipway_client.errors import Failed
from shipway_client.wire import Health
from shipway_tui import launch
from shipway_tui.tui.screens.daemon import DaemonScreen
from shipway_tui.tui.screens.doctor import DoctorScreen
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.screens.prune import PruneScreen
from shipway_tui.tui.screens.uploads import UploadsScreen
from tui_desk.fake_api import AT
from tui_desk.sizes import SIZES
from tui_desk.waiting import settled, until


def text(pilot) -> str:
    return pilot.app.screen.query_one("#detail-text").text


def told(pilot) -> list[str]:
    return [notification.message for notification in pilot.app._notifications]


async def daemon_place(pilot) -> DaemonScreen:
    await pilot.press("0")
    await until(pilot, lambda: isinstance(pilot.app.screen, DaemonScreen))
    await settled(pilot)
    await until(pilot, lambda: "4711" in text(pilot))
    return pilot.app.screen


@pytest.mark.parametrize("size", SIZES)
async def test_it_tells_which_daemon_answers_and_what_it_is_at(full, opened, size):
    full.daemon_version = "9.9.9"
    full.add_job()
    async with opened(full, size) as pilot:
        await daemon_place(pilot)
        shown = " ".join(text(pilot).split())
        assert "version 9.9.9" in shown
        assert "different versions: restart it" in shown
        assert "open jobs 1" in shown
        assert "environments 1" in shown


async def test_a_daemon_that_is_away_is_started_from_here(full, opened, monkeypatch):
    async def restart(client):
        full.up = True
        return Health(version="0.1.0", pid=4712, epoch=4, home="", started_at=AT, seq=0), None

    monkeypatch.setattr(launch, "restart_daemon", restart)
    async with opened(full) as pilot:
        screen = await daemon_place(pilot)
        full.fall()
        await until(pilot, lambda: "No daemon answers. R starts one." in text(pilot))
        assert "This is what the last one said" in text(pilot)
        assert screen.why_not("stop") == "The daemon does not answer now."
        await pilot.press("R")
        await until(pilot, lambda: any("Process 4712" in message for message in told(pilot)))
        await until(pilot, lambda: pilot.app.desk.connected)


async def test_restart_and_stop_are_asked_about_first(full, opened, monkeypatch):
    asked = []

    async def stop(client):
        asked.append("stop")
        raise Failed("It does not end.")

    monkeypatch.setattr(launch, "stop_daemon", stop)
    async with opened(full) as pilot:
        await daemon_place(pilot)
        for key in ("R", "X"):
            await pilot.press(key)
            await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmPrompt))
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(pilot.app.screen, DaemonScreen))
        assert asked == []
        await pilot.press("X")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmPrompt))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: "It does not end." in told(pilot))
        assert asked == ["stop"]


async def test_read_only_lets_the_daemon_be(full, opened):
    async with opened(full, read_only=True) as pilot:
        screen = await daemon_place(pilot)
        assert (
            screen.why_not("restart") == screen.why_not("stop") == "Shipway was opened read-only."
        )


@pytest.mark.parametrize(
    ("key", "screen"), [("d", DoctorScreen), ("P", PruneScreen), ("u", UploadsScreen)]
)
async def test_its_keys_lead_to_the_work_of_the_home(full, opened, monkeypatch, key, screen):
    monkeypatch.setattr(DoctorScreen, "action_look", lambda self: None)
    async with opened(full) as pilot:
        await daemon_place(pilot)
        await pilot.press(key)
        await until(pilot, lambda: isinstance(pilot.app.screen, screen))
