"""What a preset takes of a build folder, and where it does not even look."""

import os

import pytest
from shipway_client.wire import Preset
from shipway_daemon.watch.choice import Choice
from shipway_daemon.watch.scan import scan

TREES = {
    Preset.ANDROID: {
        "app/build/outputs/apk/release/app-release.apk": True,
        "app/build/outputs/apk/free/debug/app-free-debug.apk": True,
        "app/build/outputs/bundle/release/app-release.aab": True,
        "build/app/outputs/apk/release/app-release.apk": True,
        "kotlin/build/outputs/apk/debug/kotlin-debug.apk": True,
        "app/build/outputs/apk/androidTest/debug/app-debug-androidTest.apk": False,
        "app/build/outputs/mapping/apk/other.apk": False,
        "app/build/intermediates/outputs/apk/debug/app-debug.apk": False,
        "app/build/tmp/outputs/apk/app.apk": False,
        "app/outputs/apk/app.apk": False,
        "app/libs/tool.apk": False,
        "node_modules/tool/build/outputs/apk/tool.apk": False,
        ".gradle/build/outputs/apk/cached.apk": False,
        "app/build/outputs/apk/release/app.ipa": False,
        "app/build/outputs/apk/release/.hidden.apk": False,
    },
    Preset.XCODE: {
        "App.ipa": True,
        "export/App.pkg": True,
        "export/App.dmg": True,
        "export/App.xcarchive.zip": True,
        "export/App.app.zip": True,
        "export/App.zip": False,
        "export/app.apk": False,
        "App.xcarchive/Products/App.ipa": False,
        "App.app/Contents/Installer.pkg": False,
        "DerivedData/Build/App.ipa": False,
        "Index.noindex/App.ipa": False,
        "SourcePackages/checkouts/tool.pkg": False,
        ".build/App.pkg": False,
    },
    Preset.DOTNET: {
        "App/bin/Release/App.msi": True,
        "App/Bin/x64/App.MSIX": True,
        "App/AppPackages/App_1.0_Test/App.msixbundle": True,
        "App/AppPackages/App.msixupload": True,
        "App/AppPackages/App.appxupload": True,
        "App/AppPackages/App_1.0_Test/Dependencies/x64/Runtime.appx": False,
        "Dependencies/bin/Tool.msi": True,
        "App/obj/Release/App.msi": False,
        "packages/WindowsAppSDK/tools/Runtime.msix": False,
        "App/bin/Release/App.exe": False,
    },
}


def fill(root, tree):
    for relative in tree:
        path = root / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def found(root, preset, glob=None, below=""):
    choice = Choice(os.fsencode(root), glob, preset)
    paths = [os.fsdecode(file.path) for file in scan(choice, os.fsencode(root / below)).files]
    return {os.path.relpath(path, root) for path in paths}


@pytest.mark.parametrize("preset", Preset)
def test_a_scan_finds_the_outputs_and_a_hint_is_believed_for_the_same_ones(preset, tmp_path):
    tree = TREES[preset]
    fill(tmp_path, tree)
    wanted = {relative for relative, taken in tree.items() if taken}

    assert found(tmp_path, preset) == wanted
    choice = Choice(os.fsencode(tmp_path), None, preset)
    assert {name for name in tree if choice.wants(os.fsencode(tmp_path / name))} == wanted


@pytest.mark.parametrize("preset", Preset)
def test_without_a_preset_the_name_alone_decides(preset, tmp_path):
    tree = TREES[preset]
    fill(tmp_path, tree)

    assert found(tmp_path, preset) < found(tmp_path, None)


def test_an_output_is_known_from_above_at_and_below_its_folder(tmp_path):
    fill(tmp_path, TREES[Preset.ANDROID])
    relative = "app/build/outputs/apk/release/app-release.apk"
    for depth in range(relative.count("/") + 1):
        root = tmp_path.joinpath(*relative.split("/")[:depth])
        assert str((tmp_path / relative).relative_to(root)) in found(root, Preset.ANDROID)


def test_what_lies_above_the_watched_folder_is_never_passed_over(tmp_path):
    """Only folders below it: a workspace may lie anywhere."""
    root = tmp_path / ".jenkins" / "node_modules" / "intermediates"
    fill(root, TREES[Preset.ANDROID])

    assert found(root, Preset.ANDROID)


def test_a_glob_narrows_a_preset_and_never_widens_it(tmp_path):
    fill(tmp_path, TREES[Preset.ANDROID])

    assert found(tmp_path, Preset.ANDROID, "*-release.*") == {
        "app/build/outputs/apk/release/app-release.apk",
        "app/build/outputs/bundle/release/app-release.aab",
        "build/app/outputs/apk/release/app-release.apk",
    }
    assert found(tmp_path, Preset.ANDROID, "*.ipa") == set()


def test_folders_that_are_passed_over_are_not_opened(tmp_path, monkeypatch):
    """They hold most of the files of a build, and a scan comes once a minute."""
    fill(tmp_path, TREES[Preset.ANDROID])
    opened, scandir = [], os.scandir

    def watched(path):
        opened.append(os.fsdecode(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", watched)
    found(tmp_path, Preset.ANDROID)

    names = {path.rpartition("/")[2] for path in opened}
    assert "apk" in names
    assert not names & {"intermediates", ".gradle", "node_modules", "androidTest", "tmp", "mapping"}


def test_a_hint_of_a_folder_that_is_passed_over_is_not_followed(tmp_path):
    fill(tmp_path, TREES[Preset.ANDROID])

    inside = "app/build/intermediates/outputs/apk/debug"
    assert found(tmp_path, Preset.ANDROID, below=inside) == set()
    assert found(tmp_path, Preset.ANDROID, below="app/build/outputs/apk/release") != set()
