"""The metadata that every table belongs to, and the column types that they share."""

from typing import Any

import msgspec
from sqlalchemy import Dialect, MetaData, Text
from sqlalchemy.types import TypeDecorator

metadata = MetaData()


class Encoded(TypeDecorator[Any]):
    """A value of a msgspec type, stored as JSON text."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind
        self._decoder = msgspec.json.Decoder(kind)

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Encode on the way in."""
        del dialect
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Decode on the way out."""
        del dialect
        return None if value is None else self._decoder.decode(value)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """Compare as text."""
        del op, value
        return Text()

    def __repr__(self) -> str:
        return f"Encoded({self.kind!r})"
