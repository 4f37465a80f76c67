"""The `%p` extensions of the kernel's printf. Each takes the letters behind `%p` and the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.kapi.errno import NAMES

if TYPE_CHECKING:
    from server.sim.kapi.format import Reader

MASK = (1 << 64) - 1


def pointer(reader: Reader, letters: str, value: int, width: int) -> bytes:
    """What `%p` with these letters behind it prints; in `%*ph` and `%*pb` the width says how much there is."""
    value &= MASK
    first = letters[:1]
    if first in ("s", "S", "B", "F", "f"):
        return _symbol(reader, value, first)
    if first == "e" and value > MASK - 4095:
        name = NAMES.get((1 << 64) - value)
        return (f"-{name}" if name else str(value - (1 << 64))).encode()
    if first in ("x", "K"):
        return (f"{value:016x}" if first == "x" else _hashed(reader, value)).encode()
    if first and first in "MmhbVUI":
        return _data(reader, letters, value, width)
    return _hashed(reader, value).encode()


def _hashed(reader: Reader, value: int) -> str:
    """`%p`: a number that stands for the address, the same all through a run; NULL and errors as they are."""
    if value == 0:
        return "0000000000000000"
    if value > MASK - 4095:
        return f"{value:016x}"
    return f"{reader.hashed(value):016x}"


def _symbol(reader: Reader, value: int, letter: str) -> bytes:
    name = reader.symbol(value)
    if not name:
        return f"0x{value:x}".encode()
    if letter in ("s", "f"):  # %ps: without the offset
        head, _, rest = name.partition("+")
        module = rest.partition(" ")[2]
        name = f"{head} {module}" if module else head
    return name.encode()


def _data(reader: Reader, letters: str, value: int, width: int) -> bytes:
    """Extensions that read memory: MAC and IP addresses, UUIDs, hex dumps, bitmaps, va_format."""
    if value < 4096 or value > MASK - 4095:
        return b"(null)" if value == 0 else b"(efault)"
    first, second = letters[:1], letters[1:2]
    if first in ("M", "m"):
        data = reader.bytes_at(value, 6)
        if second == "R":
            data = data[::-1]
        separator = "" if first == "m" else "-" if second == "F" else ":"
        return separator.join(f"{b:02x}" for b in data).encode()
    if first == "h":
        separator = {"C": ":", "D": "-", "N": ""}.get(second, " ")
        data = reader.bytes_at(value, max(1, min(width, 64)))
        return separator.join(f"{b:02x}" for b in data).encode()
    if first == "b":
        bits = int.from_bytes(reader.bytes_at(value, (max(width, 1) + 63) // 64 * 8), "little") & (1 << width) - 1
        return (_ranges(bits) if second == "l" else _hex_groups(bits, width)).encode()
    if first == "U":
        data = reader.bytes_at(value, 16)
        if second in ("l", "L"):
            data = data[3::-1] + data[5:3:-1] + data[7:5:-1] + data[8:]
        text = data.hex()
        text = "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
        return (text.upper() if second in ("B", "L") else text).encode()
    if letters[:2] == "I4":
        return ".".join(str(b) for b in reader.bytes_at(value, 4)).encode()
    if letters[:2] == "I6":
        data = reader.bytes_at(value, 16)
        return ":".join(data[k : k + 2].hex() for k in range(0, 16, 2)).encode()
    if first == "V":
        return _va_format(reader, value)
    return _hashed(reader, value).encode()


def _va_format(reader: Reader, value: int) -> bytes:
    """`%pV`: a struct va_format, {fmt, va_list *}, printed in place."""
    from server.sim.kapi.format import format_bytes

    fmt, ap = (int.from_bytes(reader.bytes_at(value + at, 8), "little") for at in (0, 8))
    slots = int.from_bytes(reader.bytes_at(ap, 8), "little")

    class _Slots:
        def __getitem__(self, index: int, /) -> int:
            return int.from_bytes(reader.bytes_at(slots + 8 * index, 8), "little")

        def __len__(self) -> int:
            return 64

    return format_bytes(reader, reader.cstr(fmt), _Slots())


def _ranges(bits: int) -> str:
    """`0-2,5`: the set bits as a list."""
    out = []
    i = 0
    while bits >> i:
        if bits >> i & 1:
            j = i
            while bits >> (j + 1) & 1:
                j += 1
            out.append(str(i) if i == j else f"{i}-{j}")
            i = j
        i += 1
    return ",".join(out)


def _hex_groups(bits: int, width: int) -> str:
    """`%*pb`: 32-bit groups, the highest first and only as wide as needed."""
    groups = []
    left = max(width, 1)
    while left > 0:
        take = min(left, 32)
        groups.append(f"{bits & (1 << take) - 1:0{(take + 3) // 4}x}")
        bits >>= take
        left -= take
    return ",".join(reversed(groups))
