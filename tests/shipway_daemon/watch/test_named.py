"""What hints name: files, folders with all in them, and nothing by way of a link."""

import os

import pytest
from shipway_daemon.watch.choice import Choice
from shipway_daemon.watch.named import resolve


@pytest.fixture
def tree(tmp_path):
    for name in ("in/a.apk", "in/deep/b.apk", "out/theirs.apk", "out/deep/more.apk"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def named(root, *names):
    """Resolve these, and return what was found with how often a sign of life was given."""
    signs = []
    paths = [os.fsencode(root / name) for name in names]
    found = resolve(Choice(os.fsencode(root)), paths, lambda: signs.append(1))
    return [os.fsdecode(one.path).removeprefix(f"{root}/") for one in found], len(signs)


def test_a_folder_is_walked_once_however_many_of_its_parts_are_named(tree):
    found, signs = named(tree / "in", "deep", "deep/b.apk", ".", "a.apk")
    assert sorted(found) == ["a.apk", "deep/b.apk"]
    assert signs == 3  # the root is named, and there are two folders


def test_what_is_gone_and_what_is_no_file_is_passed_over(tree):
    os.mkfifo(tree / "in" / "pipe.apk")
    assert named(tree / "in", "gone.apk", "gone", "pipe.apk")[0] == []


def test_links_are_not_followed(tree):
    """Neither one that is named, nor one on the way: watches may follow links, and name such."""
    (tree / "in" / "link").symlink_to(tree / "out")
    (tree / "in" / "link.apk").symlink_to(tree / "out" / "theirs.apk")
    names = ("link", "link.apk", "link/theirs.apk", "link/deep", "link/deep/more.apk")
    assert named(tree / "in", *names)[0] == []


def test_a_root_that_is_a_link_itself_is_a_root(tree):
    (tree / "current").symlink_to(tree / "in")
    assert named(tree / "current", "a.apk", "deep")[0] == ["a.apk", "deep/b.apk"]
