"""<linux/debugfs.h>: files in /sys/kernel/debug. The C text stands in proc_fs.py."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.kobject import text_at as _text
from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel


@kernel("struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)", may_sleep=True)
def debugfs_create_dir(k: Kernel, name: int, parent: int) -> int:
    """Make a directory in /sys/kernel/debug."""
    return int(k.fs.debugfs_create_dir(_text(k, name), parent))


@kernel("struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent, void *data,"
        " const struct file_operations *fops)", may_sleep=True)  # fmt: skip
def debugfs_create_file(k: Kernel, name: int, mode: int, parent: int, data: int, fops: int) -> int:
    """Make a file in /sys/kernel/debug."""
    return int(k.fs.debugfs_create_file(_text(k, name), mode, parent, data, fops))


def _number(k: Kernel, name: int, mode: int, parent: int, value: int, size: int, kind: str) -> None:
    k.fs.debugfs_create_number(_text(k, name), mode, parent, value, size, kind)


@kernel("void debugfs_create_u8(const char *name, umode_t mode, struct dentry *parent, u8 *value)", may_sleep=True)
def debugfs_create_u8(k: Kernel, name: int, mode: int, parent: int, value: int) -> None:
    """A debugfs file that shows and sets a u8."""
    _number(k, name, mode, parent, value, 1, "u")


@kernel("void debugfs_create_u16(const char *name, umode_t mode, struct dentry *parent, u16 *value)", may_sleep=True)
def debugfs_create_u16(k: Kernel, name: int, mode: int, parent: int, value: int) -> None:
    """A debugfs file that shows and sets a u16."""
    _number(k, name, mode, parent, value, 2, "u")


@kernel("void debugfs_create_u32(const char *name, umode_t mode, struct dentry *parent, u32 *value)", may_sleep=True)
def debugfs_create_u32(k: Kernel, name: int, mode: int, parent: int, value: int) -> None:
    """A debugfs file that shows and sets a u32."""
    _number(k, name, mode, parent, value, 4, "u")


@kernel("void debugfs_create_u64(const char *name, umode_t mode, struct dentry *parent, u64 *value)", may_sleep=True)
@kernel(
    "void debugfs_create_ulong(const char *name, umode_t mode, struct dentry *parent, unsigned long *value)",
    may_sleep=True,
)
@kernel(
    "void debugfs_create_size_t(const char *name, umode_t mode, struct dentry *parent, size_t *value)", may_sleep=True
)
def debugfs_create_u64(k: Kernel, name: int, mode: int, parent: int, value: int) -> None:
    """A debugfs file that shows and sets a number of 64 bits."""
    _number(k, name, mode, parent, value, 8, "u")


@kernel("void debugfs_create_x8(const char *name, umode_t mode, struct dentry *parent, u8 *value)", may_sleep=True)
def debugfs_create_x8(k: Kernel, name: int, mode: int, parent: int, value: int) -> None:
    """A debugfs file that shows a u8 in hexadecimal."""
    _number(k, name, mode, parent, value, 1, "x")


@kernel("void debugfs_create_x16(const char *name, umode_t mode, struct dentry *parent, u16 *value)", may_sleep=True)
def debugfs_create_x16(k: Kernel, name: int, mode: int, parent: int, value: int) -> None:
    """A debugfs file that shows a u16 in hexadecimal."""
    _number(k, name, mode, parent, value, 2, "x")


@kernel("void debugfs_create_x64(const char *name, umode_t mode, struct dentry *parent, u64 *value)", may_sleep=True)
def debugfs_create_x64(k: Kernel, name: int, mode: int, parent: int, value: int) -> None:
    """A debugfs file that shows a u64 in hexadecimal."""
    _number(k, name, mode, parent, value, 8, "x")


@kernel("struct dentry *debugfs_create_symlink(const char *name, struct dentry *parent, const char *target)",
        may_sleep=True)  # fmt: skip
def debugfs_create_symlink(k: Kernel, name: int, parent: int, target: int) -> int:
    """A symbolic link in /sys/kernel/debug."""
    return int(k.fs.debugfs_symlink(_text(k, name), parent, _text(k, target)))


@kernel("void debugfs_create_str(const char *name, umode_t mode, struct dentry *parent, char **value)", may_sleep=True)
def debugfs_create_str(k: Kernel, name: int, mode: int, parent: int, value: int) -> None:
    """A debugfs file that shows the string that a pointer points to."""
    k.fs.debugfs_create_text(_text(k, name), mode & 0o444, parent, lambda: k.mem.cstr(k.mem.load(value, 8)) + b"\n")


@kernel("void debugfs_create_u32_array(const char *name, umode_t mode, struct dentry *parent,"
        " struct debugfs_u32_array *array)", may_sleep=True)  # fmt: skip
def debugfs_create_u32_array(k: Kernel, name: int, mode: int, parent: int, array: int) -> None:
    """A debugfs file that shows an array of numbers in one line."""

    def text() -> bytes:
        start, count = k.mem.load(array, 8), min(k.mem.load(array + 8, 4), 65536)
        return " ".join(str(k.mem.load(start + 4 * i, 4)) for i in range(count)).encode() + b"\n"

    k.fs.debugfs_create_text(_text(k, name), mode & 0o444, parent, text)


@kernel("void debugfs_create_x32(const char *name, umode_t mode, struct dentry *parent, u32 *value)", may_sleep=True)
def debugfs_create_x32(k: Kernel, name: int, mode: int, parent: int, value: int) -> None:
    """A debugfs file that shows a u32 in hexadecimal."""
    _number(k, name, mode, parent, value, 4, "x")


@kernel(
    "void debugfs_create_atomic_t(const char *name, umode_t mode, struct dentry *parent, atomic_t *value)",
    may_sleep=True,
)
def debugfs_create_atomic_t(k: Kernel, name: int, mode: int, parent: int, value: int) -> None:
    """A debugfs file that shows and sets an atomic_t."""
    _number(k, name, mode, parent, value, 4, "d")


@kernel("struct dentry *debugfs_create_blob(const char *name, umode_t mode, struct dentry *parent,"
        " struct debugfs_blob_wrapper *blob)", may_sleep=True)  # fmt: skip
def debugfs_create_blob(k: Kernel, name: int, mode: int, parent: int, blob: int) -> int:
    """A file in debugfs that shows memory."""
    return int(k.fs.debugfs_create_blob(_text(k, name), mode, parent, blob))


@kernel("void debugfs_create_bool(const char *name, umode_t mode, struct dentry *parent, bool *value)", may_sleep=True)
def debugfs_create_bool(k: Kernel, name: int, mode: int, parent: int, value: int) -> None:
    """A debugfs file that shows and sets a bool as Y or N."""
    _number(k, name, mode, parent, value, 1, "b")


@kernel("struct dentry *debugfs_lookup(const char *name, struct dentry *parent)", may_sleep=True)
def debugfs_lookup(k: Kernel, name: int, parent: int) -> int:
    """Find a file or directory of debugfs."""
    return int(k.fs.debugfs_lookup(_text(k, name), parent))


@kernel("void debugfs_remove(struct dentry *dentry)", may_sleep=True)
def debugfs_remove(k: Kernel, dentry: int) -> Generator[object, None, None]:
    """Remove a file, or a directory with all that is in it; NULL and errors are fine."""
    if 0 < dentry < (1 << 64) - 4096:
        yield from k.fs.debugfs_remove(dentry)
