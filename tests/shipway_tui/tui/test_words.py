"""How things are written: by cells, not by characters."""

from datetime import UTC, datetime

import pytest
from rich.cells import cell_len
from shipway_tui.tui.words import age_text, bar_text, fit_end, fit_middle, numbers, plain, size_text


@pytest.mark.parametrize("cells", range(1, 30))
@pytest.mark.parametrize("text", ["/a/very/long/path/to/app.apk", "商店🚀" * 6, "", "e\u0301" * 20])
def test_nothing_is_wider_than_asked(text, cells):
    assert cell_len(fit_middle(text, cells)) <= cells
    assert cell_len(fit_end(text, cells)) <= cells


def test_a_path_keeps_both_ends():
    assert fit_middle("/home/ada/project/app.apk", 15) == "/home/a…app.apk"


def test_what_moves_the_cursor_is_taken_out():
    assert plain("a\x1b[31mb\nc\u202ed") == "a\ufffd[31mb\ufffdc\ufffdd"
    assert plain("a\nb", lines=True) == "a\nb"


@pytest.mark.parametrize(
    ("size", "written"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (12_345_678, "12.3 MB"), (3 * 10**9, "3.0 GB")],
)
def test_sizes(size, written):
    assert size_text(size) == written


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (None, "never"),
        ("2026-11-20T12:00:30Z", "now"),
        ("2026-11-20T11:01:00Z", "1 h"),
        ("2026-11-20T11:58:00Z", "3 min"),
        ("2026-11-10T12:01:00Z", "10 d"),
        ("2026-11-21T12:01:00Z", "now"),
    ],
)
def test_ages(at, written):
    assert age_text(at, datetime(2026, 11, 20, 12, 1, tzinfo=UTC)) == written


def test_numbers_that_were_not_read_say_so():
    assert numbers(None, None) == "not read"
    assert numbers(None, "7") == "? (7)"
    assert numbers("1.0", None) == "1.0"


def test_a_bar_without_a_total_is_empty():
    assert bar_text(5, 0, 4) == "░░░░"
    assert bar_text(9, 4, 4) == "████"
