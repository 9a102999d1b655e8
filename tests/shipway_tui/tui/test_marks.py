"""Marks, acts on several rows at once, and taking back what was done."""

import asyncio

import msgspec
import pytest
from shipway_client.errors import Refused
from shipway_client.wire import JobState
from shipway_plugins.words import PluginState
from shipway_tui.tui.screens.file_prompt import FilePrompt
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from tui_desk.store_options import StoreOptions
from tui_desk.waiting import settled, until


def title(screen) -> str:
    return str(screen.query_one("#list-pane").border_title)


def question(pilot) -> str:
    return str(pilot.app.screen.query_one(".question").content)


def said(pilot) -> list[str]:
    return [notice.message for notice in pilot.app._notifications]


async def open_versions(pilot):
    await pilot.press("j", "enter")
    await until(pilot, lambda: pilot.app.screen.NOUN == "version")
    await settled(pilot)
    return pilot.app.screen


async def confirm(pilot) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmPrompt))
    await pilot.press("tab", "enter")
    await until(pilot, lambda: not isinstance(pilot.app.screen, ConfirmPrompt))
    await settled(pilot)


async def test_marks_are_counted_survive_a_refresh_and_escape_takes_them_away_first(full, opened):
    async with opened(full) as pilot:
        screen = await open_versions(pilot)
        await pilot.press("space", "space")
        assert screen.table.marked == {"local/shop@3", "local/shop@2"}
        assert title(screen).endswith("· 2 marked")
        assert screen.table.cursor_key == "local/shop@1"
        await pilot.press("r")
        await settled(pilot)
        assert screen.table.marked == {"local/shop@3", "local/shop@2"}
        await pilot.press("ctrl+a")
        assert len(screen.marked) == 3
        await pilot.press("ctrl+a")
        assert not screen.marked
        await pilot.press("space", "escape")
        assert not screen.table.marked
        assert pilot.app.screen is screen
        await pilot.press("escape")
        assert pilot.app.screen.NOUN == "profile"


async def test_what_the_filter_hides_stays_marked_and_what_is_gone_does_not(full, opened):
    async with opened(full) as pilot:
        screen = pilot.app.screen
        await pilot.press("ctrl+a", "slash", *"bank", "enter")
        await until(pilot, lambda: screen.table.keys == ["local/bank"])
        assert title(screen) == "Profiles · 3 marked (2 not shown)"
        del full.profiles["local/bank"]
        full.tell("profile.deleted", "local/bank")
        await until(pilot, lambda: set(screen.marked) == {"local/shop", "local/wallet"})


async def test_several_candidates_are_one_act_to_undo(full, opened):
    async with opened(full) as pilot:
        screen = await open_versions(pilot)
        await pilot.press("j", "space", "space", "c")
        await until(pilot, lambda: full.versions["local/shop@2"].candidate)
        await settled(pilot)
        assert full.versions["local/shop@1"].candidate
        assert not full.versions["local/shop@3"].candidate
        assert full.profiles["local/shop"].candidate == 2
        assert said(pilot) == ["Marking 2 versions: 2 done."]
        assert not screen.marked
        await pilot.press("z")
        await until(pilot, lambda: not any(v.candidate for v in full.versions.values()))
        await settled(pilot)
        assert said(pilot)[-1] == "Undone: 2 versions: candidate."
        await pilot.press("z")
        await until(pilot, lambda: said(pilot)[-1] == "There is nothing to undo.")


async def test_one_refusal_does_not_stop_the_others_and_keeps_its_mark(full, opened):
    full.errors["PUT /v1/profiles/local/shop/versions/2/candidate"] = Refused("It was rejected.")
    async with opened(full) as pilot:
        screen = await open_versions(pilot)
        await pilot.press("ctrl+a", "c")
        await until(pilot, lambda: full.versions["local/shop@3"].candidate)
        await settled(pilot)
        assert full.versions["local/shop@1"].candidate
        assert said(pilot) == [
            "Marking 3 versions: 2 done, 1 refused.\nlocal/shop@2: It was rejected."
        ]
        assert set(screen.marked) == {"local/shop@2"}


async def test_jobs_that_have_not_ended_are_cancelled_together_after_they_were_named(full, opened):
    for state in (JobState.DONE, JobState.RUNNING, JobState.QUEUED):
        full.add_job(state=state)
    async with opened(full) as pilot:
        await pilot.press("3")
        await settled(pilot)
        await pilot.press("ctrl+a", "x")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmPrompt))
        assert question(pilot).splitlines() == [
            "Cancel 2 jobs?",
            "3  publish local/shop enterprise-store",
            "2  publish local/shop enterprise-store",
        ]
        await confirm(pilot)
        assert [full.jobs[n].state for n in (2, 3)] == [JobState.CANCELLING] * 2
        assert full.jobs[1].state is JobState.DONE


async def test_a_switch_can_be_undone(full, opened):
    full.add_plugin("toy_store", StoreOptions)
    async with opened(full) as pilot:
        await pilot.press("5")
        await settled(pilot)
        await pilot.press("d")
        await confirm(pilot)
        assert full.plugins["toy_store"].state is PluginState.DISABLED
        await pilot.press("z")
        await until(pilot, lambda: full.plugins["toy_store"].state is PluginState.ENABLED)


