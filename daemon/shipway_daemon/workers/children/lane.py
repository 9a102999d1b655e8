"""The lane child: one environment's adapter, answering one call at a time."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
from shipway_plugins.adapter import Adapter, EnvironmentContext
from shipway_plugins.errors import BadSettings
from shipway_plugins.words import Plan

from shipway_daemon.workers.children.channel import Channel, watched_calls
from shipway_daemon.workers.children.options import convert_options
from shipway_daemon.workers.children.plugins import load
from shipway_daemon.workers.children.reporter import FrameReporter
from shipway_daemon.workers.children.service import Method, begin, serve
from shipway_daemon.workers.frames import Call
from shipway_daemon.workers.questions import LaneOpening, UnpublishQuestion

T = TypeVar("T")


class LaneChild:
    """Holds the adapter once it is open, and maps calls to its methods."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._opened: Adapter | None = None

    def methods(self) -> dict[str, Method]:
        """List what a lane can be asked."""
        return {
            "fit": self.fit,
            "open": self.open,
            "status": lambda _: self._adapter.status(),
            "check": lambda call: self._adapter.check(_params(call, Plan)),
            "live": lambda call: self._adapter.live(_params(call, str)),
            "targets": lambda call: self._adapter.targets(_params(call, str))[:200],
            "publish": self.publish,
            "unpublish": self.unpublish,
        }

    @property
    def _adapter(self) -> Adapter:
        if self._opened is None:
            raise RuntimeError("the lane was asked before it was opened")
        return self._opened

    def fit(self, call: Call) -> None:
        """Hold settings against the adapter's options; nothing is made of them.

        Raises:
            BadSettings: They do not fit, field by field.
        """
        opening = _params(call, LaneOpening)
        convert_options(opening.options, _find_adapter(opening).options_type)

    def open(self, call: Call) -> str:
        """Load the plugin, make its options, then its adapter; answer the adapter's title.

        Raises:
            BadSettings: The settings do not fit; the sentence names the field.
        """
        opening = _params(call, LaneOpening)
        kind = _find_adapter(opening)
        options = convert_options(opening.options, kind.options_type)
        data_dir = Path(opening.data_dir)
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        context = EnvironmentContext(name=opening.environment, data_dir=data_dir)
        self._opened = kind(options, context)
        return kind.title

    def publish(self, call: Call) -> object:
        """Publish the plan of the call, reporting on the way."""
        plan = _params(call, Plan)
        return self._reporting(call, lambda report: self._adapter.publish(plan, report))

    def unpublish(self, call: Call) -> object:
        """Unpublish the app of the call, reporting on the way."""
        asked = _params(call, UnpublishQuestion)
        return self._reporting(
            call, lambda report: self._adapter.unpublish(asked.app, asked.key, report)
        )

    def _reporting(self, call: Call, work: Callable[[FrameReporter], object]) -> object:
        report = FrameReporter(self._channel, call.number)
        try:
            return work(report)
        finally:
            report.flush()


def _find_adapter(opening: LaneOpening) -> type[Adapter]:
    for kind in load(opening.plugin).adapters():
        if kind.kind == opening.adapter:
            return kind
    raise BadSettings(f"The plugin {opening.plugin} brings no adapter {opening.adapter}.")


def _params(call: Call, kind: type[T]) -> T:
    return msgspec.msgpack.decode(call.params, type=kind)


def main(arguments: list[str]) -> None:
    """Run as a lane until the daemon closes its end."""
    start = begin(arguments)
    lane = LaneChild(start.channel)
    serve(start.channel, watched_calls(start.channel), lane.methods())


if __name__ == "__main__":
    main(sys.argv[1:])
