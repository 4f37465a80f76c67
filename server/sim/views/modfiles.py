"""Files of modules in /proc and debugfs: `k.fs` as <linux/proc_fs.h>, <linux/seq_file.h> and <linux/debugfs.h> call it.

Entries are known by opaque addresses; opening one gives the module's functions a struct inode and a struct file in the
machine's memory, and a buffer in user space: an address that only copy_from_user and copy_to_user reach.
"""

from __future__ import annotations

from collections.abc import Callable

from server.sim.views.chardev import CharDevices
from server.sim.views.cstruct import FILE_OPERATIONS, FILE_POS, PROC_OPS
from server.sim.views.filp import Filp
from server.sim.views.openfiles import NumberFile, ShownFile, TextFile
from server.sim.views.platform import PlatformBus
from server.sim.views.protocol import Blocking

EINVAL, EEXIST, ENOENT = 22, 17, 2
BLOB_MAX = 1024 * 1024
DEBUGFS = "/sys/kernel/debug"
Opener = Callable[[int], int]


class ModuleFiles(Filp, CharDevices, PlatformBus):
    """All that modules make: files here, devices and the device model in the classes below."""

    def _known(self, path: str) -> bool:
        return self._taken(path) or self.is_dir(path)

    # ---- proc ------------------------------------------------------------------------------------

    def proc_create(self, name: str, mode: int, parent: int, ops: int, data: int) -> int:
        """proc_create_data: the entry, 0 if the name is taken."""
        path = self._path("/proc", name, parent)
        return self._proc(path, mode or 0o444, lambda flags: self._open_with(path, ops, PROC_OPS, data, flags))

    def proc_create_single(self, name: str, mode: int, parent: int, show: int, data: int) -> int:
        """proc_create_single_data: a file that one function shows."""
        return self._shown(name, mode, parent, lambda file: self.seq.make(file, show, 0, data))

    def proc_create_seq(self, name: str, mode: int, parent: int, ops: int, state_size: int, data: int) -> int:
        """proc_create_seq_private: a file that seq_operations show."""
        return self._shown(name, mode, parent, lambda file: self.seq.make(file, 0, ops, data))

    def _shown(self, name: str, mode: int, parent: int, make: Opener) -> int:
        path = self._path("/proc", name, parent)

        def open_(flags: int) -> Blocking:
            inode, file = self._structs(path, 0, 0, flags)
            error = make(file)
            return error if error else ShownFile(self, inode, file)
            yield

        return self._proc(path, mode or 0o444, open_)

    def _proc(self, path: str, mode: int, open_: Callable[[int], Blocking]) -> int:
        entry = self._file(path, "proc_dir_entry", mode, open_)
        if not entry:
            self.k.printk.log(4, f"proc_dir_entry '{path.lstrip('/')}' already registered")
        return entry

    def proc_mkdir(self, name: str, parent: int) -> int:
        """proc_mkdir: the entry, 0 if the name is taken."""
        path = self._path("/proc", name, parent)
        return self._enter(path, "proc_dir_entry") if self.mkdir(path) else 0

    def remove_proc_entry(self, name: str, parent: int) -> Blocking:
        """remove_proc_entry: tells when there is none."""
        path = self._path("/proc", name, parent)
        if not self._known(path):
            self.k.printk.log(4, f"name '{name}'")
            return
        yield from self._rundown(path)

    def remove_proc_subtree(self, name: str, parent: int) -> Blocking:
        """remove_proc_subtree: 0 or -ENOENT."""
        path = self._path("/proc", name, parent)
        if not self._known(path):
            return -ENOENT
        yield from self._rundown(path)
        return 0

    def proc_remove(self, entry: int) -> Blocking:
        """proc_remove: an entry and all below it."""
        path = self.paths.get(entry)
        if path is not None:
            yield from self._rundown(path)

    def proc_symlink(self, name: str, parent: int, target: str) -> int:
        """proc_symlink: the entry, 0 if the name is taken."""
        path = self._path("/proc", name, parent)
        return self._enter(path, "proc_dir_entry") if self.link(path, target) else 0

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
        made = self._file(path, "dentry", mode, lambda flags: self._open_with(path, fops, FILE_OPERATIONS, data, flags))
        return made or (1 << 64) - EEXIST

    def debugfs_create_number(self, name: str, mode: int, parent: int, value: int, size: int, kind: str) -> None:
        """debugfs_create_u32 and its kin: `kind` is u, d, x or b (a bool)."""
        mem = self.k.mem

        def open_(flags: int) -> Blocking:
            return NumberFile(mem.load, mem.store, value, size, kind)
            yield

        self._file(self._path(DEBUGFS, name, parent), "dentry", mode, open_)

    def debugfs_create_blob(self, name: str, mode: int, parent: int, blob: int) -> int:
        """debugfs_create_blob: the dentry, or ERR_PTR(-EEXIST)."""
        mem = self.k.mem

        def text() -> bytes:
            address, size = mem.load(blob, 8), mem.load(blob + 8, 8)
            return mem.read(address, min(size, BLOB_MAX)) if address else b""

        return self.debugfs_create_text(name, mode & 0o444, parent, text)

    def debugfs_create_text(self, name: str, mode: int, parent: int, text: Callable[[], bytes]) -> int:
        """A file whose text is made when it is opened: the dentry, or ERR_PTR(-EEXIST)."""

        def open_(flags: int) -> Blocking:
            return TextFile(text())
            yield

        return self._file(self._path(DEBUGFS, name, parent), "dentry", mode, open_) or (1 << 64) - EEXIST

    def debugfs_symlink(self, name: str, parent: int, target: str) -> int:
        """debugfs_create_symlink: the dentry, or ERR_PTR(-EEXIST)."""
        path = self._path(DEBUGFS, name, parent)
        return self._enter(path, "dentry") if self.link(path, target) else (1 << 64) - EEXIST

    def debugfs_lookup(self, name: str, parent: int) -> int:
        """debugfs_lookup: the dentry, 0 if there is none."""
        path = self._path(DEBUGFS, name, parent)
        return next((addr for addr, known in self.paths.items() if known == path), 0)

    def debugfs_remove(self, dentry: int) -> Blocking:
        """debugfs_remove: a file, or a directory with all that is in it."""
        yield from self.proc_remove(dentry)

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
