"""The document itself is OpenAPI 3.1, and the adapter's words are the document's."""

import msgspec
import pytest
from shipway_http_management import wire
from support.openapi import contract


@pytest.mark.e2e
def test_the_document_is_openapi():
    """Judged by the meta-schema of OpenAPI 3.1; its library takes seconds to import."""
    import schemathesis

    schemathesis.openapi.from_dict(contract().document).validate()


@pytest.mark.parametrize(
    "body",
    [
        wire.App,
        wire.Binary,
        wire.Problem,
        wire.Publication,
        wire.PublicationItem,
        wire.Receipt,
        wire.Status,
        wire.Targets,
        wire.Upload,
        wire.UploadRequest,
    ],
)
def test_the_adapter_knows_the_fields_of_the_document(body):
    """Neither side names a field that the other does not have."""
    told = contract().document["components"]["schemas"][body.__name__]
    assert {field.encode_name for field in msgspec.structs.fields(body)} == set(told["properties"])
