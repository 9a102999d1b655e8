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
from support.processes import is_running
from support.terminal import real_terminal
from support.waiting import wait_for

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


async def test_a_program_of_exit_codes_only_is_unverified(daemon) -> None:
    """The exit code 7 says so; a publish that fails has its reason from the program."""
    person = daemon.home.parent / "person"
    await done(daemon, "add", str(SAMPLES / OLDER), "--candidate")
    (app,) = json.loads(f"[{await done(daemon, 'app', 'list', '--json')}]")
    for name, body in {"well": "exit 0", "ill": "echo 'no line' >&2; exit 1"}.items():
        program = person / name
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)
        setting = f"program={program}"
        await done(daemon, "env", "add", name, "--adapter", "command", "--set", setting)
    words = ("publish", "--app", app["address"], "--env")
    ran = await daemon.shipway(*words, "well", seconds=300)
    assert ran.code == 7, ran
    ran = await daemon.shipway(*words, "ill", seconds=300)
    assert ran.code == 7, ran
    assert "exit code 1" in ran.out + ran.err


async def test_a_killed_daemon_ends_the_program_and_asks_the_store(daemon) -> None:
    """The next daemon kills what is left of it, sees that nothing arrived, and publishes once."""
    person = daemon.home.parent / "person"
    (person / "apps").mkdir()
    program = person / "slow-at-first"
    program.write_text(
        f"""#!/bin/sh
if [ $1 = publish ] && [ ! -e {person}/first ]; then
    echo $$ > {person}/first.new; mv {person}/first.new {person}/first
    exec sleep 1000
fi
[ $1 != publish ] || echo ran >> {person}/again
exec {ROOT}/contrib/recipes/publish-to-folder.sh "$@"
"""
    )
    program.chmod(0o755)
    await done(daemon, "add", str(SAMPLES / OLDER), "--candidate")
    folder = json.dumps({"FOLDER": str(person / "apps")})
    settings = (f"program={program}", "live=true", "status=true", f"environment={folder}")
    named = [word for setting in settings for word in ("--set", setting)]
    await done(daemon, "env", "add", "folder", "--adapter", "command", *named)
    (app,) = json.loads(f"[{await done(daemon, 'app', 'list', '--json')}]")
    await done(daemon, "publish", "--app", app["address"], "--env", "folder", "--no-wait")
    await wait_for((person / "first").exists, 60, "the program is not run")
    pid = int((person / "first").read_text())
    await daemon.kill()
    await daemon.start()
    ended = await daemon.shipway("job", "show", "1", "--wait", "--json", seconds=120)
    assert ended.code == 0, ended
    assert not is_running(pid)
    assert (person / "again").read_text() == "ran\n"


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
