"""The settings of the adapter, and what of them can be wrong before the program is run."""

import os
import shutil
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta
from shipway_plugins.credentials import Credential
from shipway_plugins.errors import BadSettings

#: A lane ends a publish after six hours; the program has to be ended before that.
_LONGEST = 6 * 3600 - 600


class CommandOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which program is run, for what, and what it is given.

    It is run for a publish. For what else is to be said: a program that looks at nothing that it
    is told would publish when it is asked for its status.
    """

    program: Annotated[
        str, Meta(min_length=1, description="An absolute path, ~/..., or a name in PATH.")
    ]
    arguments: Annotated[
        list[str], Meta(description="Words between the program and the name of the call.")
    ] = []
    unpublish: Annotated[bool, Meta(description="The program answers the call unpublish.")] = False
    status: Annotated[bool, Meta(description="The program answers the call status.")] = False
    live: Annotated[
        bool, Meta(description="The program answers the call live; without it nothing is verified.")
    ] = False
    targets: Annotated[
        bool, Meta(description="The program keeps to Draft and Active, and to targets.")
    ] = False
    channels: Annotated[list[str], Meta(description="The channels it takes; none: any.")] = []
    environment: Annotated[
        dict[str, str], Meta(description="More environment variables for the program.")
    ] = {}
    credentials: Annotated[
        dict[str, Credential], Meta(description="Credentials, as environment variables.")
    ] = {}
    seconds: Annotated[
        float, Meta(gt=0, le=_LONGEST, description="How long a publish may take, in seconds.")
    ] = 3600.0


def check(options: CommandOptions) -> None:
    """Refuse settings that no program could be run with.

    Raises:
        BadSettings: The sentence names the field.
    """
    if "/" in options.program and not Path(_home(options.program)).is_absolute():
        raise BadSettings(
            f"The setting program does not fit: {options.program} is no absolute path.",
            "Write the path from the root on, from ~ on, or a name that is in PATH.",
        )
    if any("\0" in word for word in [options.program, *options.arguments]):
        raise BadSettings("The setting arguments does not fit: a word holds a zero byte.")
    _check_variables("environment", options.environment)
    _check_variables("credentials", options.credentials)
    if twice := sorted(options.environment.keys() & options.credentials.keys()):
        raise BadSettings(
            f"The setting credentials does not fit: {twice[0]} is in environment too.",
            "Name each variable once.",
        )


def find(options: CommandOptions) -> str | None:
    """Find the program's file; None where there is none that can be run."""
    path = options.environment.get("PATH", os.environ.get("PATH"))
    return shutil.which(_home(options.program), path=path)


def _home(program: str) -> str:
    return str(Path(program).expanduser()) if program.startswith("~") else program


def _check_variables(setting: str, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        if not name or "=" in name or "\0" in name + value:
            raise BadSettings(
                f"The setting {setting} does not fit: {name!r} cannot be an environment variable."
            )
