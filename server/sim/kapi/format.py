"""printf of the kernel: vsnprintf with its pointer extensions (lib/vsprintf.c, Documentation/core-api/printk-formats.rst).

`format_bytes(reader, fmt, args)` is pure but for what `reader` gives: memory, and names of addresses.
"""

from __future__ import annotations

import re
from typing import Protocol

from server.sim.kapi.pointers import pointer

_SPEC = re.compile(rb"%([-+ #0]*)(\*|\d+)?(?:\.(\*|-?\d+)?)?(hh|h|ll|l|L|z|Z|t|j)?([a-zA-Z%])")
_PRECISION = re.compile(rb"\.(\*|-?\d*)")
_SIZES = {b"hh": 1, b"h": 2, b"l": 8, b"ll": 8, b"L": 8, b"z": 8, b"Z": 8, b"t": 8, b"j": 8}
LENGTH_MAX = 65536
MASK = (1 << 64) - 1


class Arguments(Protocol):
    """The variadic values of a call: promoted integers, pointers as addresses, structs as bytes."""

    def __getitem__(self, index: int, /) -> int | bytes:
        """Argument `index`."""

    def __len__(self) -> int:
        """How many there are."""


class Reader(Protocol):
    """What formats need of the machine."""

    def cstr(self, address: int) -> bytes:
        """A string; raises Fault."""

    def bytes_at(self, address: int, size: int) -> bytes:
        """Memory; raises Fault."""

    def symbol(self, address: int) -> str:
        """`name+0x0/0x10 [module]`, or an empty string."""

    def hashed(self, address: int) -> int:
        """The 32-bit number that %p shows instead of an address."""

    def cpu_bits(self) -> int:
        """How many CPUs a cpumask has."""


class Taken:
    """Hands out arguments in order; a missing one is 0, as garbage would be."""

    def __init__(self, args: Arguments) -> None:
        """Start at the first."""
        self._args, self._next = args, 0

    def __call__(self) -> int:
        """The next argument."""
        index, self._next = self._next, self._next + 1
        value = self._args[index] if index < len(self._args) else 0
        return value if isinstance(value, int) else int.from_bytes(value[:8], "little")  # a struct: its first word


def format_bytes(reader: Reader, fmt: bytes, args: Arguments) -> bytes:
    """The text that a format and its arguments make; at most `LENGTH_MAX` bytes."""
    out = bytearray()
    take = Taken(args)
    i = 0
    while i < len(fmt) and len(out) < LENGTH_MAX:
        percent = fmt.find(b"%", i)
        if percent < 0:
            out += fmt[i:]
            break
        out += fmt[i:percent]
        match = _SPEC.match(fmt, percent)
        if match is None:  # an unfinished conversion ends the text, as in the kernel
            break
        i = match.end()
        kind = match[5]
        if kind == b"%":
            out += b"%"
            continue
        flags = match[1]
        width = take() if match[2] == b"*" else int(match[2] or 0)
        if width < 0:
            flags, width = flags + b"-", -width
        precision = _precision(match, take)
        if kind == b"p":
            end = i
            while end < len(fmt) and chr(fmt[end]).isalnum():  # the kernel skips them all, known or not
                end += 1
            letters, i = fmt[i:end].decode("latin-1"), end
            text = pointer(reader, letters, take(), width)
            out += text if letters[:1] in ("h", "b") else _pad(text, flags.replace(b"0", b""), width)
        else:
            out += _convert(reader, kind, flags, min(width, LENGTH_MAX), precision, match[4] or b"", take)
    return bytes(out[:LENGTH_MAX])


def _precision(match: re.Match[bytes], take: Taken) -> int:
    spec = match[0]
    dot = _PRECISION.search(spec)
    if dot is None:
        return -1
    if dot[1] == b"*":
        return take()
    return max(int(dot[1] or 0), 0)


def _pad(text: bytes, flags: bytes, width: int) -> bytes:
    return text.ljust(width) if b"-" in flags else text.rjust(width)


def _convert(
    reader: Reader, kind: bytes, flags: bytes, width: int, precision: int, length: bytes, take: Taken
) -> bytes:
    if kind == b"c":
        return _pad(bytes((take() & 255,)), flags, width)
    if kind == b"s":
        return _pad(_string(reader, take(), precision), flags, width)
    if kind not in b"diuxXo":
        return b""  # %n and floating point: the kernel ignores them with a warning
    value = take()
    size = _SIZES.get(length, 4)
    value &= (1 << 8 * size) - 1
    negative = kind in b"di" and value >> (8 * size - 1)
    if negative:
        value = (1 << 8 * size) - value
    return number(value, bool(negative), kind, flags, width, precision)


def _string(reader: Reader, address: int, precision: int) -> bytes:
    address &= MASK
    if address < 4096:
        text = b"(null)" if address == 0 else b"(efault)"
    elif address > MASK - 4095:
        text = b"(efault)"
    elif precision >= 0:
        text = b""
        while len(text) < precision:  # the string may lack its NUL: read no byte too many
            byte = reader.bytes_at(address + len(text), 1)
            if byte == b"\0":
                break
            text += byte
        return text
    else:
        text = reader.cstr(address)
    return text if precision < 0 else text[:precision]


def number(value: int, negative: bool, kind: bytes, flags: bytes, width: int, precision: int) -> bytes:
    """An unsigned magnitude with its sign, base prefix, zeros and padding."""
    text = {b"x": f"{value:x}", b"X": f"{value:X}", b"o": f"{value:o}"}.get(kind, str(value))
    if precision >= 0:
        text = text.rjust(precision, "0")
    sign = (
        "-" if negative else "+" if b"+" in flags and kind in b"di" else " " if b" " in flags and kind in b"di" else ""
    )
    if b"#" in flags and kind in b"xX":
        sign += "0x" if kind == b"x" else "0X"
    elif b"#" in flags and kind == b"o":
        sign += "0"
    if b"0" in flags and b"-" not in flags and precision < 0:
        text = text.rjust(width - len(sign), "0")
    return _pad((sign + text).encode(), flags, width)
