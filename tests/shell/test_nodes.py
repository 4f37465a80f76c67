"""Files of modules: opened, read in pieces, written until all is taken, released."""

from __future__ import annotations

from typing import Any

from server.sim.views.nodes import Node, Nodes, OpenFile
from server.sim.views.protocol import Blocking
from tests.shell.whole import read_whole, write_whole


def value(steps: Blocking) -> Any:
    """What a generator that does not sleep returns."""
    try:
        next(steps)
    except StopIteration as done:
        return done.value
    raise AssertionError("it slept")


class Recorder(OpenFile):
    """An open file that takes three bytes at a time."""

    def __init__(self, calls: list[str], pieces: list[bytes | int]) -> None:
        self.calls = calls
        self.pieces = pieces

    def read(self, size: int) -> Blocking:
        self.calls.append(f"read {size}")
        return self.pieces.pop(0) if self.pieces else b""
        yield

    def write(self, data: bytes) -> Blocking:
        self.calls.append(f"write {data!r}")
        return min(len(data), 3) if data != b"bad" else -22
        yield

    def release(self) -> Blocking:
        self.calls.append("release")
        yield from ()


def made(calls: list[str], pieces: list[bytes | int]) -> Nodes:
    nodes = Nodes()

    def open_(flags: int) -> Blocking:
        calls.append("open")
        return Recorder(calls, pieces)
        yield

    assert nodes.add("/proc/demo/state", Node(0o644, open_))
    return nodes


def test_reading_goes_to_the_end() -> None:
    calls: list[str] = []
    nodes = made(calls, [b"ab", b"c"])
    assert value(read_whole(nodes, "/proc/demo/state")) == b"abc"
    assert calls == ["open", "read 4096", "read 4096", "read 4096", "release"]
    assert value(read_whole(made(calls, [-5]), "/proc/demo/state")) == -5


def test_writing_goes_on_with_what_is_left() -> None:
    calls: list[str] = []
    nodes = made(calls, [])
    assert value(write_whole(nodes, "/proc/demo/state", b"abcde")) == 0
    assert calls == ["open", "write b'abcde'", "write b'de'", "release"]
    assert value(write_whole(nodes, "/proc/demo/state", b"bad")) == -22


def test_the_tree() -> None:
    nodes = made([], [])
    assert nodes.is_dir("/proc/demo") and nodes.is_dir("/proc") and not nodes.is_dir("/proc/demo/state")
    assert nodes.listdir("/proc") == ["demo"] and nodes.listdir("/proc/demo") == ["state"]
    assert not nodes.mkdir("/proc/demo/state") and nodes.mkdir("/sys/kernel/debug/demo")
    nodes.remove("/proc/demo")
    assert not nodes.exists("/proc/demo/state") and value(read_whole(nodes, "/proc/demo/state")) == -2
