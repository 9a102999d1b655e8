"""Sorted rows that are found by key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipway_tui.tui.widgets.rows import Row, Rows

#: What is done to the rows: a key, and its new rank; None drops it. Ranks are often the same.
STEPS = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.none() | st.integers(0, 3)), max_size=30)


@given(STEPS)
def test_they_stand_by_rank_whatever_came_and_went(steps):
    rows, known = Rows(), {}
    for key, rank in steps:
        if rank is not None:
            rows.put(Row(key, rank, {}))
            known[key] = rank
        elif key in known:
            rows.drop(key)
            del known[key]
        assert sorted(known.values()) == [row.rank for row in rows]
        assert {row.key: row.rank for row in rows} == known
        assert all(rows[rows.index(key)].key == key for key in known)


def test_a_row_that_is_not_there_is_an_error():
    rows = Rows([Row("a", 1, {})])
    with pytest.raises(KeyError):
        rows.index("b")
    with pytest.raises(KeyError):
        rows.drop("b")
