"""Columns of numbers as `docs/protocol.md` sends them: short ones as arrays, long ones as little-endian bytes.

A page reads bytes as they are, at a fifth of what an array in text costs it; JSON writes them in base64.
"""

from __future__ import annotations

import sys
from array import array

LENGTH_MIN = 1024  # shorter columns stay readable: the first batches of a run, and all of a small one

# Name on the wire, typecode of `array`, greatest value; the first that fits is taken.
TYPES = (("u8", "B", 2**8 - 1), ("u16", "H", 2**16 - 1), ("u32", "I", 2**32 - 1), ("f64", "d", 2**53))


def column(values: object) -> object:
    """A long list of whole numbers packed as `{least, n, type, data}`; anything else as it is.

    `data` counts from `least`; where all are the same there is neither type nor data.
    """
    if not isinstance(values, list) or len(values) < LENGTH_MIN or not isinstance(values[0], int):
        return values
    least, greatest = min(values), max(values)
    if least == greatest:
        return {"least": least, "n": len(values)}
    for name, code, most in TYPES:
        if greatest - least > most:
            continue
        if least >= 0 and greatest <= most:
            least = 0  # as they are: then nobody need add anything
        packed = array(code, [value - least for value in values] if least else values)
        if sys.byteorder == "big":
            packed.byteswap()
        return {"least": least, "n": len(values), "type": name, "data": packed.tobytes()}
    return values
