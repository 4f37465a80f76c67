"""QEMU's control socket: JSON, one object a line, and file descriptors passed beside it."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import msgspec

from server.vm.lab import LabError

ANSWER_SECONDS = 20.0


class Qmp:
    """A control connection. All methods raise LabError where QEMU refuses, or has gone."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(ANSWER_SECONDS)
        self._bytes = bytearray()
        self.events: list[str] = []
        try:
            self.socket.connect(str(path))
            self._message()  # its greeting
        except OSError as error:
            raise LabError(f"QEMU does not answer: {error}") from error
        self.command("qmp_capabilities")

    def fileno(self) -> int:
        """For select()."""
        return self.socket.fileno()

    def _message(self) -> dict[str, object]:
        while b"\n" not in self._bytes:
            got = self.socket.recv(65536)
            if not got:
                raise LabError("QEMU has gone")
            self._bytes += got
        line, _, rest = bytes(self._bytes).partition(b"\n")
        self._bytes = bytearray(rest)
        return msgspec.json.decode(line, type=dict[str, object])

    def command(self, name: str, fds: tuple[int, ...] = (), /, **arguments: object) -> object:
        """Executes a command, with descriptors where it takes one, and returns its answer."""
        request = {"execute": name} | ({"arguments": arguments} if arguments else {})
        data = msgspec.json.encode(request) + b"\n"
        try:
            if fds:
                socket.send_fds(self.socket, [data], list(fds))
            else:
                self.socket.sendall(data)
            while True:
                message = self._message()
                if "event" in message:
                    self.events.append(str(message["event"]))
                elif "error" in message:
                    raise LabError(f"QEMU refuses {name}: {message['error']}")
                else:
                    return message.get("return")
        except OSError as error:
            raise LabError(f"QEMU does not answer to {name}: {error}") from error

    def migrate(self, command: str, descriptor: int, seconds: float = ANSWER_SECONDS) -> None:
        """Writes the machine's state to a file (`migrate`), or reads it (`migrate-incoming`). RAM stays where it is."""
        capability = {"capability": "x-ignore-shared", "state": True}
        self.command("migrate-set-capabilities", capabilities=[capability])
        self.command("getfd", (descriptor,), fdname="state")
        self.command(command, uri="fd:state")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            answer = self.command("query-migrate")
            status = answer.get("status") if isinstance(answer, dict) else None
            if status == "completed":
                return
            if status in ("failed", "cancelled"):
                raise LabError(f"QEMU's {command} {status}")
            time.sleep(0.01)
        raise LabError(f"QEMU's {command} took longer than {seconds:g} s")

    def close(self) -> None:
        """Ends the connection."""
        self.socket.close()
