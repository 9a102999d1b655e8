"""The settings of an environment, and what is wrong with them."""

import ssl
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta
from shipway_plugins.credentials import Credential
from shipway_plugins.errors import BadSettings

#: What this machine calls itself.
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class HttpManagementOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the management server is, and how it is spoken to."""

    server: Annotated[
        str, Meta(description="Its address, https://host[:port][/path]; the contract is below it.")
    ]
    token: Annotated[Credential, Meta(description="The bearer token.")]
    ca_file: Annotated[
        str | None,
        Meta(description="A PEM file of the authorities to trust; none: those of this machine."),
    ] = None
    allow_plain_http: Annotated[
        bool,
        Meta(
            description="Speak http to another machine too: who is on the way reads the token, and"
            " may change what is published."
        ),
    ] = False
    chunk_size: Annotated[
        int,
        Meta(
            ge=1024,
            le=16 * 1024 * 1024,
            description="How many bytes of an upload go in one request.",
        ),
    ] = 4 * 1024 * 1024
    timeout: Annotated[
        float,
        Meta(
            gt=0,
            le=600,
            description="How many seconds of silence count as unreachable.",
        ),
    ] = 30.0


def server_address(options: HttpManagementOptions) -> str:
    """Check the address of the server; answer it without a slash at its end.

    Raises:
        BadSettings: It is none, or would send the token where others can read it.
    """
    server = options.server
    try:
        parts = urlsplit(server)
        port_fits = parts.port != 0
    except ValueError as broken:
        raise _bad("server", f"{server} is no address: {broken}") from broken
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_fits:
        raise _bad("server", f"{server} is no address of a server", "Write https://host[:port].")
    if parts.username is not None or parts.password is not None:
        raise _bad("server", "it holds a user or a password", "Give the token as the token.")
    if parts.query or parts.fragment:
        raise _bad("server", f"{server} goes on after its path", "Leave out ? and #.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK and not options.allow_plain_http:
        raise _bad(
            "server",
            f"{server} is not encrypted, and leads to another machine",
            "Write https, or set allow_plain_http where nobody is on the way.",
        )
    return server.rstrip("/")


def bearer_token(options: HttpManagementOptions) -> str:
    """Check that the token can stand in a header.

    Raises:
        BadSettings: It is empty, or has characters that no token has (RFC 6750, section 2.1).
    """
    token = options.token.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise _bad("token", "it is empty, or has characters that no token has")
    return token


def tls_context(options: HttpManagementOptions) -> ssl.SSLContext:
    """Make what decides which servers are trusted; certificate and name are always verified.

    Raises:
        BadSettings: The file of authorities cannot be read.
    """
    try:
        return ssl.create_default_context(cafile=options.ca_file)
    except OSError as problem:  # an SSLError is one too
        raise _bad("ca_file", f"{options.ca_file} cannot be read: {problem}") from problem


def _bad(field: str, why: str, hint: str = "") -> BadSettings:
    sentence = f"The setting {field} does not fit: {why}."
    return BadSettings(sentence, hint, fields={field: f"{why}."})
