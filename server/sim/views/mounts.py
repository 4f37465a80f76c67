"""One file system out of two: what modules made, and the kernel's own files."""

from __future__ import annotations

from typing import Protocol

from server.sim.views.files import Views
from server.sim.views.nodes import OpenFile
from server.sim.views.protocol import Blocking, Kernel


class Opener(Protocol):
    """Either of the two."""

    def mode(self, path: str) -> int:
        """Permission bits."""
        ...

    def open(self, path: str, flags: int) -> Blocking:
        """open(2): an OpenFile, or -errno."""
        ...


class Mounts:
    """`k.fs` first, for a module may put files into directories of ours; then `Views`."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.views = Views(k)
        self.closing: list[OpenFile] = []

    def _at(self, path: str) -> Opener:
        return self.k.fs if self.k.fs.exists(path) and not self.k.fs.is_dir(path) else self.views

    def exists(self, path: str) -> bool:
        """A file or a directory."""
        return self.k.fs.exists(path) or self.views.exists(path)

    def is_dir(self, path: str) -> bool:
        """A directory of either."""
        return (self.k.fs.exists(path) and self.k.fs.is_dir(path)) or self.views.is_dir(path)

    def listdir(self, path: str) -> list[str]:
        """The names in both."""
        names = self.views.listdir(path) if self.views.is_dir(path) else []
        if self.k.fs.exists(path) and self.k.fs.is_dir(path):
            names = names + self.k.fs.listdir(path)
        return sorted(dict.fromkeys(names))

    def mode(self, path: str) -> int:
        """Permission bits."""
        return self._at(path).mode(path)

    def device(self, path: str) -> int:
        """The number of a device, -1 where the path names none."""
        return self.k.fs.device(path) if self.k.fs.exists(path) else -1

    def is_block(self, path: str) -> bool:
        """A block device."""
        return self.k.fs.exists(path) and self.k.fs.is_block(path)

    def open(self, path: str, flags: int) -> Blocking:
        """open(2): an OpenFile, or -errno."""
        return (yield from self._at(path).open(path, flags))

    def close(self, opened: OpenFile) -> None:
        """The last close: the file is released when `finish` comes by, in the same process (Linux: ____fput)."""
        self.closing.append(opened)

    def finish(self) -> Blocking:
        """Releases what was closed."""
        while self.closing:
            yield from self.closing.pop(0).release()
