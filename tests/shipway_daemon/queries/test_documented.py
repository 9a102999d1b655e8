"""The table in the documentation is that of the code."""

from pathlib import Path

import pytest
from shipway_client.wire.queries import QUERYABLE

COMMANDS = Path(__file__).parents[3] / "docs" / "commands.md"


@pytest.mark.parametrize("noun", QUERYABLE)
def test_every_list_stands_there_with_its_fields_and_keys(noun):
    table = QUERYABLE[noun]
    fields = ", ".join(f"`{field.name}`" for field in table.fields)
    keys = ", ".join(f"`{key}`" for key in table.sorts)
    row = f"| {table.words} | {fields} | {keys}; `{table.order}` |"
    assert row in COMMANDS.read_text()
