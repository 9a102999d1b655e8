"""Text fits the terminal by cells, and keeps what tells names apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipway_plugins.words import Progress
from shipway_tui.commands.output.table import NARROWEST, fitted
from shipway_tui.commands.output.text import cells, cut_end, cut_middle, pad, safe
from shipway_tui.commands.output.values import progress, size


@given(st.text(max_size=40).map(safe), st.integers(min_value=0, max_value=30))
def test_cut_text_is_never_too_wide(text, width):
    """Whatever the characters are."""
    assert cells(cut_middle(text, width)) <= width
    assert cells(cut_end(text, width)) <= width


def test_the_middle_is_cut_so_that_both_ends_stay():
    """The start says where, the end says what."""
    assert cut_middle("/home/ana/builds/app-release.apk", 16) == "/home/an…ase.apk"
    assert cut_middle("短い名前のアプリ", 9) == "短い…プリ"


def test_wide_characters_take_two_cells():
    """So that the next column stands where it should."""
    assert cells("アプリ") == 6
    assert cells(pad("アプリ", 10)) == 10


@given(st.text())
def test_safe_text_has_no_control_characters(text):
    """Nothing moves the cursor, rings, or turns the writing direction."""
    assert not any(ord(character) < 32 for character in safe(text))
    assert not set(safe(text)) & {"\x7f", "\x9b", "\u202e", "\u2066", "\n"}


@given(
    st.lists(st.integers(min_value=1, max_value=300), min_size=1, max_size=8),
    st.integers(min_value=20, max_value=200),
)
def test_columns_are_narrowed_until_they_fit_or_can_give_no_more(widths, room):
    """Only those are narrowed that are wider than the narrowest allowed."""
    narrowed = fitted(widths, room)

    assert sum(narrowed) <= room or max(narrowed) <= NARROWEST
    assert all(now == was or now >= NARROWEST for now, was in zip(narrowed, widths, strict=True))


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB")],
)
def test_sizes_are_short(count, text):
    """And never `1000.0 kB`."""
    assert size(count) == text


def test_progress_without_a_total_has_no_percent():
    """An unknown end is not guessed."""
    assert progress(Progress(stage="send", done=1200, total=0)) == "1.2 kB"
    assert progress(Progress(stage="send", done=1200, total=2400)) == "50 %  1.2 kB of 2.4 kB"
