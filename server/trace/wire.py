"""Columns of numbers as `docs/protocol.md` sends them: short ones as arrays, long ones as little-endian bytes.

A page reads bytes as they are, at a fifth of what an array in text costs it; JSON writes them in base64.
"""

from __future__ import annotations

import sys
from array import array

LENGTH_MIN = 1024  # shorter columns stay readable: the first batches of a run, and all of a small one

# Name on the wire, typecode of `array`, least and greatest value; the first that fits is taken.
TYPES = (
    ("i8", "b", -(2**7), 2**7 - 1),
    ("u8", "B", 0, 2**8 - 1),
    ("i16", "h", -(2**15), 2**15 - 1),
    ("u16", "H", 0, 2**16 - 1),
    ("i32", "i", -(2**31), 2**31 - 1),
    ("u32", "I", 0, 2**32 - 1),
    ("f64", "d", -(2**53), 2**53),
)


def column(values: object) -> object:
    """A long list of whole numbers packed as `{type, data}`, or as `{all, n}`; anything else as it is."""
    if not isinstance(values, list) or len(values) < LENGTH_MIN or not isinstance(values[0], int):
        return values
    least, greatest = min(values), max(values)
    if least == greatest:
        return {"all": least, "n": len(values)}
    for name, code, low, high in TYPES:
        if low <= least and greatest <= high:
            packed = array(code, values)
            if sys.byteorder == "big":
                packed.byteswap()
            return {"type": name, "data": packed.tobytes()}
    return values
