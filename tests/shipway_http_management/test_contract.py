"""The adapter passes the contract of every adapter, over the reference server and real HTTP."""

import pytest
from shipway_plugins.testing import AdapterContract


class TestAtTheReferenceServer(AdapterContract):
    """With the settings as they are by default."""

    @pytest.fixture
    def make_adapter(self, server):
        return server.adapter


class TestEncrypted(AdapterContract):
    """Over TLS, in chunks that are smaller than a binary."""

    @pytest.fixture
    def make_adapter(self, encrypted_server, authority):
        return lambda: encrypted_server.adapter(ca_file=authority, chunk_size=100_000)
