"""The policy child: shows a plan to the plugins that may warn or veto."""

import sys

import msgspec
from shipway_plugins.words import Finding, Plan

from shipway_daemon.workers.children.plugins import LoadedPlugin, load
from shipway_daemon.workers.children.service import begin, serve
from shipway_daemon.workers.frames import Call


class Policies:
    """The plugins that look at plans. One that cannot be loaded fails every call: it may veto."""

    def __init__(self, plugins: list[str]) -> None:
        self._names = plugins
        self._loaded: list[LoadedPlugin] = []

    def findings(self, call: Call) -> list[Finding]:
        """Ask every plugin about the plan of the call."""
        if not self._loaded:
            self._loaded = [load(name) for name in self._names]
        plan = msgspec.msgpack.decode(call.params, type=Plan)
        return [finding for plugin in self._loaded for finding in plugin.findings(plan)]


def main(arguments: list[str]) -> None:
    """Run as the policy worker until the daemon closes its end."""
    start = begin(arguments)
    policies = Policies(start.rest)
    serve(start.channel, start.channel.calls(), {"findings": policies.findings})


if __name__ == "__main__":
    main(sys.argv[1:])
