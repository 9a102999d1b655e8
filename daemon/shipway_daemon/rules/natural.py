"""The order that people see in versions and builds: 1.9 comes before 1.10."""

import re

_DIGITS = re.compile(r"[0-9]+")


def natural(text: str | None) -> str:
    """Write a text so that comparing letter by letter puts its numbers in order; '' for none.

    Every run of digits is preceded by its length, in three digits.
    """
    return _DIGITS.sub(_sized, (text or "").casefold())


def _sized(found: re.Match[str]) -> str:
    digits = found[0].lstrip("0") or "0"
    return f"{len(digits):03}{digits}"
