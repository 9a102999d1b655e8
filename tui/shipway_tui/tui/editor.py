"""The user's own editor, for a text that is longer than a prompt is wide."""

import asyncio
import os
import shlex
import tempfile
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported


class NoEditor(Exception):
    """No editor could be run, or its file not be read; the sentence says why."""


def editor_command() -> list[str]:
    """The command of the user's editor, as `$VISUAL` and `$EDITOR` say; else vi.

    Raises:
        NoEditor: It cannot be read.
    """
    told = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        return shlex.split(told)
    except ValueError as error:
        raise NoEditor(f"$EDITOR cannot be read: {error}.") from error


async def edited(app: App[Any], text: str) -> str:
    """Have a text edited in the terminal, and answer what was saved.

    The terminal is the editor's meanwhile; what happens at the daemon is shown afterwards.

    Raises:
        NoEditor: There is none, it failed, or what it saved is no text.
    """
    with tempfile.TemporaryDirectory(prefix="shipway-") as folder:
        file = Path(folder) / "text.md"
        await asyncio.to_thread(file.write_text, text, encoding="utf-8")
        await _run(app, [*editor_command(), str(file)])
        try:
            saved = await asyncio.to_thread(file.read_text, encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise NoEditor(f"What was saved cannot be read: {error}.") from error
    return saved.removesuffix("\n") if not text.endswith("\n") else saved


async def _run(app: App[Any], command: list[str]) -> None:
    try:
        with app.suspend(), app.batch_update():
            process = await asyncio.create_subprocess_exec(*command)
            code = await process.wait()
    except SuspendNotSupported as error:
        raise NoEditor("This terminal cannot be given to an editor.") from error
    except OSError as error:
        raise NoEditor(f"{command[0]} cannot be started: {error.strerror}.") from error
    if code:
        raise NoEditor(f"{command[0]} ended with {code}; the text is as it was.")
