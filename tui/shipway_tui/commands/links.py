"""`shipway profile owner/name`: words that are no command open the TUI where they lead."""

from difflib import get_close_matches

import click
from shipway_client.errors import WrongUsage

from shipway_tui.commands.lazy import LazyGroup
from shipway_tui.tui.links import PLACES, THINGS, parse


class OpenHere(click.Command):
    """Opens the TUI at a link; made for the words of one call."""

    def __init__(self, words: list[str]) -> None:
        super().__init__(name=words[0], hidden=True)
        self.words = words

    def invoke(self, ctx: click.Context) -> int:
        """Open it.

        Raises:
            WrongUsage: The words lead nowhere, or there is no terminal.
        """
        from shipway_tui.start import open_tui

        read_only = bool(ctx.parent and ctx.parent.params.get("read_only"))
        return open_tui(read_only=read_only, link=parse(self.words))


class LinkingGroup(LazyGroup):
    """The root: its commands first, then links."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of a word, or take all words as a link.

        Raises:
            NoSuchCommand: It is neither.
            WrongUsage: A command is to change nothing, and would not heed that.
        """
        if _is_link(self, ctx, args):
            return args[0], OpenHere(args), []
        found = super().resolve_command(ctx, args)
        if ctx.params.get("read_only") and not ctx.resilient_parsing:
            raise WrongUsage("--read-only is for the TUI; a command heeds it not.", "Leave it out.")
        return found


def _is_link(group: click.Group, ctx: click.Context, words: list[str]) -> bool:
    """Whether words lead into the TUI: a slip of a command's name does not."""
    first, *rest = words
    if first not in PLACES and first not in THINGS:
        return False
    noun = group.get_command(ctx, first)
    if noun is None:
        return True
    if not isinstance(noun, click.Group) or first not in THINGS or len(rest) != 1:
        return False
    known = noun.list_commands(ctx)
    near = rest[0].startswith("-") or rest[0] in known
    return not (near or get_close_matches(rest[0], known, cutoff=0.7))
