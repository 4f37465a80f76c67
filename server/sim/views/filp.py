"""filp_open() and its kin: the kernel opens files of modules by path.

Files of the session's own programs live in the programs' world, not in this kernel: opening one is refused, and told.
"""

from __future__ import annotations

from server.sim.views.cstruct import FILE_POS
from server.sim.views.fileops import FileOps
from server.sim.views.openfiles import ModuleFile
from server.sim.views.protocol import Blocking

ENOENT, EBADF, EINVAL = 2, 9, 22


class Filp(FileOps):
    """Open files by the address of their struct file."""

    def start(self) -> None:
        """None is open."""
        super().start()
        self.by_file: dict[int, ModuleFile] = {}

    def filp_open(self, path: str, flags: int, mode: int) -> Blocking:
        """filp_open: a struct file, or -errno."""
        if self.node(path) is None:
            self.k.check("filp-open", f"the kernel cannot open {path}: it sees only files that modules made")
            return -ENOENT
        opened = yield from self.open(path, flags)
        if isinstance(opened, int):
            return opened
        if not isinstance(opened, ModuleFile):
            yield from opened.release()
            return -EINVAL
        self.by_file[opened.file] = opened
        return opened.file

    def filp_close(self, file: int) -> Blocking:
        """filp_close: 0 or -errno."""
        opened = self.by_file.pop(file, None)
        if opened is None:
            return -EBADF
        yield from opened.release()
        return 0

    def kernel_read(self, file: int, buffer: int, count: int, pos: int) -> Blocking:
        """kernel_read: bytes read, or -errno."""
        opened = self.by_file.get(file)
        if opened is None:
            return -EBADF
        self._seek(file, pos)
        data = yield from opened.read(min(count, 1 << 20))
        if isinstance(data, int):
            return data
        self.k.mem.write(buffer, data)
        self._tell(file, pos)
        return len(data)

    def kernel_write(self, file: int, buffer: int, count: int, pos: int) -> Blocking:
        """kernel_write: bytes written, or -errno."""
        opened = self.by_file.get(file)
        if opened is None:
            return -EBADF
        self._seek(file, pos)
        taken = yield from opened.write(self.k.mem.read(buffer, min(count, 1 << 20)))
        self._tell(file, pos)
        return taken

    def _seek(self, file: int, pos: int) -> None:
        if pos:
            self.k.mem.store(file + FILE_POS, 8, self.k.mem.load(pos, 8))

    def _tell(self, file: int, pos: int) -> None:
        if pos:
            self.k.mem.store(pos, 8, self.k.mem.load(file + FILE_POS, 8))
