"""One version on a screen of its own, and what is done to it there and in its list."""

import hashlib
from contextlib import asynccontextmanager

import msgspec
import pytest
from shipway_client.api import Incoming
from shipway_client.errors import Refused
from shipway_client.wire import LiveVersion, Publication, PublishStatus, VersionState
from shipway_plugins.words import (
    Copy,
    Finding,
    Inspection,
    Platform,
    PublishState,
    Severity,
    Signing,
    SigningState,
)
from shipway_tui.tui.screens.diff import DiffScreen
from shipway_tui.tui.screens.number_form import NumberForm
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.screens.save_prompt import SavePrompt
from shipway_tui.tui.screens.text_prompt import TextPrompt
from shipway_tui.tui.screens.version import VersionScreen
from shipway_tui.tui.screens.versions import VersionsScreen
from shipway_tui.tui.widgets.hanging import HangingText
from shipway_tui.tui.widgets.tab_line import TabLine
from textual.widgets import Button, Input, Static, TextArea
from tui_desk.fake_api import AT
from tui_desk.sizes import SIZES
from tui_desk.waiting import settled, until

THREE = "/v1/profiles/local/shop/versions/3"
PERMISSIONS = [f"android.permission.P{number}" for number in range(40)]


def text(screen) -> str:
    return screen.query_one(HangingText).text


def subtitle(screen) -> str:
    return str(screen.query_one("#tab-pane").border_subtitle)


@pytest.fixture
def rich(full):
    """The newest version has much to tell; it is live in one environment."""
    read = Inspection(
        platform=Platform.ANDROID,
        format="apk",
        signing=Signing(state=SigningState.UNVERIFIED),
        details={"android": {"permissions": PERMISSIONS, "debuggable": True}},
    )
    finding = Finding(severity=Severity.WARNING, rule="debuggable", sentence="Odd.", remedy="Fix.")
    change(full, 3, inspection=read, findings=[finding], notes="Faster.\nSmaller.")
    live = LiveVersion(
        channel="android-phone", copy=Copy.PRODUCTION, state=PublishState.ACTIVE, digest="x",
        version="1.3.0", build="103", version_address="local/shop@3", targets=["group:all"],
    )  # fmt: skip
    full.publications = [
        Publication(
            environment="enterprise-store", app="local/shop", status=PublishStatus.PUBLISHED,
            live=[live], read_at=AT, last_attempt=None,
        )
    ]  # fmt: skip
    return full


def change(api, number: int, **fields) -> None:
    address = f"local/shop@{number}"
    api.versions[address] = msgspec.structs.replace(api.versions[address], **fields)


@pytest.fixture
def looking(opened):
    """Open a version by its address, as a link does."""

    @asynccontextmanager
    async def look(api, size=(80, 24), address="local/shop@3", **options):
        async with opened(api, size, **options) as pilot:
            await pilot.app.push_screen(VersionScreen(pilot.app.desk, address))
            await settled(pilot)
            yield pilot

    return look


async def listed(pilot) -> VersionsScreen:
    """The versions of local/shop, the newest selected."""
    await pilot.press("j", "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, VersionsScreen))
    await settled(pilot)
    return pilot.app.screen


@pytest.mark.parametrize("size", [*SIZES, pytest.param((40, 20))])
async def test_each_tab_tells_its_part(rich, looking, size):
    """Brackets go round; i is the way to the binary and back."""
    rich.tell("version.added", "local/shop@3")
    rich.tell("version.notes-changed", "local/shop@3")
    async with looking(rich, size) as pilot:
        screen = pilot.app.screen
        assert "1.3.0 (103)" in text(screen)
        assert "Faster.\nSmaller." in text(screen)
        assert subtitle(screen) == "● Ready"
        await pilot.press("i")
        assert "permissions 40" in text(screen)
        assert f"  {PERMISSIONS[-1]}" in text(screen)
        await pilot.press("right_square_bracket")
        assert "▲ warning  Odd." in text(screen)
        assert "Fix." in text(screen)
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "enterprise-store" in text(screen))
        assert "group:all" in text(screen)
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "notes changed" in text(screen))
        assert text(screen).index("notes changed") < text(screen).index("added")
        await pilot.press("right_square_bracket", "left_square_bracket", "i", "i")
        assert screen.query_one(TabLine).active == "overview"
        shown = screen.query_one(TabLine).render()
        assert shown.cell_length <= screen.query_one(TabLine).size.width
        assert "Overview" in shown.plain


