"""Resolving references: the one moment at which the daemon has a secret in its hands.

It goes to the lane over its frames and is kept nowhere else, so that a secret which was changed is
taken with the next start of the lane.
"""

import errno
import os
import stat
from functools import partial
from pathlib import Path
from typing import TypeAlias

from shipway_plugins.credentials import CredentialPath
from shipway_plugins.errors import PluginError

from shipway_daemon.patience import aside
from shipway_daemon.workers.errors import BadCredential, WorkerFailed
from shipway_daemon.workers.logs import OnLine
from shipway_daemon.workers.masking import SHORTEST
from shipway_daemon.workers.process import WorkerProcess
from shipway_daemon.workers.questions import KeyringAnswer, KeyringQuestion
from shipway_daemon.workers.references import Place, Reference, References, field

#: The largest credential file, in bytes.
MAX_FILE = 64 * 1024
#: How long a file may take to be read; it may lie on a hung mount.
FILE_SECONDS = 10.0
#: How long a keyring may take, and the person whom it asks.
KEYRING_SECONDS = 30.0

_KEYRING_MODULE = "shipway_daemon.workers.children.keyring_reader"
# How a keyring is found: the session's bus, its folders, and the backend that was chosen.
_KEYRING_VARIABLES = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY")
_KEYRING_PREFIXES = ("XDG_", "PYTHON_KEYRING_", "KEYRING_")
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

#: Secrets, by where their references are among the settings.
Secrets: TypeAlias = dict[CredentialPath, str]
#: What tells one state of the credential files from another; compared, never read.
Stamp: TypeAlias = tuple[tuple[int, ...] | None, ...]


class NoSecret(Exception):
    """There is no usable secret where a reference points to; the sentence says why."""


async def resolve_all(references: References, on_log: OnLine) -> Secrets:
    """Resolve the references of a lane.

    Raises:
        BadCredential: Some cannot be resolved; `fields` has a sentence for each.
    """
    values: Secrets = {}
    wrong: dict[str, str] = {}
    for path, reference in references.items():
        try:
            values[path] = await resolve(reference, on_log)
        except NoSecret as problem:
            wrong[field(path)] = str(problem)
    if wrong:
        raise BadCredential(wrong)
    return values


async def resolve(reference: Reference, on_log: OnLine) -> str:
    """Find the secret that a reference points to.

    Raises:
        NoSecret: It is not there, not safe there, or cannot be had in time.
    """
    match reference.place:
        case Place.ENVIRONMENT:
            value = _of_environment(reference.name)
        case Place.FILE:
            value = await _of_file(reference.name)
        case Place.KEYRING:
            value = await _of_keyring(reference.name, on_log)
    if len(value) < SHORTEST:
        raise NoSecret(
            f"What {reference.place}:{reference.name} holds is shorter than {SHORTEST} characters,"
            " too short to be kept out of the logs."
        )
    return value


async def stamp(references: References) -> Stamp:
    """Look at the credential files, so that a changed one is noticed; reads none of them.

    Raises:
        TimeoutError: A file lies where nobody answers.
    """
    paths = [one.name for one in references.values() if one.place is Place.FILE]
    if not paths:
        return ()
    return await aside(lambda: tuple(map(_signature, paths)), FILE_SECONDS)


def _signature(path: str) -> tuple[int, ...] | None:
    try:
        seen = Path(path).lstat()
    except OSError:
        return None
    return (seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)


# ----------------------------------------------------------------- one of each place


def _of_environment(name: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise NoSecret(f"The daemon's environment has no variable {name}.")
    return value


async def _of_file(path: str) -> str:
    try:
        return await aside(partial(_read_private, path), FILE_SECONDS)
    except TimeoutError as late:
        raise NoSecret(f"The file {path} could not be read in time.") from late
    except OSError as problem:
        if problem.errno == errno.ELOOP:
            raise NoSecret(f"{path} is a symbolic link.") from problem
        raise NoSecret(f"The file {path} cannot be read: {problem.strerror}.") from problem


def _read_private(path: str) -> str:
    """Read a file that is its owner's alone; what it is, is asked of the open file."""
    descriptor = os.open(path, _FLAGS)
    try:
        _check_private(path, os.fstat(descriptor))
        data = _read_up_to(descriptor, MAX_FILE + 1)
    finally:
        os.close(descriptor)
    if len(data) > MAX_FILE:
        raise NoSecret(f"The file {path} is larger than {MAX_FILE} bytes.")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        # Its own message shows bytes of the file.
        raise NoSecret(f"The file {path} is no text in UTF-8.") from None
    return text.removesuffix("\n").removesuffix("\r")


def _read_up_to(descriptor: int, size: int) -> bytes:
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        return file.read(size)


def _check_private(path: str, seen: os.stat_result) -> None:
    if not stat.S_ISREG(seen.st_mode):
        raise NoSecret(f"{path} is no regular file.")
    if seen.st_uid != os.geteuid():
        raise NoSecret(f"The file {path} belongs to another user.")
    if seen.st_mode & 0o077:
        raise NoSecret(f"Others may read the file {path}: run `chmod 600` on it.")


async def _of_keyring(name: str, on_log: OnLine) -> str:
    """Ask the keyring in a child: it may prompt, block, and bring code of its own."""
    service, _, user = name.rpartition("/")
    try:
        worker = await WorkerProcess.start(
            _KEYRING_MODULE,
            name="The keyring",
            on_log=on_log,
            environment=_keyring_environment(),
        )
        try:
            asked = KeyringQuestion(service=service, user=user)
            found = await worker.call("password", asked, KeyringAnswer, seconds=KEYRING_SECONDS)
        finally:
            await worker.terminate(0)
    except (PluginError, WorkerFailed) as problem:
        raise NoSecret(f"{problem.message} {problem.hint}".strip()) from problem
    if found.password is None:
        raise NoSecret(f"The keyring has no password of {user} for {service}.")
    return found.password


def _keyring_environment() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if name in _KEYRING_VARIABLES or name.startswith(_KEYRING_PREFIXES)
    }
