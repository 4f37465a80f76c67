"""vsnprintf as the kernel does it (lib/vsprintf.c)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

SPEC = re.compile(rb"%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?(hh|h|ll|l|z|t)?([a-zA-Z%])")
SIZES = {b"hh": 1, b"h": 2, b"l": 8, b"ll": 8, b"z": 8, b"t": 8}


def vformat(k: Kernel, fmt: int, args: tuple[int, ...]) -> bytes:
    """The text of the format at `fmt` with its arguments."""
    rest = list(args)

    def one(m: re.Match[bytes]) -> bytes:
        flags, width, precision, length, conversion = m.groups()
        if conversion == b"%":
            return b"%"
        if width == b"*":
            width = str(rest.pop(0)).encode()
        value = rest.pop(0) if rest else 0
        if conversion == b"s":
            text = k.mem.cstr(value) if value else b"(null)"
            return text.rjust(int(width or 0))
        size = SIZES.get(length or b"", 4)
        value &= (1 << 8 * size) - 1
        if conversion in b"di" and value >> (8 * size - 1):
            value -= 1 << 8 * size
        if conversion == b"c":
            return bytes([value & 255])
        spec = (flags + (width or b"")).decode() + {b"i": "d", b"u": "d", b"p": "x"}.get(conversion, conversion.decode())
        return format_int(spec, value).encode()

    return SPEC.sub(one, k.mem.cstr(fmt))


def format_int(spec: str, value: int) -> str:
    """Python's % formatting of one number."""
    return ("%" + spec) % value
