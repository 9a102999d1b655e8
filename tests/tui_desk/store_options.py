"""The options of a store that does not exist: one of every kind of field."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from shipway_plugins.credentials import Credential


class StoreOptions(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A management server over HTTP."""

    server: Annotated[str, Meta(description="Where the server is.")]
    token: Annotated[Credential, Meta(description="How to log in.")]
    retries: Annotated[int, Meta(ge=0, le=10, description="How often it is tried.")] = 3
    verify: Annotated[bool, Meta(description="Whether certificates are verified.")] = True
    track: Literal["alpha", "beta", "production"] = "beta"
    groups: Annotated[list[str], Meta(description="Who is offered it.")] = []
    headers: Annotated[dict[str, str], Meta(description="Sent with every request.")] = {}
    proxy: str | None = None
