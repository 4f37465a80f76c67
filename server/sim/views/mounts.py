"""One file system out of two: what modules made, and the kernel's own files."""

from __future__ import annotations

from server.sim.views.files import Views
from server.sim.views.protocol import Blocking, Files, Kernel


class Mounts:
    """`k.fs` first, for a module may put files into directories of ours; then `Views`."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.views = Views(k)

    def _at(self, path: str) -> Files:
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

    def read(self, path: str) -> Blocking:
        """The file's bytes, or -errno."""
        return (yield from self._at(path).read(path))

    def write(self, path: str, data: bytes) -> Blocking:
        """Writes the file: 0 or -errno."""
        return (yield from self._at(path).write(path, data))
