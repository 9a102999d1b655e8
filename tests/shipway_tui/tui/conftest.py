"""A desk to sit at: the application over a daemon in memory, with a clock that stands still."""

import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from shipway_tui.tui.app import ShipwayApp
from tui_desk.fake_api import FakeApi, fake_client
from tui_desk.waiting import settled, until

NOW = datetime(2026, 11, 20, 12, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch):
    """Keep the tester's time zone, home and colours out of what is shown."""
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.delenv("NO_COLOR", raising=False)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def full(api: FakeApi) -> FakeApi:
    """Three profiles, one with three versions; one environment."""
    for name in ("local/bank", "local/shop", "local/wallet"):
        api.add_profile(name)
    for number in (1, 2, 3):
        api.add_version("local/shop", number)
    api.add_environment()
    return api


@pytest.fixture
def make_app():
    def make(api: FakeApi, **options) -> ShipwayApp:
        return ShipwayApp(fake_client(api), now=lambda: NOW, **options)

    return make


@pytest.fixture
def opened(make_app):
    """Open the application over an api; it is connected and has read its first page."""

    @asynccontextmanager
    async def open_app(api: FakeApi, size=(80, 24), **options):
        app = make_app(api, **options)
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: app.desk.connected)
            await settled(pilot)
            yield pilot

    return open_app
