"""Text as a terminal shows it: its width in cells, made safe, cut in the middle."""

ELLIPSIS = "…"

#: Joins emoji; it is not printable by itself, and harmless.
_JOINER = "\u200d"


def safe(text: str) -> str:
    """Replace what could move the cursor or turn the writing direction: names come from files."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character == _JOINER else "�" for character in text
    )


def cells(text: str) -> int:
    """How many cells `text` takes; wide characters take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut_middle(text: str, width: int) -> str:
    """Shorten `text` to `width` cells; both ends stay, for they tell addresses and paths apart."""
    if cells(text) <= width:
        return text
    if width <= 1:
        return ELLIPSIS[:width]
    end = (width - 1) // 2
    return _start(text, width - 1 - end) + ELLIPSIS + _start(text[::-1], end)[::-1]


def cut_end(text: str, width: int) -> str:
    """Shorten `text` to `width` cells at its end."""
    if cells(text) <= width:
        return text
    return _start(text, max(width - 1, 0)) + ELLIPSIS[:width]


def _start(text: str, width: int) -> str:
    taken = 0
    for index, character in enumerate(text):
        taken += cells(character)
        if taken > width:
            return text[:index]
    return text


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Fill `text` with spaces to `width` cells."""
    space = " " * (width - cells(text))
    return space + text if right else text + space
