"""Open files of simulated processes: terminals, pipes, files of the kernel, files in memory.

A stream is an open file description: shared by forks, closed when its last holder closes it. Reading and writing are
generators, for a pipe may be empty or full and a module's file may sleep.
"""

from __future__ import annotations

from collections.abc import Generator

from server.sim.machine import Task
from server.sim.views.mounts import Mounts
from server.sim.views.nodes import CHUNK, WRITES_MAX, OpenFile
from server.sim.views.protocol import Kernel

PIPE_BYTES = 65536  # PIPE_DEF_BUFFERS pages
FILE_MAX = 1024 * 1024  # a file that never ends is cut here
EIO, EBADF, EINVAL, EISDIR, ESPIPE, EPIPE = 5, 9, 22, 21, 29, 32
SIGPIPE = 13

Reading = Generator[None, None, str]
Writing = Generator[None, None, int]


class Killed(Exception):
    """A signal ends the process that runs this generator."""

    def __init__(self, signal: int) -> None:
        super().__init__(signal)
        self.signal = signal


def check_signal(k: Kernel) -> None:
    """Ends the current process if a signal is pending. Raises Killed. (Linux: exit_to_user_mode_loop)"""
    task = k.current
    if task.pending_signal:
        signal, task.pending_signal = task.pending_signal, 0
        raise Killed(signal)


class Stream:
    """Base: nothing to read, nowhere to write."""

    def __init__(self) -> None:
        self.holders = 1
        self.rest = ""  # read from the source, not yet taken by a reader
        self.ended = False

    def share(self) -> Stream:
        """One holder more: fork, dup."""
        self.holders += 1
        return self

    def close(self) -> None:
        """One holder less."""
        self.holders -= 1
        if not self.holders:
            self.released()

    def released(self) -> None:
        """The last holder is gone."""

    def fetch(self) -> Reading:
        """The next piece from the source, "" at its end."""
        return ""
        yield

    def write(self, text: str) -> Writing:
        """Writes; 0 or -errno. Raises Killed for a pipe without a reader."""
        return -EBADF
        yield

    def seek(self, offset: int, whence: int) -> Writing:
        """lseek(): the new position, or -errno."""
        return -ESPIPE
        yield

    def piece(self, size: int) -> Reading:
        """One read() of so many bytes."""
        text = yield from self.read()
        self.rest = text[size:]
        return text[:size]

    def read(self) -> Reading:
        """The next piece, "" at the end."""
        if self.rest:
            text, self.rest = self.rest, ""
            return text
        if self.ended:
            return ""
        text = yield from self.fetch()
        self.ended = self.ended or not text
        return text

    def line(self) -> Reading:
        """The next line with its newline, "" at the end."""
        parts: list[str] = []
        while True:
            text = yield from self.read()
            head, newline, tail = text.partition("\n")
            parts.append(head + newline)
            if newline or not text:
                self.rest = tail
                return "".join(parts)

    def everything(self, limit: int) -> Reading:
        """All that is left, at most about `limit` characters."""
        parts: list[str] = []
        size = 0
        while size < limit and (text := (yield from self.read())):
            parts.append(text)
            size += len(text)
        return "".join(parts)


class Terminal(Stream):
    """The screen: what is written appears at once; nobody types."""

    def __init__(self, k: Kernel, name: str) -> None:
        super().__init__()
        self.k = k
        self.name = name

    def write(self, text: str) -> Writing:
        """Shows text."""
        if text:
            self.k.tty(bytes_of(text).decode("utf-8", "replace"), self.name)
        return 0
        yield


