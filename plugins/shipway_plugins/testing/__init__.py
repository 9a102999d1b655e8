"""The tests that every adapter passes, for its author to run.

Write a class in a test file, and one fixture that says how to make the adapter::

    from shipway_plugins.testing import AdapterContract

    class TestMyStore(AdapterContract):
        @pytest.fixture
        def make_adapter(self, tmp_path):
            context = EnvironmentContext(name="test", data_dir=tmp_path)
            return lambda: MyStore(MyStoreOptions(), context)

Each call of what it returns makes a new adapter for the same store, as a new lane does.
`FaultContract` is a second suite, of a store that goes wrong: it needs the fixture `faulty_store`
too, which may be a `FakeStore`. `docs/plugins.md` goes the whole way.

Needs pytest; nothing else of the plugin API does. For failures that show the values compared, put
`pytest.register_assert_rewrite("shipway_plugins.testing")` into `conftest.py`.
"""

from shipway_plugins.testing.contract import AdapterContract
from shipway_plugins.testing.fake_clock import FakeClock
from shipway_plugins.testing.fake_store import FakeStore
from shipway_plugins.testing.faults import FaultContract
from shipway_plugins.testing.faulty_store import FaultyStore, Trouble
from shipway_plugins.testing.recorder import RecordingReporter
from shipway_plugins.testing.samples import Samples
from shipway_plugins.testing.suite import MakeAdapter

__all__ = [
    "AdapterContract",
    "FakeClock",
    "FakeStore",
    "FaultContract",
    "FaultyStore",
    "MakeAdapter",
    "RecordingReporter",
    "Samples",
    "Trouble",
]
