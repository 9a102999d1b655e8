"""The OpenAPI 3.1 document of the socket: routes, their contracts and the wire types."""

import inspect
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from shipway_client.errors import (
    Failed,
    Forbidden,
    Gone,
    NotFound,
    Refused,
    ShipwayError,
    Stalled,
    Unavailable,
    WrongUsage,
)
from shipway_client.version import VERSION
from shipway_client.wire import (
    VERSION_HEADER,
    Environment,
    ErrorAnswer,
    Folder,
    Job,
    Plugin,
    Profile,
    Upload,
)

from shipway_daemon.doors.native.contract import BYTES, Contract, Number, Parameter, contract_of

#: A method, a path with its parameters in braces, and the handler.
Route = tuple[str, str, Any]
_Json = dict[str, Any]

_ABOUT = (
    "HTTP over the Unix socket of one home. Only its owner is let in: the kernel says who asks. "
    "Lists come in keyset pages; each carries the event number of the transaction that read it, "
    "so that whoever follows the feed from there misses nothing."
)

_BINARY: _Json = {"type": "string", "format": "binary"}
#: Path parameters that are numbers; all others are names.
_NUMBERED = frozenset({"number", "job", "folder", "held"})

#: Where an answer of a type leads: to the paths below this one, with these fields as parameters.
_LEADS: Mapping[Any, tuple[str, dict[str, str]]] = {
    Profile: ("/v1/profiles/{owner}/{name}", {"owner": "owner", "name": "name"}),
    Environment: ("/v1/environments/{environment}", {"environment": "name"}),
    Folder: ("/v1/folders/{folder}", {"folder": "id"}),
    Job: ("/v1/jobs/{job}", {"job": "id"}),
    Upload: ("/v1/uploads/{upload}", {"upload": "id"}),
    Plugin: ("/v1/plugins/{plugin}", {"plugin": "name"}),
}


class Untold(Exception):
    """A route has no contract, or a handler no docstring."""


def document(routes: Iterable[Route]) -> _Json:
    """Make the document; it holds nothing but what JSON has.

    Raises:
        Untold: A route does not say what it takes and answers; names it.
    """
    known = [one for route in routes if route[0] != "HEAD" for one in _told(*route)]
    schemas, components = _schemas([contract for *_, contract in known])
    paths: dict[str, _Json] = {}
    for method, path, handler, contract in known:
        operation = _operation(method, path, handler, contract, schemas)
        paths.setdefault(path, {})[method.lower()] = operation
    _link(paths, known)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shipway", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": "/", "description": "The home's socket, `run/daemon.sock`."}],
        "paths": paths,
        "components": {"schemas": components, "responses": _refusals(), "headers": _headers()},
    }


def _told(method: str, path: str, handler: Any) -> list[tuple[str, str, Any, Contract]]:
    """Find what a route tells; where it says so, HEAD is that of GET without its body."""
    contract = contract_of(handler)
    if contract is None or not inspect.getdoc(handler):
        raise Untold(f"{method} {path} does not tell what it takes and answers, and what it does.")
    methods = [method, "HEAD"] if contract.head else [method]
    return [(one, path, handler, contract) for one in methods]


def _schemas(contracts: list[Contract]) -> tuple[dict[Any, _Json], _Json]:
    """Make the schema of each type that is named, and the components that they refer to."""
    kinds: list[Any] = [ErrorAnswer, str, Number]
    for contract in contracts:
        kinds += [contract.answers, contract.takes]
        kinds += [one.kind for one in (*contract.query, *contract.headers)]
    kinds = list(dict.fromkeys(kind for kind in kinds if kind not in (None, bytes)))
    made, components = msgspec.json.schema_components(
        kinds, ref_template="#/components/schemas/{name}"
    )
    return dict(zip(kinds, made, strict=True)), components