async def test_an_undo_that_is_refused_says_why_and_is_forgotten(full, opened):
    async with opened(full) as pilot:
        screen = await open_versions(pilot)
        await pilot.press("c")
        await until(pilot, lambda: screen.desk.undo.next_text)
        path = "DELETE /v1/profiles/local/shop/versions/3/candidate"
        full.errors[path] = Refused("It is being published.")
        await pilot.press("z")
        await until(pilot, lambda: said(pilot))
        assert said(pilot) == ["Not undone: local/shop@3: candidate. It is being published."]
        assert not screen.desk.undo.next_text


async def test_several_held_binaries_are_dropped_after_saying_what_is_lost(full, opened):
    full.hold("one.apk", size=1_000_000)
    full.hold("two.apk", size=2_000_000)
    async with opened(full) as pilot:
        await pilot.press("i")
        await until(pilot, lambda: pilot.app.screen.NOUN == "unmatched binary")
        await settled(pilot)
        await pilot.press("ctrl+a", "D")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmPrompt))
        assert "two.apk\none.apk" in question(pilot)
        assert "The 3.0 MB that are kept of them" in question(pilot)
        await confirm(pilot)
        await until(pilot, lambda: not full.unmatched)
        await until(pilot, lambda: not pilot.app.screen.marked)


async def test_a_daemon_that_goes_away_in_the_middle_is_told_of(full, opened, monkeypatch):
    async with opened(full) as pilot:
        screen = await open_versions(pilot)
        mark = full._put_profiles

        def mark_and_fall(*asked):
            given = mark(*asked)
            full.fall()
            return given

        monkeypatch.setattr(full, "_put_profiles", mark_and_fall)
        await pilot.press("ctrl+a", "c")
        await until(pilot, lambda: said(pilot))
        assert said(pilot)[0].endswith(": 1 done, 2 not asked: the daemon does not answer.")
        assert set(screen.marked) == {"local/shop@3", "local/shop@2"}


@pytest.mark.e2e
async def test_what_can_be_copied_is_offered_and_several_rows_are_copied_line_by_line(full, opened):
    facts = msgspec.structs.replace(
        full.versions["local/shop@3"].facts, run_url="https://ci.example/7"
    )
    full.add_version("local/shop", 3, facts=facts)
    async with opened(full) as pilot:
        screen = await open_versions(pilot)
        await pilot.press("y")
        assert pilot.app.clipboard == "local/shop@3"
        await pilot.press("space", "space", "y")
        assert pilot.app.clipboard == "local/shop@3\nlocal/shop@2"
        await pilot.press("escape", "g", "Y")
        await until(pilot, lambda: pilot.app.screen is not screen)
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert pilot.app.clipboard == "03" * 32
        opened_urls = []
        pilot.app.open_url = lambda url, **_: opened_urls.append(url)
        await pilot.press("O")
        assert opened_urls == ["https://ci.example/7"]
        await pilot.press("j")
        assert screen.why_not("browse") == "There is no link to open here."


async def test_escape_stops_an_act_on_several_before_the_next_one(full, opened):
    path = "/v1/profiles/local/shop/versions/1/candidate"
    full.gates[path] = asyncio.Event()
    async with opened(full) as pilot:
        screen = await open_versions(pilot)
        await pilot.press("ctrl+a", "c")
        await until(pilot, lambda: full.asked("PUT", path))
        assert "Marking 1 of 3" in str(screen.query_one("#list-pane").border_subtitle)
        await pilot.press("escape")
        full.gates[path].set()
        await until(pilot, lambda: said(pilot))
        assert said(pilot)[0].endswith(": 1 done, 2 not asked: stopped.")
        assert set(screen.marked) == {"local/shop@3", "local/shop@2"}
        assert pilot.app.screen is screen


async def test_held_binaries_of_one_kind_are_filed_by_one_question(full, opened):
    for name in ("one.apk", "two.apk"):
        full.hold(name)
    full.hold("other.apk", identifier="org.example.other")
    async with opened(full) as pilot:
        await pilot.press("i")
        await until(pilot, lambda: pilot.app.screen.NOUN == "unmatched binary")
        await settled(pilot)
        screen = pilot.app.screen
        await pilot.press("ctrl+a", "f")
        await until(pilot, lambda: isinstance(pilot.app.screen, FilePrompt))
        assert question(pilot) == "File one.apk and 1 more of its kind under"
        options = pilot.app.screen.query_one("#profiles")
        await until(pilot, lambda: options.highlighted == 0)
        await pilot.press("enter")
        await until(pilot, lambda: 2 not in full.unmatched)
        await until(
            pilot,
            lambda: (
                isinstance(pilot.app.screen, FilePrompt)
                and question(pilot) == "File other.apk under"
            ),
        )
        assert full.profiles["local/pos"].latest == 2
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)
        await until(pilot, lambda: set(screen.marked) == {"3"})


async def test_several_profiles_are_deleted_after_their_number_was_typed(full, opened, monkeypatch):
    deleted: list[str] = []

    def delete(parts, query, body):
        assert query["confirm"] == "/".join(parts)
        deleted.append(query["confirm"])
        del full.profiles[query["confirm"]]

    monkeypatch.setattr(full, "_delete_profiles", delete)
    async with opened(full) as pilot:
        screen = pilot.app.screen
        await pilot.press("space", "space", "D")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmPrompt))
        assert "local/bank\nlocal/shop" in question(pilot)
        await pilot.press(*"2 profiles", "enter")
        await until(pilot, lambda: deleted == ["local/bank", "local/shop"])
        await until(pilot, lambda: screen.table.keys == ["local/wallet"])
