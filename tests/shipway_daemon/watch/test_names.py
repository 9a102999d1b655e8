"""Which names are looked at in a build folder."""

import pytest
from shipway_daemon.watch.names import EXTENSIONS, TEMPORARY, may_be_binary


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_every_output_of_a_build_tool_is_looked_at(extension):
    for name in (f"app{extension}", f"a/b/App-1.0{extension.upper()}", f"漢\n{extension}"):
        assert may_be_binary(name, None)


@pytest.mark.parametrize("suffix", TEMPORARY)
def test_what_a_writer_has_not_finished_is_not_looked_at(suffix):
    """Whatever the glob says."""
    for glob in (None, "*", f"*{suffix}"):
        assert not may_be_binary(f"app.apk{suffix}", glob)


@pytest.mark.parametrize(
    "name", ["notes.txt", "app.zip", "apk", ".apk", ".app.apk", "a.apk/b.txt", ""]
)
def test_other_files_are_not_looked_at(name):
    assert not may_be_binary(name, None)


@pytest.mark.parametrize(
    ("relative", "glob", "taken"),
    [
        ("a/b/app-release.apk", "*-release.apk", True),
        ("a/b/app-debug.apk", "*-release.apk", False),
        ("a/release/app.apk", "*/release/*.apk", True),
        ("a/debug/app.apk", "*/release/*.apk", False),
        ("tool.zip", "*.zip", True),
        (".hidden.zip", "*.zip", False),
        ("A.APK", "*.apk", False),
    ],
)
def test_a_glob_is_matched_against_the_name_or_with_a_slash_the_path(relative, glob, taken):
    assert may_be_binary(relative, glob) == taken
