"""<linux/uaccess.h>: copies between the kernel's memory and a user's."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

Answer = Generator[object, None, int]
USER_END = 1 << 47


@kernel("unsigned long __wq_copy_from_user(void *to, const void *from, unsigned long n)",
        may_sleep=True, attributes="__must_check")  # fmt: skip
def copy_from_user(k: Kernel, to: int, source: int, n: int) -> Answer:
    """Copy from user space; the number of bytes that could not be copied."""
    k.charge("copy_user")
    yield from k.might_sleep("copy_from_user")
    if to < USER_END:
        return n
    data = k.fs.user_read(source, n)
    if data:
        k.mem.write(to, data)
    if len(data) < n:
        k.mem.write(to + len(data), bytes(min(n - len(data), 1 << 20)))
    return n - len(data)


@kernel("unsigned long __wq_copy_to_user(void *to, const void *from, unsigned long n)",
        may_sleep=True, attributes="__must_check")  # fmt: skip
def copy_to_user(k: Kernel, to: int, source: int, n: int) -> Answer:
    """Copy to user space; the number of bytes that could not be copied."""
    k.charge("copy_user")
    yield from k.might_sleep("copy_to_user")
    if source < USER_END:  # not the kernel's: the fault is caught, and nothing is copied
        return n
    return n - int(k.fs.user_write(to, k.mem.read(source, n))) if n else 0


@kernel("long strncpy_from_user(char *dst, const char *src, long count)", may_sleep=True, attributes="__must_check")
def strncpy_from_user(k: Kernel, dst: int, src: int, count: int) -> int:
    """Copy a string from user space; its length, or -EFAULT."""
    k.charge("copy_user")
    data = k.fs.user_read(src, max(count, 0))
    end = data.find(b"\0")
    text = data[: end + 1] if end >= 0 else data
    if not text:
        return -14
    k.mem.write(dst, text)
    return len(text) - 1 if end >= 0 else len(text)


@kernel("long strnlen_user(const char *s, long n)", may_sleep=True)
def strnlen_user(k: Kernel, s: int, n: int) -> int:
    """The length of a string in user space with its NUL; 0 at a fault."""
    data = k.fs.user_read(s, max(n, 0))
    end = data.find(b"\0")
    return end + 1 if end >= 0 else len(data)
