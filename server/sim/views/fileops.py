"""What all files of modules share: user-space buffers, names by handle, and opening with a module's own operations."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from server.sim.views.cstruct import (
    DENTRY_INODE,
    DENTRY_LENGTH,
    DENTRY_NAME,
    DENTRY_SIZE,
    FILE_DENTRY,
    FILE_FLAGS,
    FILE_INODE,
    FILE_MODE,
    FILE_OP,
    FILE_SIZE,
    INODE_CDEV,
    INODE_MODE,
    INODE_PRIVATE,
    INODE_RDEV,
    INODE_SIZE,
    Operations,
    signed,
)
from server.sim.views.nodes import O_ACCMODE, O_WRONLY, Node, Nodes
from server.sim.views.openfiles import ModuleFile
from server.sim.views.polling import PollTable, poll_wait
from server.sim.views.protocol import Blocking, Caller
from server.sim.views.seqfile import SeqFiles

USER_BASE = 0x7FFD_0000_0000
MODE_READ, MODE_WRITE, MODE_SEEK = 1, 2, 4
S_IFREG, S_IFCHR = 0o100000, 0o020000
ENODEV = 19


class FileOps(Nodes):
    """The files that modules make, and the user's buffers while one is read or written."""

    def __init__(self, k: Caller) -> None:
        super().__init__()
        self.k = k
        self.seq = SeqFiles(k)
        self.paths: dict[int, str] = {}  # by the address of a proc_dir_entry, dentry, kobject, class
        self.buffers: dict[int, bytearray] = {}
        self._next_buffer = USER_BASE
        self.polls: dict[int, PollTable] = {}  # by the address of a poll_table: polls under way
        self.start()

    def start(self) -> None:
        """What the classes below keep; each calls the one above it."""

    def poll_wait(self, file: int, wait: int, table: int) -> None:
        """poll_wait."""
        poll_wait(self, wait, table)

    # ---- user space ------------------------------------------------------------------------------

    def user_buffer(self, data: bytes) -> int:
        """A buffer of the process that reads or writes."""
        base = self._next_buffer
        self._next_buffer += len(data) + 8191 & ~4095
        self.buffers[base] = bytearray(data)
        return base

    def user_take(self, addr: int, size: int) -> bytes:
        """What is in a buffer now; the buffer is gone."""
        return bytes(self.buffers.pop(addr, bytearray())[:size])

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

    def _file(self, path: str, kind: str, mode: int, open_: Callable[[int], Blocking]) -> int:
        """A new file's handle, 0 if the name is taken."""
        return self._enter(path, kind) if self.add(path, Node(mode & 0o777 or 0o444, open_)) else 0

    def _forget(self, path: str) -> None:
        self.remove(path)
        for addr in [a for a, known in self.paths.items() if known == path or known.startswith(path + "/")]:
            del self.paths[addr]

    def active_call(self, node: Node, function: int, *args: int) -> Blocking:
        """A function of the module; whoever removes the file waits until it has returned. One that dies never does."""
        node.active += 1
        result = yield from self.k.ccall(function, *args)
        node.active -= 1
        while not node.active and node.drainers:
            self.k.sched.wake_up(node.drainers.pop(0))
        return result

    def _rundown(self, path: str) -> Blocking:
        """proc_entry_rundown, debugfs_file_put, kernfs_drain: out of sight, then until no function of it runs."""
        nodes = [node for name, node in self.files.items() if name == path or name.startswith(path + "/")]
        self._forget(path)
        for node in nodes:
            while node.active:
                node.drainers.append(self.k.current)
                yield from self.k.sched.block("D", "CONDITION", "", f"on={path}")

    # ---- opening ---------------------------------------------------------------------------------

    def _structs(self, path: str, ops: int, data: int, flags: int, cdev: int = 0, device: int = 0) -> tuple[int, int]:
        """A struct inode and a struct file, with a dentry that has the name."""
        mem = self.k.mem
        inode, file = mem.alloc(INODE_SIZE, True, "inode"), mem.alloc(FILE_SIZE, True, "file")
        name = posixpath.basename(path).encode()
        dentry = mem.alloc(DENTRY_SIZE + len(name) + 1, True, "dentry")
        mem.store(inode + INODE_MODE, 2, (S_IFCHR if cdev else S_IFREG) | self.mode(path))
        mem.store(inode + INODE_RDEV, 4, device)
        mem.store(inode + INODE_CDEV, 8, cdev)
        mem.store(inode + INODE_PRIVATE, 8, data)
        mem.store(dentry + DENTRY_LENGTH, 4, len(name))
        mem.store(dentry + DENTRY_NAME, 8, dentry + DENTRY_SIZE)
        mem.write(dentry + DENTRY_SIZE, name + b"\0")
        mem.store(dentry + DENTRY_INODE, 8, inode)
        access = (flags & O_ACCMODE) + 1 & (MODE_READ | MODE_WRITE)
        mem.store(file + FILE_MODE, 4, access | MODE_SEEK)
        mem.store(file + FILE_FLAGS, 4, flags)
        mem.store(file + FILE_OP, 8, ops)
        mem.store(file + FILE_INODE, 8, inode)
        mem.store(file + FILE_DENTRY, 8, dentry)
        return inode, file

    def _open_with(
        self, path: str, ops: int, table: Operations, data: int, flags: int, cdev: int = 0, device: int = 0,
        private: int = 0,
    ) -> Blocking:  # fmt: skip
        """do_dentry_open: the module's open function with a struct file; a reference of its module from then on."""
        k = self.k
        owners = [k.mem.load(ops, 8)] if table.owner else []
        if cdev:
            owners.insert(0, k.mem.load(cdev, 8))
        held: list[int] = []
        for owner in owners:
            if not k.modules.try_module_get(owner):
                for other in held:
                    k.modules.module_put(other)
                return -ENODEV
            held.append(owner)
        inode, file = self._structs(path, ops, data, flags, cdev, device)
        opened = ModuleFile(self, self.node(path), inode, file, ops, table, held)
        if private:
            opened.set_private(private)
        function = k.mem.load(ops + table.open, 8)
        error = signed((yield from k.ccall(function, inode, file)), 32) if function else 0
        if error < 0:
            opened.free()
            return error
        return opened


def writing(flags: int) -> bool:
    """Whether a file is opened for writing."""
    return flags & O_ACCMODE >= O_WRONLY
