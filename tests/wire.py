"""Reads columns as docs/protocol.md has them, with another library than the server writes them with."""

from __future__ import annotations

import base64
import struct
from typing import Any

CODES = {"u8": "B", "u16": "H", "u32": "I", "f64": "d"}


def numbers(column: Any) -> list[int]:
    """The numbers of a column, packed or not."""
    if isinstance(column, list):
        return column
    least, n = column["least"], column["n"]
    if "data" not in column:
        return [least] * n
    data = base64.b64decode(column["data"], validate=True)
    out = [least + int(value) for (value,) in struct.iter_unpack(f"<{CODES[column['type']]}", data)]
    assert len(out) == n
    return out


def unpacked(message: Any) -> Any:
    """A message with all of its columns as lists."""
    if isinstance(message, dict):
        if message.keys() >= {"least", "n"}:
            return numbers(message)
        return {name: unpacked(part) for name, part in message.items()}
    return message
