"""The keyring child: reads one password from the system's keyring, which may ask the person."""

import sys

import msgspec
from shipway_plugins.errors import PluginError

from shipway_daemon.workers.children.service import begin, serve
from shipway_daemon.workers.frames import Call
from shipway_daemon.workers.questions import KeyringAnswer, KeyringQuestion


def password(call: Call) -> KeyringAnswer:
    """Read the password that the call names."""
    asked = msgspec.msgpack.decode(call.params, type=KeyringQuestion)
    try:
        import keyring
        import keyring.errors
    except ImportError as missing:
        raise PluginError(
            "The package keyring is not installed.",
            "Install it with `pip install 'shipway[keyring]'`.",
        ) from missing
    try:
        return KeyringAnswer(password=keyring.get_password(asked.service, asked.user))
    except keyring.errors.KeyringError as problem:
        raise PluginError(f"The keyring cannot be read ({type(problem).__name__}).") from problem


def main(arguments: list[str]) -> None:
    """Run as the reader of the keyring until the daemon closes its end."""
    start = begin(arguments)
    serve(start.channel, start.channel.calls(), {"password": password})


if __name__ == "__main__":
    main(sys.argv[1:])
