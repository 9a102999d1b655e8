"""The git checkout around a binary: its facts, where it has not moved since, and nothing else."""

import os
import stat
import time
from pathlib import Path

import pytest
from shipway_daemon.intake.facts import git
from shipway_daemon.intake.facts.checkout import checkout_around, read_checkout
from shipway_plugins.words import BuildFacts
from support.checkouts import Checkout, needs_git
from support.waiting import wait_for

pytestmark = needs_git


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path / "project")


@pytest.fixture
def read(checkout):
    """Read the facts of a binary that is written now."""

    async def facts(folder=None):
        return await read_checkout(folder or checkout.folder, written(checkout.folder))

    return facts


def written(folder: Path) -> int:
    """When a file that is made now was written, by the clock of its file system."""
    made = folder / "made"
    made.write_bytes(b"x")
    return made.stat().st_mtime_ns


async def test_branch_commit_and_the_whole_message(checkout, read):
    commit = checkout.commit("Fix the login\n\nIt was broken.")

    facts = await read()

    assert facts == BuildFacts(
        branch="main", commit=commit, message="Fix the login\n\nIt was broken.\n"
    )


async def test_a_detached_head_has_no_branch(checkout, read):
    checkout.git("checkout", "-q", "--detach")

    facts = await read()

    assert (facts.branch, facts.commit) == (None, checkout.head)


@pytest.mark.parametrize(
    "move",
    [
        ("commit", "-q", "--allow-empty", "-m", "Next"),
        ("checkout", "-q", "-b", "other"),
        ("checkout", "-q", "--detach"),
        ("reset", "-q", "--hard", "HEAD"),
    ],
)
async def test_a_checkout_that_has_moved_since_says_nothing(checkout, move):
    """By the clock of the file system, which may stand still for some milliseconds."""
    before = written(checkout.folder)
    await wait_for(lambda: written(checkout.folder) > before)
    checkout.git(*move)

    assert await read_checkout(checkout.folder, before) == BuildFacts()


@pytest.mark.parametrize("logs", ["true", "false"])
async def test_with_a_log_of_its_moves_or_without(tmp_path, logs):
    made = Checkout(tmp_path / "other")
    made.git("config", "core.logAllRefUpdates", logs)
    (made.folder / ".git" / "logs" / "HEAD").unlink()
    commit = made.commit("Second")

    assert (await read_checkout(made.folder, written(made.folder))).commit == commit
    assert await read_checkout(made.folder, time.time_ns() - 10**12) == BuildFacts()


async def test_packed_references_and_another_working_tree(checkout, read, tmp_path):
    checkout.git("pack-refs", "--all")
    tree = tmp_path / "tree"
    checkout.git("worktree", "add", "-q", "-b", "side", str(tree))

    assert (await read()).branch == "main"
    assert (await read(tree)).branch == "side"


async def test_a_repository_without_a_commit_says_nothing(tmp_path):
    made = Checkout(tmp_path / "empty")
    made.git("update-ref", "-d", "HEAD")

    assert await read_checkout(made.folder, time.time_ns()) == BuildFacts()


async def test_what_only_looks_like_a_checkout_is_none_and_git_looks_no_higher(checkout):
    below = checkout.folder / "below"
    (below / ".git").mkdir(parents=True)

    assert await read_checkout(below, time.time_ns()) == BuildFacts()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
async def test_a_checkout_of_another_user_is_refused_by_git_and_no_error(checkout, read):
    for path in (checkout.folder, checkout.folder / ".git"):
        os.chown(path, 12345, 12345)

    assert await read() == BuildFacts()


async def test_a_message_in_another_encoding(checkout, read):
    checkout.git("config", "i18n.commitEncoding", "ISO-8859-1")
    checkout.git("commit", "-q", "--allow-empty", "-F", str(latin(checkout.folder)))

    assert (await read()).message == "Grüße\n"


def latin(folder: Path) -> Path:
    path = folder / "message"
    path.write_bytes("Grüße\n".encode("latin-1"))
    return path


async def test_nothing_of_the_checkout_is_run(checkout, read, tmp_path):
    """No hook, no monitor, no pager, no signature program, no alias."""
    trap = tmp_path / "trap"
    ran = tmp_path / "ran"
    trap.write_text(f"#!/bin/sh\ntouch {ran}\n")
    trap.chmod(trap.stat().st_mode | stat.S_IXUSR)
    for name in ("core.fsmonitor", "core.pager", "gpg.program", "core.sshCommand"):
        checkout.git("config", name, str(trap))
    checkout.git("config", "log.showSignature", "true")
    for alias in ("rev-parse", "cat-file"):
        checkout.git("config", f"alias.{alias}", f"!{trap}")
    ran.unlink(missing_ok=True)

    assert (await read()).commit == checkout.head
    assert not ran.exists()


async def test_variables_that_name_another_repository_are_not_believed(
    checkout, read, tmp_path, monkeypatch
):
    other = Checkout(tmp_path / "other")
    other.commit("Other")
    head = checkout.head
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))

    assert (await read()).commit == head


async def test_a_program_that_hangs_is_ended_and_one_that_is_missing_is_none(
    checkout, tmp_path, monkeypatch
):
    tools = tmp_path / "tools"
    tools.mkdir()
    started = tmp_path / "started"
    fake = tools / "git"
    fake.write_text(f'#!/bin/sh\necho $$ > "{started}"\nsleep 600\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tools) + os.pathsep + os.environ["PATH"])
    monkeypatch.setattr(git, "_SECONDS", 0.5)
    assert await git.ask_git(checkout.folder, ("rev-parse", "HEAD")) is None
    pid = started.read_text().strip() if started.exists() else ""
    if pid:  # a busy machine may not have come so far
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)

    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert await git.ask_git(checkout.folder, ("rev-parse", "HEAD")) is None


async def test_of_a_long_answer_the_beginning_is_enough(checkout, read):
    checkout.git("config", "gc.auto", "0")
    (checkout.folder / "message").write_text("Long\n" + "x" * 500_000)
    checkout.git("commit", "-q", "--allow-empty", "-F", "message")

    message = (await read()).message

    assert message.startswith("Long\nxxx")
    assert len(message) <= 64 * 1024


def test_the_nearest_checkout_counts_and_the_home_folder_is_none(checkout, tmp_path, monkeypatch):
    nested = checkout.folder / "libs" / "part"
    (nested / "out").mkdir(parents=True)

    assert checkout_around(nested / "out" / "app.apk") == checkout.folder
    (nested / ".git").write_text("gitdir: ../../.git/modules/part\n")
    assert checkout_around(nested / "out" / "app.apk") == nested
    assert checkout_around(tmp_path / "app.apk") is None
    monkeypatch.setenv("HOME", str(checkout.folder))
    assert checkout_around(checkout.folder / "out" / "app.apk") is None
