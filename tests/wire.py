"""Reads columns as docs/protocol.md has them, with another library than the server writes them with."""

from __future__ import annotations

import base64
import struct
from typing import Any

CODES = {"i8": "b", "u8": "B", "i16": "h", "u16": "H", "i32": "i", "u32": "I", "f64": "d"}


def numbers(column: Any) -> list[int]:
    """The numbers of a column, packed or not."""
    if isinstance(column, list):
        return column
    if column.keys() == {"all", "n"}:
        return [column["all"]] * column["n"]
    data = base64.b64decode(column["data"], validate=True)
    code = CODES[column["type"]]
    return [int(value) for (value,) in struct.iter_unpack(f"<{code}", data)]


def unpacked(message: Any) -> Any:
    """A message with all of its columns as lists."""
    if isinstance(message, dict):
        if message.keys() in ({"type", "data"}, {"all", "n"}):
            return numbers(message)
        return {name: unpacked(part) for name, part in message.items()}
    return message
