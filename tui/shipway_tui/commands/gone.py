"""Saying that something was deleted, dropped or forgotten."""

from collections.abc import Sequence

from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.quiet import say


def say_gone(what: str, sentence: str, *, as_json: bool, live: Sequence[str] = ()) -> None:
    """Print what went, as a sentence or as `{"deleted": what}`.

    `live` names the environments that hold it still, where it can be in one.
    """
    if not as_json:
        say(sentence)
        return
    print_object({"deleted": what, **({"live": list(live)} if live else {})})
