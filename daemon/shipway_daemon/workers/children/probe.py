"""The probe child: imports one plugin and writes down what it found."""

import inspect
import re
import sys

import msgspec
from shipway_plugins.adapter import Adapter
from shipway_plugins.formats import Inspector
from shipway_plugins.words import AdapterRecord, Capabilities, PluginRecord, PluginState

from shipway_daemon.workers.children.plugins import NotLoaded, load
from shipway_daemon.workers.children.service import begin, serve
from shipway_daemon.workers.frames import Call
from shipway_daemon.workers.questions import ProbeQuestion

_KIND = re.compile(r"[a-z][a-z0-9_]*")


def probe(call: Call) -> PluginRecord:
    """Import the plugin that the call names and describe it."""
    asked = msgspec.msgpack.decode(call.params, type=ProbeQuestion)
    plugin = load(asked.plugin)
    return PluginRecord(
        name=asked.plugin,
        distribution=asked.distribution,
        version=asked.version,
        state=PluginState.ENABLED,
        adapters=[_adapter(kind) for kind in plugin.adapters()],
        formats=[name for inspector in plugin.inspectors() for name in _formats(inspector)],
        hooks=plugin.hooks,
    )


def _adapter(kind: type[Adapter]) -> AdapterRecord:
    if not isinstance(kind, type) or not issubclass(kind, Adapter):
        raise NotLoaded(f"{kind!r} was registered as an adapter and is no class of Adapter.")
    if inspect.isabstract(kind):
        missing = ", ".join(sorted(kind.__abstractmethods__))
        raise NotLoaded(f"The adapter {kind.__name__} does not implement {missing}.")
    _check_attributes(kind)
    return AdapterRecord(
        kind=kind.kind,
        title=kind.title,
        options=msgspec.json.schema(kind.options_type),
        capabilities=kind.capabilities,
    )


def _check_attributes(kind: type[Adapter]) -> None:
    name = kind.__name__
    if not _KIND.fullmatch(str(getattr(kind, "kind", ""))):
        raise NotLoaded(f"The adapter {name} needs a `kind` of lower case letters, digits and _.")
    if not isinstance(getattr(kind, "title", None), str):
        raise NotLoaded(f"The adapter {name} needs a `title`.")
    if not isinstance(kind.capabilities, Capabilities):
        raise NotLoaded(f"The capabilities of the adapter {name} are no Capabilities.")


def _formats(inspector: Inspector) -> tuple[str, ...]:
    if not isinstance(inspector, Inspector):
        raise NotLoaded(f"{inspector!r} was registered as an inspector and is none.")
    return tuple(inspector.formats)


def main(arguments: list[str]) -> None:
    """Run as a probe until the daemon closes its end."""
    start = begin(arguments)
    serve(start.channel, start.channel.calls(), {"probe": probe})


if __name__ == "__main__":
    main(sys.argv[1:])
