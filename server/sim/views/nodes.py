"""The tree of files that modules make, in /proc, debugfs, sysfs and /dev: `k.fs`.

A node knows how to open itself; an open file reads, writes and is released, each as a generator, for a module's
functions may sleep in them. Symbolic links stand for what they point to wherever a path is looked up.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from server.sim.machine import Task
from server.sim.views.protocol import Blocking

ENOENT, EIO, EISDIR, EINVAL, ENOTTY, ESPIPE = 2, 5, 21, 22, 25, 29
O_ACCMODE, O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND, O_NONBLOCK = 3, 1, 2, 0o100, 0o1000, 0o2000, 0o4000
CHUNK = 4096
READ_MAX = 1024 * 1024  # a file that never ends is cut here
WRITES_MAX = 4096  # a file that takes nothing, again and again
LINKS_MAX = 8
READY = 0x145  # POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM: what a file without a poll function answers


class OpenFile:
    """A struct file: what open() made. This one refuses everything."""

    def read(self, size: int) -> Blocking:
        """At most `size` bytes, b"" at the end, or -errno."""
        return -EINVAL
        yield

    def write(self, data: bytes) -> Blocking:
        """How many bytes were taken, or -errno."""
        return -EINVAL
        yield

    def seek(self, offset: int, whence: int) -> Blocking:
        """The new position, or -errno."""
        return -ESPIPE
        yield

    def ioctl(self, request: int, argument: int) -> Blocking:
        """What the file's ioctl function returns, or -errno."""
        return -ENOTTY
        yield

    def poll(self, timeout_ms: int, wanted: int) -> Blocking:
        """The events of `wanted` (and errors) that are there within the time (-1: any time); 0 if none came."""
        return READY & wanted
        yield

    def sync(self) -> Blocking:
        """fsync(2): nothing waits to be written."""
        yield from ()

    def release(self) -> Blocking:
        """The last close."""
        yield from ()


class Node:
    """A file: permission bits, and `open(flags)`, a generator that gives an OpenFile or -errno.

    `device` is a device's number, -1 for other files; `block`: it is a block device; `gone` says that it was removed
    while open; `active` counts calls of its functions that are under way, `drainers` wait for their end.
    """

    __slots__ = ("mode", "open", "device", "block", "gone", "active", "drainers")

    def __init__(self, mode: int, open_: Callable[[int], Blocking], device: int = -1, *, block: bool = False) -> None:
        self.mode = mode
        self.open = open_
        self.device = device
        self.block = block
        self.gone = False
        self.active = 0
        self.drainers: list[Task] = []


class Nodes:
    """Files and directories by absolute path. Directories are those that were made, and those that lead to a file."""

    def __init__(self) -> None:
        self.files: dict[str, Node] = {}
        self.directories: dict[str, None] = {}
        self.links: dict[str, str] = {}  # path -> absolute path

    # ---- what kernel functions do

    def _taken(self, path: str) -> bool:
        return path in self.files or path in self.directories or path in self.links

    def add(self, path: str, node: Node) -> bool:
        """Makes a file; False if the name is taken."""
        if self._taken(path):
            return False
        self.files[path] = node
        return True

    def mkdir(self, path: str) -> bool:
        """Makes a directory; False if the name is taken."""
        if self._taken(path):
            return False
        self.directories[path] = None
        return True

    def link(self, path: str, target: str) -> bool:
        """Makes a symbolic link, to a path that may be relative to its own directory; False if the name is taken."""
        if self._taken(path):
            return False
        self.links[path] = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        return True

    def remove(self, path: str) -> None:
        """Removes a file, or a directory with all that is in it."""
        for known in [name for name in self.files if name == path or name.startswith(path + "/")]:
            self.files.pop(known).gone = True
        for table in (self.directories, self.links):
            for known in [name for name in table if name == path or name.startswith(path + "/")]:
                del table[known]

    # ---- what the shell does

    def resolve(self, path: str) -> str:
        """A path without links; one that goes in circles stays as it is."""
        for _ in range(LINKS_MAX):
            link = next((name for name in self.links if path == name or path.startswith(name + "/")), None)
            if link is None:
                break
            path = self.links[link] + path[len(link) :]
        return path

    def is_dir(self, path: str) -> bool:
        """A directory."""
        path = self.resolve(path)
        prefix = path.rstrip("/") + "/"
        return path in self.directories or any(
            name.startswith(prefix) for table in (self.files, self.directories, self.links) for name in table
        )

    def exists(self, path: str) -> bool:
        """A file or a directory."""
        path = self.resolve(path)
        return path in self.files or self.is_dir(path)

    def listdir(self, path: str) -> list[str]:
        """The names in a directory, sorted."""
        prefix = self.resolve(path).rstrip("/") + "/"
        names = (*self.files, *self.directories, *self.links)
        inside = [name[len(prefix) :] for name in names if name.startswith(prefix)]
        return sorted(dict.fromkeys(name.split("/")[0] for name in inside))

    def node(self, path: str) -> Node | None:
        """The file at a path."""
        return self.files.get(self.resolve(path))

    def mode(self, path: str) -> int:
        """Permission bits."""
        node = self.node(path)
        return node.mode if node is not None else 0o755

    def device(self, path: str) -> int:
        """The number of a device, -1 where the path names none."""
        node = self.node(path)
        return node.device if node is not None else -1

    def is_block(self, path: str) -> bool:
        """A block device."""
        node = self.node(path)
        return node is not None and node.block

    def open(self, path: str, flags: int) -> Blocking:
        """open(2): an OpenFile, or -errno."""
        node = self.node(path)
        if node is None:
            return -EISDIR if self.is_dir(path) else -ENOENT
        return (yield from node.open(flags))
