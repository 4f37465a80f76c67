"""Open files of simulated processes: terminals, pipes, files of the kernel, files in memory.

A stream is an open file description: shared by forks, closed when its last holder closes it. Reading and writing are
generators, for a pipe may be empty or full and a module's file may sleep.
"""

from __future__ import annotations

from collections.abc import Generator

from server.sim.machine import Task
from server.sim.views.protocol import Files, Kernel

PIPE_BYTES = 65536  # PIPE_DEF_BUFFERS pages
EBADF, EPIPE, EINVAL, EISDIR = 9, 32, 22, 21
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
            self.k.tty(text, self.name)
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


class KernelFile(Stream):
    """A file of /proc, /sys or /dev: the kernel's functions run in the task that reads or writes."""

    def __init__(self, files: Files, path: str) -> None:
        super().__init__()
        self.files = files
        self.path = path
        self.error = 0

    def fetch(self) -> Reading:
        """The whole content, once; `error` holds an errno."""
        self.ended = True
        data = yield from self.files.read(self.path)
        if isinstance(data, int):
            self.error = -data
            return ""
        return bytes(data).decode("utf-8", "replace")

    def write(self, text: str) -> Writing:
        """One write() of the text."""
        error: int = yield from self.files.write(self.path, text.encode())
        return error


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
