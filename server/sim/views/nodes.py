"""The tree of files that modules make, in /proc, debugfs, sysfs and /dev: `k.fs`.

A node knows how to open itself; an open file reads, writes and is released, each as a generator, for a module's
functions may sleep in them. Reading and writing a whole file is what a shell does:

    read:   open, read 4096 bytes until nothing comes, release
    write:  open, write until all is taken, release
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from server.sim.views.protocol import Blocking

ENOENT, EIO, EISDIR = 2, 5, 21
CHUNK = 4096
READ_MAX = 1024 * 1024  # a file that never ends is cut here
WRITES_MAX = 4096  # a file that takes nothing, again and again


class OpenFile(Protocol):
    """A struct file: what open() made."""

    def read(self, size: int) -> Blocking:
        """At most `size` bytes, b"" at the end, or -errno."""
        ...

    def write(self, data: bytes) -> Blocking:
        """How many bytes were taken, or -errno."""
        ...

    def release(self) -> Blocking:
        """The last close."""
        ...


class Node:
    """A file: permission bits, and `open(writing)`, a generator that gives an OpenFile or -errno."""

    __slots__ = ("mode", "open")

    def __init__(self, mode: int, open_: Callable[[bool], Blocking]) -> None:
        self.mode = mode
        self.open = open_


class Nodes:
    """Files and directories by absolute path. Directories are those that were made, and those that lead to a file."""

    def __init__(self) -> None:
        self.files: dict[str, Node] = {}
        self.directories: dict[str, None] = {}

    # ---- what kernel functions do

    def add(self, path: str, node: Node) -> bool:
        """Makes a file; False if the name is taken."""
        if path in self.files or path in self.directories:
            return False
        self.files[path] = node
        return True

    def mkdir(self, path: str) -> bool:
        """Makes a directory; False if the name is taken."""
        if path in self.files or path in self.directories:
            return False
        self.directories[path] = None
        return True

    def remove(self, path: str) -> None:
        """Removes a file, or a directory with all that is in it."""
        for known in [name for name in self.files if name == path or name.startswith(path + "/")]:
            del self.files[known]
        for known in [name for name in self.directories if name == path or name.startswith(path + "/")]:
            del self.directories[known]

    # ---- what the shell does

    def is_dir(self, path: str) -> bool:
        """A directory."""
        prefix = path.rstrip("/") + "/"
        return path in self.directories or any(name.startswith(prefix) for name in (*self.files, *self.directories))

    def exists(self, path: str) -> bool:
        """A file or a directory."""
        return path in self.files or self.is_dir(path)

    def listdir(self, path: str) -> list[str]:
        """The names in a directory, sorted."""
        prefix = path.rstrip("/") + "/"
        inside = [name[len(prefix) :] for name in (*self.files, *self.directories) if name.startswith(prefix)]
        return sorted(dict.fromkeys(name.split("/")[0] for name in inside))

    def mode(self, path: str) -> int:
        """Permission bits."""
        node = self.files.get(path)
        return node.mode if node is not None else 0o755

    def _open(self, path: str, writing: bool) -> Blocking:
        node = self.files.get(path)
        if node is None:
            return -EISDIR if self.is_dir(path) else -ENOENT
        return (yield from node.open(writing))

    def read(self, path: str) -> Blocking:
        """All that a file gives, or -errno."""
        opened: OpenFile | int = yield from self._open(path, False)
        if isinstance(opened, int):
            return opened
        parts: list[bytes] = []
        size = 0
        while size < READ_MAX:
            piece: bytes | int = yield from opened.read(CHUNK)
            if isinstance(piece, int):
                yield from opened.release()
                return piece
            if not piece:
                break
            parts.append(piece)
            size += len(piece)
        yield from opened.release()
        return b"".join(parts)

    def write(self, path: str, data: bytes) -> Blocking:
        """Writes a file: 0 or -errno."""
        opened: OpenFile | int = yield from self._open(path, True)
        if isinstance(opened, int):
            return opened
        error = 0
        for _ in range(WRITES_MAX):
            taken: int = yield from opened.write(data)
            if taken < 0:
                error = taken
                break
            data = data[taken:]
            if not data:
                break
        else:
            error = -EIO
        yield from opened.release()
        return error
