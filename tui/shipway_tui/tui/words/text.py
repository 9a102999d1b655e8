"""How strangers' texts are made fit for a terminal: nothing moves the cursor, and all is cut."""

import unicodedata

from rich.cells import cell_len, chop_cells, set_cell_size


def plain(text: str, *, lines: bool = False) -> str:
    """Take out what would move the cursor or hide in a terminal; names come from strangers' files.

    With `lines`, line feeds and tabs stay.
    """
    if text.isprintable():
        return text
    kept = "\n\t" if lines else ""
    return "".join(
        character
        if character in kept
        or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def fit_end(text: str, cells: int) -> str:
    """Cut `text` to at most `cells` cells, with an ellipsis at the end."""
    if cell_len(text) <= cells:
        return text
    return set_cell_size(text, cells - 1).rstrip() + "…" if cells > 1 else "…"[:cells]


def fit_middle(text: str, cells: int) -> str:
    """Cut `text` to at most `cells` cells, keeping both ends: paths and digests differ there."""
    if cell_len(text) <= cells:
        return text
    if cells < 5:
        return fit_end(text, cells)
    head = (cells - 1) // 2
    return chop_cells(text, head)[0] + "…" + _tail(text, cells - 1 - head)


def _tail(text: str, cells: int) -> str:
    start = len(text)
    while start > 0 and cell_len(text[start - 1 :]) <= cells:
        start -= 1
    return text[start:]