def _operation(
    method: str, path: str, handler: Any, contract: Contract, schemas: Mapping[Any, _Json]
) -> _Json:
    names = re.findall(r"\{(\w+)\}", path)
    made: _Json = {
        "operationId": _id(method, handler),
        "tags": [_noun(handler)],
        "summary": (inspect.getdoc(handler) or "").splitlines()[0],
        "responses": _responses(method, contract, schemas, named=bool(names)),
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": schemas[_kind(name)]}
        for name in names
    ]
    for where, told in (("query", contract.query), ("header", contract.headers)):
        parameters += [_parameter(one, where, schemas) for one in told]
    if parameters:
        made["parameters"] = parameters
    if contract.takes is bytes:
        content = {BYTES: {"schema": _BINARY}}
        made["requestBody"] = {"required": True, "content": content}
    elif contract.takes is not None:
        content = {"application/json": {"schema": schemas[contract.takes]}}
        made["requestBody"] = {"required": True, "content": content}
    return made


def _parameter(one: Parameter, where: str, schemas: Mapping[Any, _Json]) -> _Json:
    return {
        "name": one.name,
        "in": where,
        "required": one.required,
        "description": one.about,
        "schema": schemas[one.kind],
    }


def _responses(
    method: str, contract: Contract, schemas: Mapping[Any, _Json], *, named: bool
) -> _Json:
    headers = {VERSION_HEADER: {"$ref": f"#/components/headers/{VERSION_HEADER}"}}
    for name, about in contract.answer_headers.items():
        headers[name] = {"description": about, "schema": schemas[Number]}  # type: ignore[dict-item]
    success: _Json = {"description": "Done.", "headers": headers}
    if contract.answers is not None and method != "HEAD":
        schema = _BINARY if contract.answers is bytes else schemas[contract.answers]
        success["content"] = {contract.media: {"schema": schema}}
    made: _Json = {str(status): success for status in contract.statuses}
    for error in _may_raise(method, contract, named=named):
        made[str(error.http_status)] = {"$ref": f"#/components/responses/{error.code}"}
    if contract.ranged:
        made["416"] = {"$ref": f"#/components/responses/{WrongUsage.code}"}
    return dict(sorted(made.items()))


def _may_raise(method: str, contract: Contract, *, named: bool) -> list[type[ShipwayError]]:
    errors: list[type[ShipwayError]] = [WrongUsage, Forbidden, Unavailable, Failed]
    if named or contract.takes or contract.query:
        errors.append(NotFound)
    if method not in ("GET", "HEAD"):
        errors.append(Refused)
    if contract.gone:
        errors.append(Gone)
    if contract.stalls:
        errors.append(Stalled)
    return errors


def _refusals() -> _Json:
    schema = {"$ref": "#/components/schemas/ErrorAnswer"}
    errors = (WrongUsage, Forbidden, NotFound, Stalled, Refused, Gone, Failed, Unavailable)
    return {
        error.code: {
            "description": (inspect.getdoc(error) or "").splitlines()[0],
            "content": {"application/json": {"schema": schema}},
        }
        for error in errors
    }


def _headers() -> _Json:
    return {
        VERSION_HEADER: {"description": "The daemon's version.", "schema": {"type": "string"}},
    }


def _link(paths: _Json, known: list[tuple[str, str, Any, Contract]]) -> None:
    """Say where the answers lead: to all that can be asked of what they tell."""
    for method, path, _, contract in known:
        if method == "HEAD" or contract.answers not in _LEADS:
            continue
        base, fields = _LEADS[contract.answers]
        links = {
            _id(other, handler): {
                "operationId": _id(other, handler),
                "parameters": {name: f"$response.body#/{told}" for name, told in fields.items()},
            }
            for other, below, handler, _ in known
            if below.startswith(base) and set(re.findall(r"\{(\w+)\}", below)) == set(fields)
        }
        for status in contract.statuses:
            response = paths[path][method.lower()]["responses"][str(status)]
            response["links"] = links


def _kind(name: str) -> Any:
    return Number if name in _NUMBERED else str


def _noun(handler: Any) -> str:
    return str(handler.__module__).rpartition(".")[2]


def _id(method: str, handler: Any) -> str:
    name = f"{_noun(handler)}.{handler.__name__}"
    return f"{name}.head" if method == "HEAD" else name
