"""Wrapped lines lose nothing, fit, and stand under their own beginning."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from shipway_tui.tui.widgets.detail import fact, muted
from shipway_tui.tui.widgets.hanging import LABEL_CELLS, hang
from textual.content import Content

WORDS = st.text(st.sampled_from("abc /@.-商é"), min_size=1, max_size=120)


@given(WORDS, st.integers(LABEL_CELLS + 4, 60))
def test_every_part_fits_and_nothing_is_lost(text, width):
    parts = hang(Content(text), width)
    assert "".join("".join(part.plain.split()) for part in parts) == "".join(text.split())
    assert all(cell_len(part.plain) <= width for part in parts)


@given(WORDS, st.integers(40, 60))
def test_a_value_stays_in_the_column_of_values(text, width):
    _, *rest = hang(fact("reason", text), width)
    assert all(part.plain[: LABEL_CELLS + 1].isspace() for part in rest)


def test_other_lines_are_set_in_a_step_further():
    parts = hang(muted("  one two three four five six seven"), 20)
    assert [part.plain for part in parts] == ["  one two three four", "    five six seven"]


def test_a_line_that_fits_is_left_alone():
    line = Content("short")
    assert hang(line, 40) == [line]
