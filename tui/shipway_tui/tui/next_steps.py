"""Sentences that name keys, as they are bound now: the user may have moved them."""

import re

from textual.widget import Widget

from shipway_tui.tui.widgets.status_line import keys_of

_ACTION = re.compile(r"\{([a-z_]+\.[a-z_]+)\}")


def with_keys(widget: Widget, text: str) -> str:
    """Write a text with the key of each action that it names as `{noun.verb}`.

    An action without a key is still in the palette.
    """
    keys = keys_of(widget)
    palette = keys.get("app.palette", "")
    return _ACTION.sub(lambda found: keys.get(found[1]) or f"{palette} {found[1]}".strip(), text)
