"""The page of the adapter `command`, typed into a terminal as it stands there."""

import hashlib
import json
import os
import shutil
import sys

import pytest
from support.daemon import running_daemon
from support.desk import OLDER, SAMPLES
from support.pages import ROOT, blocks
from support.terminal import real_terminal

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(shutil.which("jq") is None, reason="the script needs jq"),
]

PAGE = "command-adapter.md"


@pytest.fixture
async def daemon():
    """A daemon of somebody whose home is empty but for `shipway` in the path."""
    async with running_daemon(start=False) as made:
        home = made.home.parent / "person"
        (home / "tools").mkdir(parents=True)
        shipway = home / "tools" / "shipway"
        shipway.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m shipway_tui "$@"\n')
        shipway.chmod(0o755)
        made.use(HOME=str(home), PATH=f"{home / 'tools'}{os.pathsep}{os.environ['PATH']}")
        await made.start()
        yield made


async def done(daemon, *words: str) -> str:
    ran = await daemon.shipway(*words)
    assert ran.code == 0, ran
    return ran.out


async def test_the_script_publishes_as_documented(daemon) -> None:
    """Typed line by line: the environment is made, checked, and a publish is verified."""
    person = daemon.home.parent / "person"
    options = ("--channel", "android-phone", "--app", "ana/shop")
    await done(daemon, "profile", "create", "ana/shop-android", *options)
    sample = SAMPLES / OLDER
    await done(daemon, "add", str(sample), "--profile", "ana/shop-android", "--candidate")
    (typed,) = [block for block in blocks(PAGE) if block.kind == "console"]
    lines = person / "typed.sh"
    lines.write_text(f"cd {ROOT}\n{typed.commands()}")
    with real_terminal(daemon.home.parent, daemon.environment()) as terminal:
        terminal.run(["sh", "-eu", str(lines)])
        await terminal.see("ended with 0", 120)
        assert "erified" in terminal.screen()
    published = person / "apps" / "ana" / "shop" / "android-phone.apk"
    assert published.read_bytes() == sample.read_bytes()
    digest = hashlib.sha256(sample.read_bytes()).hexdigest()
    shown = json.loads(await done(daemon, "env", "show", "folder", "--json"))
    assert shown["status"] == "available"
    (publication,) = shown["publications"]
    assert [entry["digest"] for entry in publication["live"]] == [digest]
    assert publication["last_attempt"]["outcome"] == "verified"
    words = ("--app", "ana/shop", "--env", "folder", "--confirm-remove", "ana/shop")
    await done(daemon, "unpublish", *words)
    assert not published.exists()


def test_the_script_of_the_page_is_the_one_of_the_recipes() -> None:
    """And it is as short as it says."""
    (block,) = [block for block in blocks(PAGE) if block.kind == "sh"]
    assert block.file is not None
    assert block.text == (ROOT / block.file).read_text()
    assert len(block.text.splitlines()) == 15
    assert os.access(ROOT / block.file, os.X_OK)


def test_every_setting_is_on_the_page() -> None:
    """And no other."""
    from shipway_command.options import CommandOptions

    text = (ROOT / "docs" / PAGE).read_text()
    table = text[text.index("## Settings") : text.index("## What the program is told")]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = [name.strip(" `") for row in rows for name in row.split(",")]
    assert sorted(named) == sorted(CommandOptions.__struct_fields__)
