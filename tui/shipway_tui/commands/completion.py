"""`shipway completion`: the script that makes a shell complete, and what that script asks."""

from importlib.resources import files

import click
from click.shell_completion import CompletionItem, ShellComplete

from shipway_tui.commands.shape import Command

SHELLS = ("bash", "zsh", "fish")


@click.command(name="completion", cls=Command)
@click.argument("shell", type=click.Choice(SHELLS))
@click.argument("words", nargs=-1, metavar="[-- WORD...]")
def command(shell: str, words: tuple[str, ...]) -> None:
    """Print the script that makes a shell complete `shipway`.

    Profiles, versions, environments, jobs and the fields of queries are completed too, as the
    daemon knows them; when it is away, only words of the command line are.

    With words after -- it prints what the last of them may become, one a line: that is what the
    script asks.
    """
    if not words:
        click.echo((files(__package__) / "shells" / f"shipway.{shell}").read_text(), nl=False)
        return
    for item in completions(list(words)):
        click.echo(_line(item))


def completions(words: list[str]) -> list[CompletionItem[str]]:
    """What the last of the words may become, the others standing before it."""
    from shipway_tui.commands.root import shipway

    completing = ShellComplete(shipway, {}, "shipway", "_SHIPWAY_COMPLETE")
    *before, incomplete = words
    return completing.get_completions(before, incomplete)


def _line(item: CompletionItem[str]) -> str:
    """A value, a tab and what it is; or `:file` or `:dir`, which the shell itself completes."""
    if item.type != "plain":
        return f":{item.type}"
    about = " ".join((item.help or "").split())
    return f"{item.value}\t{about}" if about else item.value
