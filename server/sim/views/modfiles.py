"""Files of modules in /proc and debugfs: `k.fs` as <linux/proc_fs.h>, <linux/seq_file.h> and <linux/debugfs.h> call it.

Entries are known by opaque addresses; opening one gives the module's functions a struct inode and a struct file in the
machine's memory, and a buffer in user space: an address that only copy_from_user and copy_to_user reach.
"""

from __future__ import annotations

from collections.abc import Callable

from server.sim.views.cstruct import (
    FILE_FLAGS,
    FILE_INODE,
    FILE_MODE,
    FILE_OP,
    FILE_OPERATIONS,
    FILE_POS,
    FILE_SIZE,
    INODE_MODE,
    INODE_PRIVATE,
    INODE_SIZE,
    PROC_OPS,
    Operations,
    signed,
)
from server.sim.views.nodes import Node, Nodes
from server.sim.views.openfiles import ModuleFile, NumberFile, ShownFile
from server.sim.views.protocol import Blocking, Caller
from server.sim.views.seqfile import SeqFiles

EIO, EINVAL, ENOMEM, EPERM, EEXIST, ENOENT = 5, 22, 12, 1, 17, 2
USER_BASE = 0x7FFD_0000_0000
DEBUGFS = "/sys/kernel/debug"
MODE_READ, MODE_WRITE, O_WRONLY, S_IFREG = 1, 2, 1, 0o100000
Opener = Callable[[int], int]


