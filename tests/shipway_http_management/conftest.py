"""A reference server for every test, and plans to publish to it."""

import ssl
from pathlib import Path

import pytest
from shipway_plugins.testing import Samples
from support.management import management_server

TLS = Path(__file__).parent / "tls"


@pytest.fixture
def server(tmp_path):
    with management_server(tmp_path / "server") as running:
        yield running


@pytest.fixture
def samples(tmp_path) -> Samples:
    folder = tmp_path / "samples"
    folder.mkdir()
    return Samples(folder)


@pytest.fixture
def authority() -> str:
    """The authority that signed the certificate of the encrypted server; see tls/make.sh."""
    return str(TLS / "authority.pem")


@pytest.fixture
def encrypted_server(tmp_path):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(TLS / "server.pem", TLS / "server.key")
    with management_server(tmp_path / "encrypted", tls=context) as running:
        yield running
