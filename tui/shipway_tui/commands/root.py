"""`shipway`: the table of its commands, and the TUI when it is called with none."""

import click
from shipway_client.version import VERSION

from shipway_tui.commands.links import LinkingGroup

_HERE = "shipway_tui.commands"

#: Every command, in the order of the help.
MODULES = {
    "demo": f"{_HERE}.demo",
    "daemon": f"{_HERE}.daemon",
    "doctor": f"{_HERE}.doctor",
    "inspect": f"{_HERE}.inspect",
    "backup": f"{_HERE}.backup",
    "restore": f"{_HERE}.restore",
    "migrate": f"{_HERE}.migrate",
    "add": f"{_HERE}.add",
    "upload": f"{_HERE}.upload",
    "watch": f"{_HERE}.watch",
    "unmatched": f"{_HERE}.unmatched",
    "app": f"{_HERE}.app",
    "profile": f"{_HERE}.profile",
    "version": f"{_HERE}.version",
    "prune": f"{_HERE}.prune",
    "env": f"{_HERE}.env",
    "publish": f"{_HERE}.publish",
    "unpublish": f"{_HERE}.unpublish",
    "job": f"{_HERE}.job",
    "event": f"{_HERE}.event",
    "plugin": f"{_HERE}.plugin",
    "completion": f"{_HERE}.completion",
    "config": f"{_HERE}.config",
}


@click.group(
    cls=LinkingGroup,
    modules=MODULES,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("--read-only", is_flag=True, help="Open the TUI so that it changes nothing.")
@click.version_option(VERSION, prog_name="shipway")
@click.pass_context
def shipway(context: click.Context, *, read_only: bool) -> int | None:
    """Shipway is a release desk for app binaries. Without a command it opens its terminal UI.

    It opens at one thing, too: `shipway profile owner/name`, `version owner/name@N`, `env NAME`,
    `job N`, `plugin NAME`, `folder DIR`, `activity`, `inbox`.
    """
    if context.invoked_subcommand is not None:
        return None
    from shipway_tui.start import open_tui

    return open_tui(read_only=read_only)