class ModuleFiles(Nodes):
    """The files that modules make, and the user's buffers while one is read or written."""

    def __init__(self, k: Caller) -> None:
        super().__init__()
        self.k = k
        self.seq = SeqFiles(k)
        self.paths: dict[int, str] = {}  # by the address of a proc_dir_entry or dentry
        self.buffers: dict[int, bytearray] = {}
        self._next_buffer = USER_BASE

    # ---- user space ------------------------------------------------------------------------------

    def user_buffer(self, data: bytes) -> int:
        """A buffer of the process that reads or writes."""
        base = self._next_buffer
        self._next_buffer += len(data) + 4096 & ~4095
        self.buffers[base] = bytearray(data)
        return base

    def _buffer(self, addr: int) -> tuple[bytearray, int] | None:
        for base, buffer in self.buffers.items():
            if base <= addr < base + len(buffer):
                return buffer, addr - base
        return None

    def user_read(self, addr: int, size: int) -> bytes:
        """What can be copied from user space, up to `size` bytes."""
        found = self._buffer(addr)
        return bytes(found[0][found[1] : found[1] + size]) if found else b""

    def user_write(self, addr: int, data: bytes) -> int:
        """Copies to user space; how many bytes there was room for."""
        found = self._buffer(addr)
        if found is None:
            return 0
        buffer, at = found
        room = min(len(data), len(buffer) - at)
        buffer[at : at + room] = data[:room]
        return room

    # ---- entries ---------------------------------------------------------------------------------

    def _path(self, root: str, name: str, parent: int) -> str:
        return f"{self.paths.get(parent, root)}/{name.strip('/')}"

    def _enter(self, path: str, kind: str) -> int:
        addr = self.k.mem.opaque(kind)
        self.paths[addr] = path
        return addr

    def _file(self, path: str, kind: str, mode: int, open_: Callable[[bool], Blocking]) -> int:
        """A new file's handle, 0 if the name is taken."""
        return self._enter(path, kind) if self.add(path, Node(mode & 0o777 or 0o444, open_)) else 0

    def _forget(self, path: str) -> None:
        self.remove(path)
        for addr in [a for a, known in self.paths.items() if known == path or known.startswith(path + "/")]:
            del self.paths[addr]

    # ---- proc ------------------------------------------------------------------------------------

    def proc_create(self, name: str, mode: int, parent: int, ops: int, data: int) -> int:
        """proc_create_data: the entry, 0 if the name is taken."""
        path = self._path("/proc", name, parent)
        return self._proc(path, mode or 0o444, lambda writing: self._open_with(path, ops, PROC_OPS, data, writing))

    def proc_create_single(self, name: str, mode: int, parent: int, show: int, data: int) -> int:
        """proc_create_single_data: a file that one function shows."""
        return self._shown(name, mode, parent, lambda file: self.seq.make(file, show, 0, data))

    def proc_create_seq(self, name: str, mode: int, parent: int, ops: int, state_size: int, data: int) -> int:
        """proc_create_seq_private: a file that seq_operations show."""
        return self._shown(name, mode, parent, lambda file: self.seq.make(file, 0, ops, data))

    def _shown(self, name: str, mode: int, parent: int, make: Opener) -> int:
        path = self._path("/proc", name, parent)

        def open_(writing: bool) -> Blocking:
            inode, file = self._structs(0o444, 0, 0, writing)
            error = make(file)
            return error if error else ShownFile(self, inode, file)
            yield

        return self._proc(path, mode or 0o444, open_)

    def _proc(self, path: str, mode: int, open_: Callable[[bool], Blocking]) -> int:
        entry = self._file(path, "proc_dir_entry", mode, open_)
        if not entry:
            self.k.printk.log(4, f"proc_dir_entry '{path.lstrip('/')}' already registered")
        return entry

    def proc_mkdir(self, name: str, parent: int) -> int:
        """proc_mkdir: the entry, 0 if the name is taken."""
        path = self._path("/proc", name, parent)
        return self._enter(path, "proc_dir_entry") if self.mkdir(path) else 0

    def remove_proc_entry(self, name: str, parent: int) -> None:
        """remove_proc_entry: tells when there is none."""
        path = self._path("/proc", name, parent)
        if not self.exists(path):
            self.k.printk.log(4, f"name '{name}'")
            return
        self._forget(path)

    def remove_proc_subtree(self, name: str, parent: int) -> int:
        """remove_proc_subtree: 0 or -ENOENT."""
        path = self._path("/proc", name, parent)
        if not self.exists(path):
            return -ENOENT
        self._forget(path)
        return 0

    def proc_remove(self, entry: int) -> None:
        """proc_remove: an entry and all below it."""
        path = self.paths.get(entry)
        if path is not None:
            self._forget(path)

    def proc_set_size(self, entry: int, size: int) -> None:
        """proc_set_size: sizes are not shown."""

    # ---- debugfs ---------------------------------------------------------------------------------

    def debugfs_create_dir(self, name: str, parent: int) -> int:
        """debugfs_create_dir: the dentry, or ERR_PTR(-EEXIST)."""
        path = self._path(DEBUGFS, name, parent)
        return self._enter(path, "dentry") if self.mkdir(path) else (1 << 64) - EEXIST

    def debugfs_create_file(self, name: str, mode: int, parent: int, data: int, fops: int) -> int:
        """debugfs_create_file: the dentry, or ERR_PTR(-EEXIST)."""
        path = self._path(DEBUGFS, name, parent)
        made = self._file(
            path, "dentry", mode, lambda writing: self._open_with(path, fops, FILE_OPERATIONS, data, writing)
        )
        return made or (1 << 64) - EEXIST

    def debugfs_create_number(self, name: str, mode: int, parent: int, value: int, size: int, kind: str) -> None:
        """debugfs_create_u32 and its kin: `kind` is u, d, x or b (a bool)."""
        mem = self.k.mem

        def open_(writing: bool) -> Blocking:
            return NumberFile(mem.load, mem.store, value, size, kind)
            yield

        self._file(self._path(DEBUGFS, name, parent), "dentry", mode, open_)

    def debugfs_lookup(self, name: str, parent: int) -> int:
        """debugfs_lookup: the dentry, 0 if there is none."""
        path = self._path(DEBUGFS, name, parent)
        return next((addr for addr, known in self.paths.items() if known == path), 0)

    def debugfs_remove(self, dentry: int) -> None:
        """debugfs_remove: a file, or a directory with all that is in it."""
        self.proc_remove(dentry)

    # ---- seq_file --------------------------------------------------------------------------------

    def seq_open(self, file: int, op: int) -> int:
        """seq_open: 0 or -ENOMEM."""
        return self.seq.make(file, 0, op, 0)

    def single_open(self, file: int, show: int, data: int) -> int:
        """single_open: 0 or -ENOMEM."""
        return self.seq.make(file, show, 0, data)

    def seq_put(self, m: int, data: bytes) -> None:
        """seq_write, seq_printf."""
        self.seq.put(m, data)

    def seq_read(self, file: int, buf: int, size: int, ppos: int) -> Blocking:
        """seq_read: bytes copied to user space, or -errno."""
        text: bytes | int = yield from self.seq.text(file)
        if isinstance(text, int):
            return text
        pos = self.k.mem.load(ppos, 8)
        copied = self.user_write(buf, text[pos : pos + size])
        self.k.mem.store(ppos, 8, pos + copied)
        return copied

    def seq_lseek(self, file: int, offset: int, whence: int) -> Blocking:
        """seq_lseek: the new position."""
        pos = self.k.mem.load(file + FILE_POS, 8) + offset if whence == 1 else offset
        if whence not in (0, 1) or pos < 0:
            return -EINVAL
        self.k.mem.store(file + FILE_POS, 8, pos)
        return pos
        yield

    def seq_release(self, inode: int, file: int) -> int:
        """seq_release."""
        return self.seq.release(file)

    def single_release(self, inode: int, file: int) -> int:
        """single_release."""
        return self.seq.release(file)

    # ---- opening ---------------------------------------------------------------------------------

    def _structs(self, mode: int, ops: int, data: int, writing: bool) -> tuple[int, int]:
        """A struct inode and a struct file."""
        mem = self.k.mem
        inode, file = mem.alloc(INODE_SIZE, True, "inode"), mem.alloc(FILE_SIZE, True, "file")
        mem.store(inode + INODE_MODE, 2, S_IFREG | mode)
        mem.store(inode + INODE_PRIVATE, 8, data)
        mem.store(file + FILE_MODE, 4, MODE_WRITE if writing else MODE_READ)
        mem.store(file + FILE_FLAGS, 4, O_WRONLY if writing else 0)
        mem.store(file + FILE_OP, 8, ops)
        mem.store(file + FILE_INODE, 8, inode)
        return inode, file

    def _open_with(self, path: str, ops: int, table: Operations, data: int, writing: bool) -> Blocking:
        inode, file = self._structs(self.mode(path), ops, data, writing)
        opened = ModuleFile(self, inode, file, ops, table)
        function = self.k.mem.load(ops + table.open, 8)
        error = signed((yield from self.k.ccall(function, inode, file)), 32) if function else 0
        if error < 0:
            opened.free()
            return error
        return opened
