"""The adapter passes the contract, with a program that is a whole store behind it."""

import pytest
from shipway_plugins.testing import AdapterContract


class TestOverAProgram(AdapterContract):
    """The program answers every call, and keeps to states and targets."""

    @pytest.fixture
    def make_adapter(self, make_store):
        return make_store
