"""Open files of modules: by their own operations, by what they show, or a single number."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from server.sim.views.cstruct import FILE_DENTRY, FILE_POS, FILE_PRIVATE, PROC_OPS, Operations, signed
from server.sim.views.nodes import ENOTTY, ESPIPE, READY, Node, OpenFile
from server.sim.views.polling import POLLERR, POLLHUP, wait_for_events
from server.sim.views.protocol import Blocking

if TYPE_CHECKING:
    from server.sim.views.fileops import FileOps

EINTR, EIO, EINVAL, ERESTARTSYS, ENOIOCTLCMD = 4, 5, 22, 512, 515
NULL_POLL_EVENTS = POLLERR | POLLHUP  # asked for or not


def told(error: int) -> int:
    """An errno as a system call returns it: those that are the kernel's own are translated."""
    return {ERESTARTSYS: EINTR, ENOIOCTLCMD: ENOTTY}.get(error, error)


class ModuleFile(OpenFile):
    """An open file whose operations are a module's functions. `owners` are the modules whose references it holds."""

    def __init__(
        self, files: FileOps, node: Node | None, inode: int, file: int, ops: int, table: Operations, owners: list[int]
    ) -> None:
        self.files = files
        self.node = node
        self.inode = inode
        self.file = file
        self.ops = ops
        self.table = table
        self.owners = owners
        self.released = False

    def set_private(self, value: int) -> None:
        """Sets file->private_data, before the module's open function runs."""
        self.files.k.mem.store(self.file + FILE_PRIVATE, 8, value)

    def _function(self, offset: int) -> int:
        """The module's function, 0 where it has none. The file may have put other operations in place (open)."""
        return self.files.k.mem.load(self.ops + offset, 8) if offset else 0

    @property
    def _dead(self) -> bool:
        """The file was removed, and with it whoever could be called (a device's functions stay with its module)."""
        return self.node is not None and self.node.gone and not self.owners

    def _call(self, function: int, *args: int) -> Blocking:
        """A function of the module; whoever removes the file waits until it has returned. One that dies never does."""
        if self.node is None:
            return (yield from self.files.k.ccall(function, *args))
        return (yield from self.files.active_call(self.node, function, *args))

    def free(self) -> None:
        """Frees the structs, gives back the references."""
        mem = self.files.k.mem
        mem.free(mem.load(self.file + FILE_DENTRY, 8))
        mem.free(self.file)
        mem.free(self.inode)
        for owner in self.owners:
            self.files.k.modules.module_put(owner)

    def read(self, size: int) -> Blocking:
        """The module's read function, with a buffer in user space."""
        if self._dead:
            return -EIO
        function = self._function(self.table.read)
        iterates = 0 if function else self._function(self.table.read_iter)
        if not function and not iterates:
            return -EIO if self.table is PROC_OPS else -EINVAL
        buffer = self.files.user_buffer(bytes(size))
        if function:
            got = yield from self._call(function, self.file, buffer, size, self.file + FILE_POS)
        else:
            got = yield from self._iterate(iterates, buffer, size)
        got = signed(got, 64)
        data = bytes(self.files.buffers.pop(buffer))
        return -told(-got) if got < 0 else data[:got]

    def _iterate(self, function: int, buffer: int, size: int) -> Blocking:
        """read_iter, write_iter: with a kiocb { file, pos, flags } and an iov_iter { base, count, offset }."""
        mem = self.files.k.mem
        iocb, iterator = mem.alloc(24, True, "kiocb"), mem.alloc(24, True, "iov_iter")
        mem.store(iocb, 8, self.file)
        mem.store(iocb + 8, 8, mem.load(self.file + FILE_POS, 8))
        mem.store(iterator, 8, buffer)
        mem.store(iterator + 8, 8, size)
        got = yield from self._call(function, iocb, iterator)
        mem.store(self.file + FILE_POS, 8, mem.load(iocb + 8, 8))
        mem.free(iocb)
        mem.free(iterator)
        return got

    def write(self, data: bytes) -> Blocking:
        """The module's write function."""
        if self._dead:
            return -EIO
        function = self._function(self.table.write)
        iterates = 0 if function or self.table is PROC_OPS else self._function(self.table.read_iter + 8)
        if not function and not iterates:
            return -EIO if self.table is PROC_OPS else -EINVAL
        buffer = self.files.user_buffer(data)
        if function:
            taken = yield from self._call(function, self.file, buffer, len(data), self.file + FILE_POS)
        else:
            taken = yield from self._iterate(iterates, buffer, len(data))
        taken = signed(taken, 64)
        del self.files.buffers[buffer]
        return -told(-taken) if taken < 0 else taken

    def seek(self, offset: int, whence: int) -> Blocking:
        """The module's llseek function."""
        function = 0 if self._dead else self._function(self.table.llseek)
        if not function:
            return -EINVAL if self.table is PROC_OPS else -ESPIPE
        return signed((yield from self._call(function, self.file, offset & (1 << 64) - 1, whence)), 64)

    def ioctl(self, request: int, argument: int) -> Blocking:
        """The module's unlocked_ioctl function."""
        function = 0 if self._dead else self._function(self.table.ioctl)
        if not function:
            return -ENOTTY
        result = signed((yield from self._call(function, self.file, request, argument)), 64)
        return -told(-result) if result < 0 else result

    def poll(self, timeout_ms: int, wanted: int) -> Blocking:
        """The module's poll function, again at each wake-up."""
        function = 0 if self._dead else self._function(self.table.poll)
        if not function:
            return READY & wanted
        return (yield from wait_for_events(self.files, function, self.file, timeout_ms, wanted | NULL_POLL_EVENTS))

    def release(self) -> Blocking:
        """The module's flush and release functions, then the structs are freed."""
        if self.released:
            return
        self.released = True
        flush, release = ((0 if self._dead else self._function(at)) for at in (self.table.flush, self.table.release))
        if flush:
            yield from self._call(flush, self.file, 0)
        if release:
            yield from self._call(release, self.inode, self.file)
        self.free()


