"""<linux/kstrtox.h>: reading numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from server.sim.kapi.number import parse_bool, parse_integer, simple_number
from server.sim.kapi.registry import kernel
from server.sim.kapi.string import cost

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

_OPTION = re.compile(r"-?(?:0[xX][0-9a-fA-F]+|\d+)")


def _kstrto(k: Kernel, s: int, base: int, res: int, size: int, signed: bool) -> int:
    text = k.mem.cstr(s)
    cost(k, len(text))
    value = parse_integer(text, base, size, signed)
    if isinstance(value, str):
        return -22 if value == "EINVAL" else -34
    k.mem.store(res, size, value & (1 << 8 * size) - 1)
    return 0


@kernel("int kstrtoull(const char *s, unsigned int base, unsigned long long *res)", attributes="__must_check")
@kernel("int kstrtoul(const char *s, unsigned int base, unsigned long *res)", attributes="__must_check")
def kstrtoul(k: Kernel, s: int, base: int, res: int) -> int:
    """Read an unsigned long, all of the string but a final newline; -EINVAL or -ERANGE."""
    return _kstrto(k, s, base, res, 8, False)


@kernel("int kstrtoll(const char *s, unsigned int base, long long *res)", attributes="__must_check")
@kernel("int kstrtol(const char *s, unsigned int base, long *res)", attributes="__must_check")
def kstrtol(k: Kernel, s: int, base: int, res: int) -> int:
    """Read a long, all of the string but a final newline; -EINVAL or -ERANGE."""
    return _kstrto(k, s, base, res, 8, True)


@kernel("int kstrtouint(const char *s, unsigned int base, unsigned int *res)", attributes="__must_check")
def kstrtouint(k: Kernel, s: int, base: int, res: int) -> int:
    """Read an unsigned int; -EINVAL or -ERANGE."""
    return _kstrto(k, s, base, res, 4, False)


@kernel("int kstrtoint(const char *s, unsigned int base, int *res)", attributes="__must_check")
def kstrtoint(k: Kernel, s: int, base: int, res: int) -> int:
    """Read an int; -EINVAL or -ERANGE."""
    return _kstrto(k, s, base, res, 4, True)


@kernel("int kstrtou16(const char *s, unsigned int base, u16 *res)", attributes="__must_check")
def kstrtou16(k: Kernel, s: int, base: int, res: int) -> int:
    """Read a u16; -EINVAL or -ERANGE."""
    return _kstrto(k, s, base, res, 2, False)


@kernel("int kstrtos16(const char *s, unsigned int base, s16 *res)", attributes="__must_check")
def kstrtos16(k: Kernel, s: int, base: int, res: int) -> int:
    """Read an s16; -EINVAL or -ERANGE."""
    return _kstrto(k, s, base, res, 2, True)


@kernel("int kstrtou8(const char *s, unsigned int base, u8 *res)", attributes="__must_check")
def kstrtou8(k: Kernel, s: int, base: int, res: int) -> int:
    """Read a u8; -EINVAL or -ERANGE."""
    return _kstrto(k, s, base, res, 1, False)


@kernel("int kstrtos8(const char *s, unsigned int base, s8 *res)", attributes="__must_check")
def kstrtos8(k: Kernel, s: int, base: int, res: int) -> int:
    """Read an s8; -EINVAL or -ERANGE."""
    return _kstrto(k, s, base, res, 1, True)


@kernel("int kstrtobool(const char *s, bool *res)", attributes="__must_check")
@kernel(
    "int strtobool(const char *s, bool *res)",
    attributes='__wq_removed("strtobool() was removed in 6.3: use kstrtobool()")',
)
def kstrtobool(k: Kernel, s: int, res: int) -> int:
    """Read y, n, 1, 0, on or off."""
    value = parse_bool(k.mem.cstr(s)) if s else None
    cost(k, 1)
    if value is None:
        return -22
    k.mem.store(res, 1, int(value))
    return 0


def _simple(k: Kernel, s: int, end: int, base: int, signed: bool) -> int:
    text = k.mem.cstr(s)
    cost(k, len(text))
    value, used = simple_number(text, base, signed)
    if end:
        k.mem.store(end, 8, s + used)
    return value


@kernel("unsigned long simple_strtoul(const char *cp, char **endp, unsigned int base)")
@kernel("unsigned long long simple_strtoull(const char *cp, char **endp, unsigned int base)")
def simple_strtoul(k: Kernel, cp: int, endp: int, base: int) -> int:
    """Read as much of a number as there is; `endp` gets the first character after it."""
    return _simple(k, cp, endp, base, False) & (1 << 64) - 1


@kernel("int get_option(char **str, int *pint)")
def get_option(k: Kernel, where: int, pint: int) -> int:
    """Read a number of a list such as `1,2-4`: 0 no number, 1 a last one, 2 a comma follows, 3 a `-`."""
    k.charge("call")
    at = int(k.mem.load(where, 8))
    text = k.mem.cstr(at).decode("latin-1") if at else ""
    found = _OPTION.match(text)
    if not found:
        return 0
    if pint:
        k.mem.store(pint, 4, int(found[0], 0 if not re.match(r"-?0\d", found[0]) else 8) & 0xFFFF_FFFF)
    after = text[found.end() : found.end() + 1]
    k.mem.store(where, 8, at + found.end() + (after == ","))
    return 2 if after == "," else 3 if after == "-" else 1


@kernel("long simple_strtol(const char *cp, char **endp, unsigned int base)")
@kernel("long long simple_strtoll(const char *cp, char **endp, unsigned int base)")
def simple_strtol(k: Kernel, cp: int, endp: int, base: int) -> int:
    """Read as much of a signed number as there is."""
    value = _simple(k, cp, endp, base, True) & (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value


@kernel("unsigned long long memparse(const char *ptr, char **retptr)")
def memparse(k: Kernel, ptr: int, retptr: int) -> int:
    """Read a number with a unit K, M, G, T, P or E."""
    text = k.mem.cstr(ptr)
    value, used = simple_number(text, 0, False)
    unit = text[used : used + 1].upper()
    if unit and unit in b"KMGTPE":
        value <<= 10 * (b"KMGTPE".index(unit) + 1)
        used += 1
    if retptr:
        k.mem.store(retptr, 8, ptr + used)
    return value & (1 << 64) - 1
