"""The tests that every adapter passes, for its author to run.

Write a class in a test file, and one fixture that says how to make the adapter::

    from shipway_plugins.testing import AdapterContract

    class TestMyStore(AdapterContract):
        @pytest.fixture
        def make_adapter(self, tmp_path):
            context = EnvironmentContext(name="test", data_dir=tmp_path)
            return lambda: MyStore(MyStoreOptions(), context)

Each call of what it returns makes a new adapter for the same store, as a new lane does. Needs
pytest; nothing else of the plugin API does. For failures that show the values compared, put
`pytest.register_assert_rewrite("shipway_plugins.testing")` into `conftest.py`.
"""

from shipway_plugins.testing.contract import AdapterContract, MakeAdapter
from shipway_plugins.testing.recorder import RecordingReporter
from shipway_plugins.testing.samples import Samples

__all__ = ["AdapterContract", "MakeAdapter", "RecordingReporter", "Samples"]
