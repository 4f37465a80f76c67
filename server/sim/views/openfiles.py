"""Open files of modules: by their own operations, by what they show, or a single number."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from server.sim.views.cstruct import FILE_POS, PROC_OPS, Operations, signed
from server.sim.views.protocol import Blocking

if TYPE_CHECKING:
    from server.sim.views.modfiles import ModuleFiles

EIO, EINVAL = 5, 22


class ModuleFile:
    """An open file whose operations are a module's functions."""

    def __init__(self, files: ModuleFiles, inode: int, file: int, ops: int, table: Operations) -> None:
        self.files = files
        self.inode = inode
        self.file = file
        self.ops = ops
        self.table = table

    def free(self) -> None:
        """Frees the structs."""
        self.files.k.mem.free(self.file)
        self.files.k.mem.free(self.inode)

    def read(self, size: int) -> Blocking:
        """The module's read function, with a buffer in user space."""
        function = self.files.k.mem.load(self.ops + self.table.read, 8)
        if not function:
            return -EIO if self.table is PROC_OPS else -EINVAL
        buffer = self.files.user_buffer(bytes(size))
        got = signed((yield from self.files.k.ccall(function, self.file, buffer, size, self.file + FILE_POS)), 64)
        data = bytes(self.files.buffers.pop(buffer))
        return got if got < 0 else data[:got]

    def write(self, data: bytes) -> Blocking:
        """The module's write function."""
        function = self.files.k.mem.load(self.ops + self.table.write, 8)
        if not function:
            return -EIO if self.table is PROC_OPS else -EINVAL
        buffer = self.files.user_buffer(data)
        taken = signed(
            (yield from self.files.k.ccall(function, self.file, buffer, len(data), self.file + FILE_POS)), 64
        )
        del self.files.buffers[buffer]
        return taken

    def release(self) -> Blocking:
        """The module's release function, then the structs are freed."""
        function = self.files.k.mem.load(self.ops + self.table.release, 8)
        if function:
            yield from self.files.k.ccall(function, self.inode, self.file)
        self.free()


class ShownFile:
    """An open file of proc_create_single or proc_create_seq."""

    def __init__(self, files: ModuleFiles, inode: int, file: int) -> None:
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
        self.files.k.mem.free(self.file)
        self.files.k.mem.free(self.inode)
        yield from ()


class NumberFile:
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
