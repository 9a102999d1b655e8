"""Completion of what a list can be asked: its fields, their values, and its sort keys."""

import click
from click.shell_completion import CompletionItem
from shipway_client.wire.queries import Queryable

from shipway_tui.commands import names
from shipway_tui.commands.names import Finder

#: Fields whose values the daemon knows.
_FINDERS: dict[str, Finder] = {
    "app": names.apps,
    "env": names.environments,
    "profile": names.profiles,
    "adapter": names.adapters,
    "plugin": names.plugins,
}


class QueryText(click.ParamType[str]):
    """A query of one list; whether it is a good one the daemon says."""

    name = "query"

    def __init__(self, table: Queryable) -> None:
        self._table = table

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        """Complete the last term: the field, or after its colon the value."""
        del ctx, param
        before, space, term = incomplete.rpartition(" ")
        minus = "-" if term.startswith("-") else ""
        name, colon, value = term.removeprefix("-").partition(":")
        head = f"{before}{space}{minus}"
        if colon:
            told = [(f"{head}{name}:{one}", about) for one, about in self._values(name, value)]
        else:
            told = [(f"{head}{field.name}:", field.about) for field in self._table.fields]
        return names.completed(told, incomplete)

    def _values(self, name: str, typed: str) -> list[names.Name]:
        field = self._table.field(name)
        if field is not None and field.values:
            return [(value, "") for value in field.values]
        finder = _FINDERS.get(name)
        return names.known(finder, typed) if field is not None and finder else []


class SortKey(click.ParamType[str]):
    """A sort of one list; whether there is one the daemon says."""

    name = "key"

    def __init__(self, table: Queryable) -> None:
        self._table = table

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        """Complete it, either way round."""
        del ctx, param
        keys = [(f"{sign}{key}", "") for key in self._table.sorts for sign in ("", "-")]
        return names.completed(keys, incomplete)
