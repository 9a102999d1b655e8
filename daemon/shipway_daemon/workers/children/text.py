"""Text that is fit to travel: valid UTF-8, and not too long."""

#: The longest text of one report, in characters.
MAX_TEXT = 4096


def fit(text: object, length: int = MAX_TEXT) -> str:
    """Make text of whatever a plugin gave; what no encoding takes (bytes of a path) becomes `?`."""
    plain = str(text).encode("utf-8", "replace").decode("utf-8")
    return plain if len(plain) <= length else plain[: length - 1] + "…"