async def test_the_list_opens_it_and_a_filter_keeps_the_lines_with_a_text(rich, opened):
    async with opened(rich) as pilot:
        await listed(pilot)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(pilot.app.screen, VersionScreen))
        await settled(pilot)
        screen = pilot.app.screen
        await pilot.press("slash", *"p39")
        await until(pilot, lambda: text(screen) == "  android.permission.P39")
        await pilot.press("escape")
        await until(pilot, lambda: "platform" in text(screen))
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, VersionsScreen)


async def test_it_follows_what_happens_to_it(rich, looking):
    """A mark, a deletion; a rename of its profile leads to its new address."""
    async with looking(rich) as pilot:
        screen = pilot.app.screen
        rich._mark(rich.versions["local/shop@3"], marked=True)
        await until(pilot, lambda: subtitle(screen) == "● Ready · ★ Current")
        rich.add_profile("local/store")
        rich.add_version("local/store", 3, notes="Moved.")
        rich.tell("profile.renamed", "local/shop", address="local/store")
        await until(pilot, lambda: "Moved." in text(screen))
        rich.tell("version.rejected", "local/store@3")
        await settled(pilot)
        screen.show_tab("history")
        await until(pilot, lambda: "under another name" in text(screen))
        assert str(screen.query_one("#tab-pane").border_title) == "local/store@3"
        del rich.versions["local/store@3"]
        rich.tell("version.deleted", "local/store@3")
        await until(pilot, lambda: subtitle(screen) == "not there")
        assert screen.why_not("notes") == "There is no local/store@3."


async def test_a_click_goes_to_a_tab(rich, looking):
    async with looking(rich) as pilot:
        await pilot.click(TabLine, offset=(pilot.app.screen.query_one(TabLine).size.width // 2, 0))
        await settled(pilot)
        assert pilot.app.screen.query_one(TabLine).active != "overview"


async def test_what_cannot_be_done_says_why(rich, looking):
    change(rich, 3, state=VersionState.REJECTED, rejected="No.", candidate=False)
    async with looking(rich) as pilot:
        screen = pilot.app.screen
        assert "rejected" in screen.why_not("candidate")
        assert "already" in screen.why_not("reject")
        assert "known" in screen.why_not("numbers")
        assert screen.why_not("delete") == ""
    async with looking(rich, read_only=True) as pilot:
        assert "read-only" in pilot.app.screen.why_not("delete")


async def test_a_rejection_needs_its_message(rich, looking):
    async with looking(rich) as pilot:
        await pilot.press("x")
        await until(pilot, lambda: isinstance(pilot.app.screen, TextPrompt))
        prompt = pilot.app.screen
        assert prompt.query_one("#do", Button).disabled
        await pilot.press("ctrl+s")
        assert pilot.app.screen is prompt
        prompt.query_one(TextArea).load_text("x" * 1001)
        await until(pilot, lambda: "too long" in str(prompt.query_one("#count", Static).content))
        prompt.query_one(TextArea).load_text("Crashes.")
        await until(pilot, lambda: not prompt.query_one("#do", Button).disabled)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(rich.asked("PUT", f"{THREE}/rejection")))
        ((_, body),) = rich.asked("PUT", f"{THREE}/rejection")
        assert body.message == "Crashes."
        await until(pilot, lambda: "Rejected" in subtitle(pilot.app.screen))


async def test_notes_can_be_written_in_an_editor(rich, looking, monkeypatch, tmp_path):
    """What it saved is in the prompt, and goes with it."""
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf " More." >> "$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    monkeypatch.setattr("textual.app.App.suspend", lambda _: _nothing())
    async with looking(rich) as pilot:
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, TextPrompt))
        prompt = pilot.app.screen
        await pilot.press("ctrl+e")
        await until(pilot, lambda: prompt.text == "Faster.\nSmaller. More.")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(rich.asked("PATCH", THREE)))
        assert rich.asked("PATCH", THREE)[0][1].notes == "Faster.\nSmaller. More."


