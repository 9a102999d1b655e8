"""What every command and every group of the command line has: `-q`, examples, whole summaries."""

from typing import Any

import click
from shipway_client.errors import NotFound

from shipway_tui.commands.quiet import QuietOption

#: No summary of ours is longer, so none is cut; the formatter wraps it.
_WHOLE = 1_000


class Command(click.Command):
    """A command with `-q`, and with its examples at the end of its help."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = {name for param in self.params for name in param.opts}
        names = ("-q",) if "--quiet" in taken else ("-q", "--quiet")
        self.params.append(QuietOption(*names))

    def invoke(self, ctx: click.Context) -> Any:
        """Run it; where it names what is not there, say which name is spelt alike."""
        try:
            return super().invoke(ctx)
        except NotFound as error:
            from shipway_tui.commands.names import meant

            raise meant(error, ctx) from error

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show how the command is called."""
        from shipway_tui.commands.examples import examples_of, path_of

        shown = examples_of(path_of(ctx))
        if not shown:
            return
        with formatter.section("Examples"):
            for example in shown:
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


class Group(click.Group):
    """A group that shows whole summaries, and knows what a mistyped command was to be."""

    command_class = Command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, each with the whole first sentence of its help."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [
            (name, command.get_short_help_str(_WHOLE))
            for name, command in commands
            if command is not None and not command.hidden
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of a word.

        Raises:
            NoSuchCommand: There is none; it says which are spelt alike.
        """
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise _no_command(error.command_name, self.list_commands(ctx), ctx) from None


def _no_command(word: str, there: list[str], ctx: click.Context) -> click.UsageError:
    """Say what the word may have meant: a command that is spelt alike, or that begins with it."""
    from difflib import get_close_matches

    alike = get_close_matches(word, there) or [name for name in there if name.startswith(word)]
    meant = f" Did you mean {' or '.join(alike)}?" if alike else ""
    return click.UsageError(f"There is no command {word}.{meant}", ctx)
