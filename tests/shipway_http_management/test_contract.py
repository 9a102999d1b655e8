"""The adapter passes the contract of every adapter, over the reference server and real HTTP."""

import pytest
from shipway_plugins.testing import AdapterContract, FaultContract, Trouble
from support.management import ManagementServer


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


class FaultyServer:
    """The reference server on a bad day."""

    troubles = frozenset(Trouble)

    def __init__(self, server: ManagementServer) -> None:
        self._server = server

    def go_wrong(self, trouble: Trouble) -> None:
        match trouble:
            case Trouble.BUSY:
                self._server.throw(busy=True)
            case Trouble.REFUSES:
                self._server.throw(max_bytes=1)
            case Trouble.UNREACHABLE:
                self._server.deaf = True
            case Trouble.LOSES_THE_REPLY:
                self._server.dies_after = "PUT"
            case Trouble.SHOWS_LATE:
                self._server.throw(shown_after_reads=1_000_000)

    def recover(self) -> None:
        self._server.throw(busy=False, max_bytes=None, shown_after_reads=0)
        self._server.deaf = False
        self._server.dies_after = ""

    def changes(self) -> int:
        return len(self._server.journal())


class TestOnABadDay(FaultContract):
    """The server has every trouble that there is."""

    @pytest.fixture
    def faulty_store(self, server):
        return FaultyServer(server)

    @pytest.fixture
    def make_adapter(self, server):
        return lambda: server.adapter(timeout=5)
