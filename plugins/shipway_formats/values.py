"""Android's typed value: eight bytes that hold a number, a truth, a string or a reference.

Source of the layout: `Res_value` in AOSP's ResourceTypes.h.
"""

import struct
from typing import NamedTuple

NULL = 0x00
REFERENCE = 0x01
STRING = 0x03
FLOAT = 0x04
DYNAMIC_REFERENCE = 0x07
DECIMAL = 0x10
HEXADECIMAL = 0x11
BOOLEAN = 0x12

_VALUE = struct.Struct("<HxBI")


class Value(NamedTuple):
    """One value: its type, and 32 bits whose meaning the type gives."""

    kind: int
    data: int

    @classmethod
    def unpack(cls, data: bytes) -> "Value":
        """Read a value from its eight bytes."""
        _size, kind, number = _VALUE.unpack(data)
        return cls(kind, number)

    @property
    def is_reference(self) -> bool:
        """Whether the value is the number of a resource."""
        return self.kind in (REFERENCE, DYNAMIC_REFERENCE)

    def number(self) -> int | None:
        """Return the unsigned integer that this holds, or None where it is none."""
        return self.data if self.kind in (DECIMAL, HEXADECIMAL) else None

    def plain(self) -> str | None:
        """Return a value that needs no string pool as Android would print it, or None."""
        if self.kind == BOOLEAN:
            return "true" if self.data else "false"
        if self.kind == FLOAT:
            return f"{struct.unpack('<f', self.data.to_bytes(4, 'little'))[0]:g}"
        if self.kind == DECIMAL:
            return str(self.data - (1 << 32) if self.data >> 31 else self.data)
        if self.kind == HEXADECIMAL:
            return f"0x{self.data:x}"
        return None