class Capture(Stream):
    """Collects what `$(…)` writes."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.room = limit

    def write(self, text: str) -> Writing:
        """Keeps text, up to the limit."""
        self.parts.append(text[: self.room])
        self.room -= len(self.parts[-1])
        return 0
        yield


class Content:
    """What a file in memory holds."""

    def __init__(self, text: str = "", mode: int = 0o644) -> None:
        self.text = text
        self.mode = mode


class MemoryFile(Stream):
    """An open file in memory. `room` says how much more all of them together may hold."""

    def __init__(self, content: Content, room: list[int]) -> None:
        super().__init__()
        self.content = content
        self.room = room

    def fetch(self) -> Reading:
        """The whole content, once."""
        self.ended = True
        return self.content.text
        yield

    def write(self, text: str) -> Writing:
        """Appends; -ENOSPC where the limit is met."""
        if len(text) > self.room[0]:
            return -28
        self.room[0] -= len(text)
        self.content.text += text
        return 0
        yield


def text_of(data: bytes) -> str:
    """Bytes as text; what is no UTF-8 survives the way back (`bytes_of`)."""
    return data.decode("utf-8", "surrogateescape")


def bytes_of(text: str) -> bytes:
    """Text as bytes."""
    return text.encode("utf-8", "surrogateescape")


class KernelFile(Stream):
    """An open file of /proc, /sys or /dev: the kernel's functions run in the task that reads or writes."""

    def __init__(self, k: Kernel, files: Mounts, opened: OpenFile) -> None:
        super().__init__()
        self.k = k
        self.files = files
        self.opened = opened
        self.error = 0
        self.room = FILE_MAX

    def fetch(self, size: int = CHUNK) -> Reading:
        """One read(); `error` holds an errno. Raises Killed."""
        if not self.room:
            return ""
        data = yield from self.opened.read(min(size, self.room))
        check_signal(self.k)
        if isinstance(data, int):
            self.error, self.ended = -data, True
            return ""
        self.room -= len(data)
        return text_of(data)

    def piece(self, size: int) -> Reading:
        """One read() of so many bytes. Raises Killed."""
        return (yield from self.fetch(size))

    def seek(self, offset: int, whence: int) -> Writing:
        """lseek(): the new position, or -errno."""
        moved: int = yield from self.opened.seek(offset, whence)
        return moved

    def write(self, text: str) -> Writing:
        """write() until all is taken: 0 or -errno. Raises Killed."""
        data = bytes_of(text)
        for _ in range(WRITES_MAX):
            taken: int = yield from self.opened.write(data)
            check_signal(self.k)
            if taken < 0:
                return taken
            data = data[taken:]
            if not data:
                return 0
        return -EIO

    def sync(self) -> Generator[None, None, None]:
        """fsync()."""
        yield from self.opened.sync()

    def released(self) -> None:
        """To be released by this process, at its next system call's end."""
        self.files.close(self.opened)


class Pipe:
    """A pipe: bytes (here characters) between two streams, at most `PIPE_BYTES`."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.text = ""
        self.writers_open = True
        self.readers_open = True
        self.waiting: list[Task] = []
        self.reader = PipeReader(self)
        self.writer = PipeWriter(self)

    def wait(self, detail: str) -> Generator[None, None, None]:
        """Sleeps until the other end does something (pipe_read, pipe_write)."""
        self.waiting.append(self.k.current)
        yield from self.k.sched.block("S", "CONDITION", "", detail)
        if self.k.current in self.waiting:
            self.waiting.remove(self.k.current)
        check_signal(self.k)

    def wake(self) -> None:
        """Wakes whoever waits."""
        waiting, self.waiting = self.waiting, []
        for task in waiting:
            self.k.sched.wake_up(task, "S")


class PipeReader(Stream):
    """The end that is read."""

    def __init__(self, pipe: Pipe) -> None:
        super().__init__()
        self.pipe = pipe

    def fetch(self) -> Reading:
        """What is in the pipe; sleeps while it is empty and somebody may write."""
        pipe = self.pipe
        while not pipe.text and pipe.writers_open:
            yield from pipe.wait("on=pipe_read")
        text, pipe.text = pipe.text, ""
        pipe.wake()
        return text

    def released(self) -> None:
        """Writers get SIGPIPE from now on."""
        self.pipe.readers_open = False
        self.pipe.wake()


class PipeWriter(Stream):
    """The end that is written."""

    def __init__(self, pipe: Pipe) -> None:
        super().__init__()
        self.pipe = pipe

    def write(self, text: str) -> Writing:
        """Puts text into the pipe; sleeps while it is full."""
        pipe = self.pipe
        while text:
            while len(pipe.text) >= PIPE_BYTES and pipe.readers_open:
                yield from pipe.wait("on=pipe_write")
            if not pipe.readers_open:
                raise Killed(SIGPIPE)
            room = PIPE_BYTES - len(pipe.text)
            pipe.text += text[:room]
            text = text[room:]
            pipe.wake()
        return 0

    def released(self) -> None:
        """Readers see the end."""
        self.pipe.writers_open = False
        self.pipe.wake()
