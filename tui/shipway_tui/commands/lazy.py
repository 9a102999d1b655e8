"""A group of commands that imports each one only when it is called."""

from importlib import import_module
from typing import Any

import click

from shipway_tui.commands.shape import Group


class LazyGroup(Group):
    """Finds a command by its name in the table `modules`: name to module.

    Each module holds its click command as `command`. A list command must not pay for the imports
    of the others (DESIGN, budgets).
    """

    def __init__(self, *args: Any, modules: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the commands, in the order of the table."""
        return list(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command of a name, or answer None."""
        module = self._modules.get(cmd_name)
        if module is None:
            return None
        command = import_module(module).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}.command is no click command")
        return command
