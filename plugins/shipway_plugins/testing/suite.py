"""What every suite stands on: how the adapter is made, and what there is to publish."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from shipway_plugins.adapter import Adapter
from shipway_plugins.testing.recorder import RecordingReporter
from shipway_plugins.testing.samples import Samples
from shipway_plugins.words import Capabilities, LiveEntry, Plan, Receipt

#: Makes a new adapter for the same store each time.
MakeAdapter: TypeAlias = Callable[[], Adapter]


class Suite:
    """The fixtures of a suite.

    Override `make_adapter`, and where the store is particular, `channels` and `targets`; where
    the settings of `make_adapter` take something away, `can`.
    """

    @pytest.fixture
    def make_adapter(self) -> MakeAdapter:
        """Say how to make the adapter; a subclass must override this."""
        raise NotImplementedError("override the fixture `make_adapter`")

    @pytest.fixture
    def channels(self, can: Capabilities) -> tuple[str, str]:
        """Name two channels that the store takes."""
        named = can.channels or ["android-phone", "ios-phone"]
        return named[0], named[-1]

    @pytest.fixture
    def can(self, make_adapter: MakeAdapter) -> Capabilities:
        """Say what the adapter can do with these settings: all that its class says, or less."""
        return make_adapter().capabilities

    @pytest.fixture
    def targets(self) -> list[str]:
        """Name somebody whom an Active publish can be aimed at."""
        return ["group:Testers"]

    @pytest.fixture
    def samples(self, tmp_path: Path) -> Samples:
        """Make versions in a folder of this test."""
        folder = tmp_path / "samples"
        folder.mkdir()
        return Samples(folder)


def publish(make_adapter: MakeAdapter, plan: Plan) -> Receipt:
    """Publish `plan` as a new lane would, and hear nothing of it."""
    return make_adapter().publish(plan, RecordingReporter())


def live(make_adapter: MakeAdapter, samples: Samples) -> dict[str, set[str]]:
    """Read back the digests by channel, as a new lane would."""
    found: dict[str, set[str]] = {}
    for entry in make_adapter().live(samples.app).entries:
        found.setdefault(entry.channel, set()).add(entry.digest)
    return found


def only_entry(make_adapter: MakeAdapter, samples: Samples) -> LiveEntry:
    """Read back the one entry that there is."""
    (entry,) = make_adapter().live(samples.app).entries
    return entry


def two(channels: tuple[str, str]) -> tuple[str, str]:
    """Give two channels that differ, or skip."""
    if channels[0] == channels[1]:
        pytest.skip("this adapter takes one channel only")
    return channels
