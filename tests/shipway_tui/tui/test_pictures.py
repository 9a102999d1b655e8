"""The main screens as pictures, at the size that every terminal has."""

import re
from datetime import UTC, datetime

import pytest
from shipway_client.wire import (
    Attempt,
    FolderState,
    JobOutcome,
    JobState,
    LiveVersion,
    LogLine,
    Publication,
    PublishStatus,
    VersionState,
    WaitingFile,
)
from shipway_plugins.words import (
    BuildFacts,
    Copy,
    EnvironmentStatus,
    Finding,
    PluginState,
    Progress,
    PublishState,
    Severity,
    Stage,
    StageState,
)
from shipway_tui.tui.app import ShipwayApp
from textual.widgets import Input
from tui_desk.fake_api import AT, fake_client
from tui_desk.store_options import StoreOptions
from tui_desk.waiting import settled, until

NOW = datetime(2026, 11, 20, 12, 5, tzinfo=UTC)


class PicturedApp(ShipwayApp):
    """Leaves out the fonts that a picture would fetch from elsewhere."""

    def export_screenshot(self, **options) -> str:
        return re.sub(
            r"@font-face {.*?}", "", super().export_screenshot(**options), flags=re.DOTALL
        )


OLDER = Finding(
    severity=Severity.WARNING,
    rule="build.not-newer",
    sentence="The build 101 is not newer than that of @1.",
    remedy="Raise the build number.",
)


@pytest.fixture
def world(full):
    """One of everything that a screen can show."""
    full.add_version("local/shop", 4, findings=[OLDER], notes="Fix the basket.\n商店")
    full.add_version("local/shop", 5, state=VersionState.INCOMPLETE, version=None)
    full._mark(full.versions["local/shop@4"], marked=True)
    full.add_environment(
        "mdm", status=EnvironmentStatus.UNKNOWN, reason="Unable to fetch the server status."
    )
    live = LiveVersion(
        channel="android-phone", copy=Copy.PRODUCTION, state=PublishState.DRAFT, digest="04" * 32,
        version="1.4.0", build="104", version_address="local/shop@4", targets=[],
    )  # fmt: skip
    last = Attempt(job=1, outcome=JobOutcome.VERIFIED, reason="", at=AT)
    full.publications.append(
        Publication(
            environment="enterprise-store", app="local/shop", status=PublishStatus.PUBLISHED,
            live=[live], read_at=AT, last_attempt=last,
        )
    )  # fmt: skip
    full.add_job(state=JobState.DONE, outcome=JobOutcome.VERIFIED, finished_at=AT)
    full.add_job(
        stages=[
            Stage(name="check", state=StageState.DONE),
            Stage(name="send", state=StageState.RUNNING),
            Stage(name="read back"),
        ],
        progress=Progress(stage="send", done=5_000_000, total=12_345_678),
    )
    full.logs[2] = [LogLine(id=1, at=AT, line="checking"), LogLine(id=2, at=AT, line="sending")]
    full.findings = [OLDER]
    full.add_plugin("store", StoreOptions, environments=["mdm"])
    full.add_plugin(
        "gone", None, state=PluginState.FAILED,
        error="The plugin gone cannot be imported.\nModuleNotFoundError: No module named 'sdk'",
    )  # fmt: skip
    return full


@pytest.fixture
def intake(world):
    """What comes in: one folder of each kind, and two binaries that are held."""
    path = "/home/ada/shop/build/outputs"
    world.add_folder(path, ingested=12, waiting=2, unreadable=1)
    world.add_folder(
        "/mnt/builds", state=FolderState.SCANNING, weaker=True, refused=3, unmatched=2,
        reason="The limit of watches is reached.",
    )  # fmt: skip
    world.add_folder("/srv/gone", state=FolderState.MISSING, last_scan_at=None)
    why = ["Somebody has it open for writing.", "It cannot be read: permission denied."]
    world.waiting[1] = [
        WaitingFile(path=f"{path}/{n}.apk", size=5_000_000, since=AT, why=sentence)
        for n, sentence in enumerate(why)
    ]
    world.hold("till.apk", facts=BuildFacts(branch="main", commit="01234567" * 5))
    world.hold("up.apk", identifier=None, version=None, build=None, source="upload:77")
    return world


WAYS = {
    "profiles": ["j"],
    "versions": ["j", "enter", "j"],
    "environments": ["2"],
    "review": ["2", "p"],
    "job": ["3", "enter"],
    "activity": ["4"],
    "plugins": ["5"],
    "form": ["2", "a", *"new", "ctrl+s"],
}


@pytest.mark.parametrize("name", WAYS)
def test_the_screen_looks_as_it_did(world, snap_compare, name):
    app = PicturedApp(fake_client(world), now=lambda: NOW)

    async def arrive(pilot):
        await until(pilot, lambda: app.desk.connected)
        await settled(pilot)
        for key in WAYS[name]:
            await pilot.press(key)
            await settled(pilot)
        for typing in app.screen.query(Input):
            typing.cursor_blink = False
        if name == "review":
            app.screen.query_one("#app").value = "local/shop"
            await until(pilot, lambda: not app.screen.query_one("#do").disabled)
            await settled(pilot)

    assert snap_compare(app, run_before=arrive, terminal_size=(80, 24))


@pytest.mark.parametrize("keys", [["6"], ["6", "i", "j"]], ids=["folders", "inbox"])
def test_what_comes_in_looks_as_it_did(intake, snap_compare, keys):
    app = PicturedApp(fake_client(intake), now=lambda: NOW)

    async def arrive(pilot):
        await until(pilot, lambda: app.desk.unmatched == len(intake.unmatched))
        for key in keys:
            await pilot.press(key)
            await settled(pilot)

    assert snap_compare(app, run_before=arrive, terminal_size=(80, 24))
