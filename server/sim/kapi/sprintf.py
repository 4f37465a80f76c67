"""<linux/sprintf.h>: printing into memory, and sscanf()."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from server.sim.kapi.printk import Slots
from server.sim.kapi.registry import kernel
from server.sim.kapi.scan import scan
from server.sim.kapi.string import cost, duplicate, put

if TYPE_CHECKING:
    from server.sim.kernel import Kernel


def _print(k: Kernel, buf: int, size: int, fmt: int, args: Sequence[int] | Slots) -> int:
    text = bytes(k.format(fmt, args))
    put(k, buf, size, text)
    return len(text)


@kernel("int snprintf(char *buf, size_t size, const char *fmt, ...)", attributes="__printf(3, 4)")
def snprintf(k: Kernel, buf: int, size: int, fmt: int, *args: int) -> int:
    """Print into a buffer; the length it would have, had there been room."""
    return _print(k, buf, size, fmt, args)


@kernel("int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)")
def vsnprintf(k: Kernel, buf: int, size: int, fmt: int, args: int) -> int:
    """snprintf() with a caller's arguments."""
    return _print(k, buf, size, fmt, Slots(k, args))


@kernel("int scnprintf(char *buf, size_t size, const char *fmt, ...)", attributes="__printf(3, 4)")
def scnprintf(k: Kernel, buf: int, size: int, fmt: int, *args: int) -> int:
    """Print into a buffer; the length that is really there."""
    return min(_print(k, buf, size, fmt, args), max(size - 1, 0))


@kernel("int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)")
def vscnprintf(k: Kernel, buf: int, size: int, fmt: int, args: int) -> int:
    """scnprintf() with a caller's arguments."""
    return min(_print(k, buf, size, fmt, Slots(k, args)), max(size - 1, 0))


@kernel("int sprintf(char *buf, const char *fmt, ...)", attributes="__printf(2, 3)")
def sprintf(k: Kernel, buf: int, fmt: int, *args: int) -> int:
    """Print into a buffer that had better be large enough."""
    return _print(k, buf, 1 << 31, fmt, args)


@kernel("int vsprintf(char *buf, const char *fmt, va_list args)")
def vsprintf(k: Kernel, buf: int, fmt: int, args: int) -> int:
    """sprintf() with a caller's arguments."""
    return _print(k, buf, 1 << 31, fmt, Slots(k, args))


@kernel("char *kasprintf(gfp_t gfp, const char *fmt, ...)", attributes="__printf(2, 3)")
def kasprintf(k: Kernel, gfp: int, fmt: int, *args: int) -> int:
    """Print into fresh memory, to be freed with kfree()."""
    return duplicate(k, bytes(k.format(fmt, args)) + b"\0")


@kernel("char *kvasprintf(gfp_t gfp, const char *fmt, va_list args)")
def kvasprintf(k: Kernel, gfp: int, fmt: int, args: int) -> int:
    """kasprintf() with a caller's arguments."""
    return duplicate(k, bytes(k.format(fmt, Slots(k, args))) + b"\0")


@kernel("int sscanf(const char *buf, const char *fmt, ...)", attributes="__scanf(2, 3)")
def sscanf(k: Kernel, buf: int, fmt: int, *args: int) -> int:
    """Read values out of a string; how many."""
    text = k.mem.cstr(buf)
    cost(k, len(text))
    stores = scan(text, k.mem.cstr(fmt))
    count = 0
    for data, _counts in stores:
        if count >= len(args):
            break
        k.mem.write(args[count], data)
        count += 1
    return sum(1 for _, counts in stores[:count] if counts)
