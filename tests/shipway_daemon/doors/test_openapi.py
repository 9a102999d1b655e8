"""The document of the socket says of every route what it takes and answers, and is current."""

import json
import runpy
from pathlib import Path

import pytest
from aiohttp import web
from shipway_daemon.doors.native.contract import Contract
from shipway_daemon.doors.native.openapi import Untold, document

ROOT = Path(__file__).parents[3]
DOCUMENT = json.loads((ROOT / "docs" / "openapi.json").read_bytes())
OPERATIONS = [
    (method, path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


@Contract(str)
async def told(request):
    """Say a word."""
    return web.Response(body=b'"word"')


async def untold(request):
    """Say nothing of itself."""
    return web.Response()


def test_a_route_that_does_not_tell_is_refused():
    assert document([("GET", "/told", told)])["paths"]["/told"]["get"]["summary"] == "Say a word."
    with pytest.raises(Untold, match="POST /untold"):
        document([("GET", "/told", told), ("POST", "/untold", untold)])


def test_the_file_is_what_the_code_makes():
    """`make lint` says the same; here every route proves that it tells of itself."""
    made = runpy.run_path(str(ROOT / "contrib" / "openapi.py"))["made"]()
    assert json.loads(made) == DOCUMENT, "run python contrib/openapi.py"


def test_every_operation_can_be_told_apart_and_refuses_in_one_shape():
    ids = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(ids) == len(set(ids)) > 50
    for _, path, operation in OPERATIONS:
        answers = operation["responses"]
        assert {"400", "403", "500", "503"} <= set(answers), path
        assert ("404" in answers) or "{" not in path, path
        assert any(status.startswith("2") for status in answers), path


def test_all_that_is_referred_to_is_there():
    text = json.dumps(DOCUMENT)
    ids = {operation["operationId"] for _, _, operation in OPERATIONS}
    for reference in {part.split('"')[0] for part in text.split('"$ref": "#/')[1:]}:
        found = DOCUMENT
        for step in reference.split("/"):
            found = found[step]
        assert found
    for _, _, operation in OPERATIONS:
        for response in operation["responses"].values():
            assert set(response.get("links", {})) <= ids


@pytest.mark.e2e
def test_it_is_openapi():
    """Another program's judgement: schemathesis holds it against the schema of OpenAPI 3.1."""
    import schemathesis

    schema = schemathesis.openapi.from_dict(DOCUMENT)
    schema.validate()
    assert len([found.ok() for found in schema.get_all_operations()]) == len(OPERATIONS)
