"""What a route takes and answers, told beside its handler; the OpenAPI document is made of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from aiohttp import web
from shipway_client.wire.queries import Queryable

from shipway_daemon.catalog.pages import MAX_LIMIT

H = TypeVar("H", bound=Callable[..., Awaitable[web.StreamResponse]])

JSON = "application/json"
JSON_LINES = "application/x-ndjson"
TEXT = "text/plain"
BYTES = "application/octet-stream"


@dataclass(frozen=True)
class Parameter:
    """A parameter of the query or a header: its name, its type, and a sentence."""

    name: str
    kind: Any
    about: str
    required: bool = False


#: A number in a path or a query: no sign, and short enough for the catalogue.
Number = Annotated[int, msgspec.Meta(ge=0, lt=10**18)]
_Rows = Annotated[int, msgspec.Meta(ge=1, le=MAX_LIMIT)]

#: What every list takes.
PAGING = (
    Parameter("after", str, "The cursor of the page before; none is the first page."),
    Parameter("limit", _Rows, "How many rows; 50 where nothing is said."),
)


def asking(table: Queryable) -> tuple[Parameter, ...]:
    """What a list takes that can be asked: its page, a query, and a sort."""
    fields = ", ".join(field.name for field in table.fields)
    keys = tuple(way + key for key in table.sorts for way in ("", "-"))
    return (
        *PAGING,
        Parameter("q", str, f"Only those with these words, or field:value. Fields: {fields}."),
        Parameter("sort", Literal[keys], f"The order; {table.order} where nothing is said."),
    )


@dataclass(frozen=True)
class Contract:
    """What one handler takes and answers; the decorator that says so.

    `answers` is the type of the body (None for none at all), `takes` that of the request; `bytes`
    is for raw bytes. `statuses` are those of a success. `headers` of the request are parameters,
    those of the answer have a sentence each.
    """

    answers: Any
    takes: Any = None
    statuses: tuple[int, ...] = (200,)
    query: tuple[Parameter, ...] = ()
    headers: tuple[Parameter, ...] = ()
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    media: str = JSON
    gone: bool = False
    stalls: bool = False
    ranged: bool = False
    head: bool = False

    def __call__(self, handler: H) -> H:
        """Tell it of a handler, as its decorator."""
        _CONTRACTS[handler] = self
        return handler


_CONTRACTS: dict[Any, Contract] = {}


def contract_of(handler: Any) -> Contract | None:
    """Find what was told of a handler, a function or a bound method; None where nothing was."""
    return _CONTRACTS.get(getattr(handler, "__func__", handler))