class _nothing:  # noqa: N801 - a context that does nothing
    def __enter__(self):
        return None

    def __exit__(self, *_):
        return None


async def test_numbers_that_were_not_read_are_given_once(rich, looking):
    """Only what lacks is asked for; what the daemon says is wrong stands in the form."""
    change(rich, 3, build=None, state=VersionState.INCOMPLETE)
    async with looking(rich) as pilot:
        assert subtitle(pilot.app.screen) == "◐ Incomplete · e gives version and build"
        await pilot.press("e")
        await until(pilot, lambda: isinstance(pilot.app.screen, NumberForm))
        form = pilot.app.screen
        assert list(form.rows) == ["build"]
        rich.errors[f"PATCH {THREE}"] = Refused("@2 has this build.")
        await pilot.press(*"7", "ctrl+s")
        await until(pilot, lambda: "@2 has this build." in form.problem)
        del rich.errors[f"PATCH {THREE}"]
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(pilot.app.screen, NumberForm))
        assert rich.asked("PATCH", THREE)[-1][1].build == "7"


async def test_deleting_names_where_it_is_live_and_takes_it_from_the_list(rich, opened):
    async with opened(rich) as pilot:
        screen = await listed(pilot)
        await pilot.press("D")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmPrompt))
        question = str(pilot.app.screen.query_one(".question", Static).content)
        assert "Live in enterprise-store, and stays there" in question
        await pilot.press("tab", "enter")
        await until(pilot, lambda: screen.table.keys == ["local/shop@2", "local/shop@1"])


async def test_several_that_are_marked_are_deleted_together_and_two_are_compared(rich, opened):
    async with opened(rich) as pilot:
        screen = await listed(pilot)
        await pilot.press("space", "j", "space", "equals_sign")
        await until(pilot, lambda: isinstance(pilot.app.screen, DiffScreen))
        differences = pilot.app.screen
        await until(pilot, lambda: "1.1.0 → 1.3.0" in text(differences))
        await pilot.press("escape", "D")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmPrompt))
        question = str(pilot.app.screen.query_one(".question", Static).content)
        assert "2 versions" in question
        assert "local/shop@1, 1.1.0 (101)" in question
        await pilot.press("tab", "enter")
        await until(pilot, lambda: screen.table.keys == ["local/shop@2"])


async def test_the_difference_to_the_version_before(rich, opened):
    async with opened(rich) as pilot:
        await listed(pilot)
        await pilot.press("equals_sign")
        await until(pilot, lambda: isinstance(pilot.app.screen, DiffScreen))
        screen = pilot.app.screen
        await until(pilot, lambda: "1.2.0 → 1.3.0" in text(screen))
        assert f"  + {PERMISSIONS[0]}" in text(screen)
        assert f"sha256\n  - {'02' * 32}\n  + {'03' * 32}" in text(screen)
        assert str(screen.query_one("#diff-pane").border_title) == "local/shop@2 → local/shop@3"
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, VersionsScreen)


async def test_a_binary_is_saved_and_a_file_that_is_there_is_asked_about(
    rich, looking, tmp_path, monkeypatch
):
    content = b"the bytes"
    digest = hashlib.sha256(content).hexdigest()
    change(rich, 3, sha256=digest, size=len(content))

    @asynccontextmanager
    async def receive(path, headers):
        async def pieces():
            yield content

        yield Incoming({}, pieces())

    monkeypatch.setattr(rich, "receive", receive)
    target = tmp_path / "shop.apk"
    target.write_bytes(b"mine")
    async with looking(rich) as pilot:
        await pilot.press("w")
        await until(pilot, lambda: isinstance(pilot.app.screen, SavePrompt))
        prompt = pilot.app.screen
        assert prompt.query_one(Input).value.startswith(("/", "~/"))  # it says where
        prompt.query_one(Input).value = str(target)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "overwrites" in str(prompt.query_one("#error").content))
        assert target.read_bytes() == b"mine"
        await pilot.press("enter")
        await until(pilot, lambda: target.read_bytes() == content)
