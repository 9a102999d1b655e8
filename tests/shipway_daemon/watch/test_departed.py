"""What is gone is forgotten: late, in batches, and never because it is out of sight."""

import os
from pathlib import Path

import pytest
from shipway_daemon.watch.choice import Choice
from shipway_daemon.watch.departed import AT_ONCE, GONE_SECONDS, Departed
from shipway_daemon.watch.scan import scan

LATE = GONE_SECONDS + 1


@pytest.fixture
def root(tmp_path):
    for name in ("a.apk", "deep/b.apk"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    return os.fsencode(tmp_path)


@pytest.fixture
def known(root):
    """What was dealt with: the files of the folder."""
    walk = scan(Choice(root), root)
    assert len(walk.files) == 2
    return {file.path: str(file.signature) for file in walk.files}


def at(path):
    return Path(os.fsdecode(path))


def after(departed, root, known, now):
    return departed.gone(scan(Choice(root), root), known, now)


def test_what_is_there_is_kept_for_ever(root, known):
    departed = Departed()
    assert [after(departed, root, known, now) for now in (0.0, LATE, 9 * LATE)] == [[]] * 3


def test_what_is_gone_for_long_is_forgotten(root, known):
    departed = Departed()
    path = root + b"/a.apk"
    at(path).unlink()
    assert after(departed, root, known, 0.0) == []
    assert after(departed, root, known, GONE_SECONDS - 1) == []
    assert after(departed, root, known, LATE) == [path]


def test_what_comes_back_in_time_begins_anew(root, known):
    departed = Departed()
    path = root + b"/a.apk"
    aside = at(path).rename(at(root) / "aside.txt")
    assert after(departed, root, known, 0.0) == []
    aside.rename(at(path))
    assert after(departed, root, known, LATE) == []
    at(path).unlink()
    assert after(departed, root, known, LATE + 1) == []


def test_what_may_only_be_out_of_sight_is_kept(root, known):
    """Below a folder that cannot be read, or on a file system that is not there."""
    departed = Departed()
    walk = scan(Choice(root), root)
    walk.files.clear()
    walk.unreadable[root + b"/deep"] = "Permission denied"
    known[root + b"/mounted.apk"] = f"{max(walk.devices) + 1}:1:1:1:1"
    for path in known:
        at(path).unlink(missing_ok=True)
    assert departed.gone(walk, known, 0.0) == []
    assert departed.gone(walk, known, LATE) == [root + b"/a.apk"]


def test_what_is_there_and_not_chosen_any_more_is_kept(root, known):
    departed = Departed()
    for now in (0.0, LATE):
        assert departed.gone(scan(Choice(root, "*.ipa"), root), known, now) == []


def test_only_so_many_at_once(root, known):
    departed = Departed()
    device = next(iter(known.values())).partition(":")[0]
    gone = {root + b"/%d.apk" % number: f"{device}:1:1:1:1" for number in range(AT_ONCE + 5)}
    after(departed, root, gone, 0.0)
    assert len(after(departed, root, gone, LATE)) == AT_ONCE