class ShownFile(OpenFile):
    """An open file of proc_create_single or proc_create_seq."""

    def __init__(self, files: FileOps, inode: int, file: int) -> None:
        self.files = files
        self.inode = inode
        self.file = file
        self.at = 0

    def read(self, size: int) -> Blocking:
        """The next piece of what is shown."""
        text: bytes | int = yield from self.files.seq.text(self.file)
        if isinstance(text, int):
            return text
        piece = text[self.at : self.at + size]
        self.at += len(piece)
        return piece

    def write(self, data: bytes) -> Blocking:
        """Nothing can be written."""
        return -EIO
        yield

    def release(self) -> Blocking:
        """Frees everything."""
        self.files.seq.release(self.file)
        mem = self.files.k.mem
        mem.free(mem.load(self.file + FILE_DENTRY, 8))
        mem.free(self.file)
        mem.free(self.inode)
        yield from ()


class NumberFile(OpenFile):
    """A number of the module's that debugfs shows and sets."""

    def __init__(
        self, load: Callable[..., int], store: Callable[[int, int, int], None], addr: int, size: int, kind: str
    ) -> None:
        self.load = load
        self.store = store
        self.addr = addr
        self.size = size
        self.kind = kind
        self.done = False

    def read(self, size: int) -> Blocking:
        """The number and a newline, once."""
        if self.done:
            return b""
        self.done = True
        value = self.load(self.addr, self.size, self.kind == "d")
        shown = (
            f"0x{value:0{2 * self.size}x}"
            if self.kind == "x"
            else "NY"[bool(value)]
            if self.kind == "b"
            else str(value)
        )
        return f"{shown}\n".encode()
        yield

    def write(self, data: bytes) -> Blocking:
        """Sets it; -EINVAL for what is no number."""
        text = data.decode("utf-8", "replace").strip()
        if self.kind == "b":
            if text[:1] not in ("0", "1", "y", "n", "Y", "N") or not text:
                return -EINVAL
            value = int(text[0] in "1yY")
        else:
            try:
                value = int(text[:40], 0)
            except ValueError:
                return -EINVAL
        self.store(self.addr, self.size, value & ((1 << 8 * self.size) - 1))
        return len(data)
        yield

    def release(self) -> Blocking:
        """Nothing to do."""
        yield from ()


class TextFile(OpenFile):
    """Bytes that the kernel itself shows: a device's `dev` and `uevent`, a blob of debugfs."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self, size: int) -> Blocking:
        """The next piece."""
        piece, self.data = self.data[:size], self.data[size:]
        return piece
        yield

    def write(self, data: bytes) -> Blocking:
        """Nothing changes by it."""
        return len(data)
        yield
