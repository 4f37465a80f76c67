"""The agent's frames: one byte of type, four of length (little-endian), the content. See guest/agent.c."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

import msgspec

from server.vm.lab import LabError

_HEAD = struct.Struct("<cI")
_OUTPUT = struct.Struct("<Bq")
_STATUS = struct.Struct("<Bqq")
FRAME_MAX = 4 << 20
SEND_SECONDS = 20.0


class Output(msgspec.Struct, frozen=True):
    """What a terminal got: 1 is the session's, the others those of actions."""

    terminal: int
    t_ns: int
    text: str


class Status(msgspec.Struct, frozen=True):
    """A terminal's command has ended."""

    terminal: int
    t_ns: int
    status: int


class Channel:
    """Frames over the port of a machine."""

    def __init__(self, port: socket.socket) -> None:
        self.port = port
        self._bytes = bytearray()
        self.closed = False

    def send(self, kind: str, content: bytes) -> None:
        """Sends a frame. Raises LabError where the guest does not take it."""
        self.port.settimeout(SEND_SECONDS)
        try:
            self.port.sendall(_HEAD.pack(kind.encode(), len(content)) + content)
        except OSError as error:
            raise LabError(f"the guest does not listen: {error}") from error

    def file(self, path: str, content: bytes) -> None:
        """Writes a file in the guest."""
        self.send("F", path.encode() + b"\0" + content)

    def action(self, at_ns: int, command: str) -> None:
        """A command beside the session, `at_ns` after the origin; -1: now."""
        self.send("A", struct.pack("<q", at_ns) + command.encode() + b"\0")

    def start(self, name: str, seconds: int, irq: bool) -> None:
        """Begins the session."""
        self.send("S", b"\0".join((name.encode(), str(seconds).encode(), b"1" if irq else b"0", b"")))

    def receive(self) -> Iterator[tuple[str, bytes]]:
        """The frames that are there; call it when the port is readable. Sets `closed` where nothing will follow."""
        self.port.setblocking(False)
        try:
            while True:
                got = self.port.recv(1 << 18)
                if not got:
                    self.closed = True
                    break
                self._bytes += got
        except BlockingIOError:
            pass
        except OSError:
            self.closed = True
        at = 0
        while len(self._bytes) - at >= _HEAD.size:
            kind, length = _HEAD.unpack_from(self._bytes, at)
            if length > FRAME_MAX:
                raise LabError("the guest speaks nonsense")
            if len(self._bytes) - at < _HEAD.size + length:
                break
            start = at + _HEAD.size
            yield kind.decode("latin-1"), bytes(self._bytes[start : start + length])
            at = start + length
        del self._bytes[:at]


def output(content: bytes) -> Output:
    """The content of an `O` frame."""
    terminal, t_ns = _OUTPUT.unpack_from(content)
    return Output(terminal, t_ns, content[_OUTPUT.size :].decode(errors="replace"))


def status(content: bytes) -> Status:
    """The content of a `C` frame."""
    return Status(*_STATUS.unpack_from(content))
