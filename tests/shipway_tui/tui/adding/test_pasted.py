"""Paths as terminals and file managers paste them."""

import pytest
from shipway_tui.tui.adding.pasted import paths_in


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("/a/b.apk", ["/a/b.apk"]),
        ("'/a/b c.apk' ", ["/a/b c.apk"]),
        (r"/a/b\ c.apk /d/e.apk ", ["/a/b c.apk", "/d/e.apk"]),
        ("\"/a/b.apk\" '/c d.ipa'", ["/a/b.apk", "/c d.ipa"]),
        ("file:///a/b%20c.apk\r\nfile://host/x\r\n", ["/a/b c.apk", "/x"]),
        ("# a list\n/a/b c.apk\n/a/b c.apk\n", ["/a/b c.apk"]),
        ("/a/x.apk ~/y.apk", ["/a/x.apk", "~/y.apk"]),
        ("/a/it's.apk", ["/a/it's.apk"]),
        ("'/a/open", ["/a/open"]),
        (" \n", []),
    ],
)
def test_each_way_to_write_paths_is_read(text, paths):
    assert paths_in(text) == paths
