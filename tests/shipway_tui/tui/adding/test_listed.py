"""What a half-typed path may become."""

import threading

import pytest
from shipway_client.errors import Failed
from shipway_tui.tui.adding import listed
from shipway_tui.tui.adding.folders import FolderSuggester
from shipway_tui.tui.adding.listed import in_own_thread, list_matching, size_of


@pytest.fixture
def folder(tmp_path):
    for name in ("notes.txt", "app.apk", ".hidden.apk"):
        (tmp_path / name).write_bytes(b"12345")
    (tmp_path / "apps").mkdir()
    (tmp_path / "lost").symlink_to(tmp_path / "nowhere")
    return tmp_path


async def test_binaries_come_first_then_folders_then_what_is_not_taken(folder):
    found = await list_matching(f"{folder}/")
    assert [entry.name for entry in found.entries] == ["app.apk", "apps", "notes.txt"]
    assert [entry.size for entry in found.entries] == [5, None, 5]
    assert [e.name for e in (await list_matching(f"{folder}/AP")).entries] == ["app.apk", "apps"]
    assert [e.name for e in (await list_matching(f"{folder}/.h")).entries] == [".hidden.apk"]
    only = await list_matching(f"{folder}/", folders_only=True)
    assert [entry.name for entry in only.entries] == ["apps"]


async def test_a_folder_that_is_not_there_is_told(folder):
    assert "No such file" in (await list_matching(f"{folder}/none/x")).problem
    with pytest.raises(Failed, match="No such file"):
        await size_of(folder / "none")


async def test_a_mount_that_hangs_is_told_and_nobody_waits_for_it(monkeypatch):
    monkeypatch.setattr(listed, "PATIENCE_SECONDS", 0.01)
    released = threading.Event()
    with pytest.raises(Failed, match="does not answer"):
        await in_own_thread(released.wait)
    released.set()


async def test_a_half_typed_folder_is_completed(folder):
    suggester = FolderSuggester()
    assert await suggester.get_suggestion(f"{folder}/ap") == f"{folder}/apps/"
    assert await suggester.get_suggestion(f"{folder}/none/") is None
    assert await suggester.get_suggestion("") is None
