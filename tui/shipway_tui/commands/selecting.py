"""What `--select` and `--target` mean."""

from shipway_client.errors import WrongUsage
from shipway_client.wire import Selection
from shipway_plugins.words import ItemAction

_HINT = "Write --select CHANNEL=VERSION, CHANNEL=keep or CHANNEL=remove."
_KINDS = ("group", "user")


def parsed_selections(given: tuple[str, ...]) -> list[Selection]:
    """Turn `CHANNEL=VERSION|keep|remove` words into selections.

    Raises:
        WrongUsage: A word is none of these, or a channel comes twice.
    """
    selections = [_selection(word) for word in given]
    channels = [selection.channel for selection in selections]
    for channel in channels:
        if channels.count(channel) > 1:
            raise WrongUsage(f"--select names {channel} twice.", "Give each channel once.")
    return selections


def _selection(word: str) -> Selection:
    channel, _, what = word.partition("=")
    if not (channel and what):
        raise WrongUsage(f"--select {word} does not say what to do with which channel.", _HINT)
    if what in (ItemAction.KEEP, ItemAction.REMOVE):
        return Selection(channel=channel, action=ItemAction(what))
    return Selection(channel=channel, action=ItemAction.PUBLISH, version=what)


def parsed_targets(given: tuple[str, ...]) -> list[str]:
    """Check that each target is `group:G` or `user:U`.

    Raises:
        WrongUsage: One is neither.
    """
    for target in given:
        kind, _, name = target.partition(":")
        if kind not in _KINDS or not name:
            raise WrongUsage(
                f"--target {target} is neither a group nor a user.",
                "Write --target group:NAME or --target user:NAME.",
            )
    return list(given)
