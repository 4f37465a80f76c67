"""The server's side of the zygote: takes a spare process, gives it one job, reads its messages, kills it when told.

All of it is on the event loop and none of it computes. A job is one `Child`, used once:

    async with pool.child() as child:      # killed on the way out, if it still lives
        await child.start(job)
        async for message in child.messages(): …
        child.exit_code                    # after the last message
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from server.zygote import LENGTH, RECORD

log = structlog.get_logger()

MESSAGE_BYTES_MAX = 64 * 1024 * 1024
SPARE_SECONDS_MAX = 10  # for a child to be forked, when none waits
CORES = os.cpu_count() or 1
EXIT_SECONDS_MAX = 5  # between the end of a child's messages and the news of its end


class PoolError(Exception):
    """No child could be had, or it sent what no child sends."""


class Child:
    """One process, from spare to end."""

    def __init__(self, pid: int, channel: socket.socket) -> None:
        self.pid = pid
        self.channel = channel
        self.exit_code: int | None = None
        self.ended = asyncio.Event()
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def start(self, job: bytes) -> None:
        """Hands over the job. Raises PoolError where the child is gone."""
        try:
            self._reader, self._writer = await asyncio.open_unix_connection(sock=self.channel)
            self._writer.write(LENGTH.pack(len(job)) + job)
            await self._writer.drain()
        except OSError as error:
            raise PoolError("the worker went away") from error

    async def messages(self) -> AsyncIterator[bytes]:
        """What the child writes, up to its end; then `exit_code` is known, unless the zygote died."""
        assert self._reader is not None
        while True:
            try:
                (length,) = LENGTH.unpack(await self._reader.readexactly(LENGTH.size))
                if length > MESSAGE_BYTES_MAX:
                    raise PoolError(f"a message of {length} bytes")
                message = await self._reader.readexactly(length)
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            yield message
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(EXIT_SECONDS_MAX):
                await self.ended.wait()

    def close(self) -> None:
        """Lets go of the channel."""
        if self._writer is not None:
            self._writer.close()
        else:
            self.channel.close()


class Pool:
    """Spares of one zygote; a zygote that dies is started again with the next child that is wanted."""

    def __init__(self, handler: str = "server.worker:handle", spares: int = 2) -> None:
        self.handler = handler
        self.spares_wanted = spares
        self.alive: dict[int, Child] = {}
        self._spares: deque[Child] = deque()
        self._asked = 0  # children that the zygote was told to fork and has not yet sent
        self._more = asyncio.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._inbox = bytearray()
        self._fds: deque[int] = deque()

    async def open(self) -> None:
        """Starts the zygote and asks for the spares; does not wait for them."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "server.zygote", self.handler],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            env=_bare(),
        )
        theirs.close()
        self._control = ours
        self._asked = 0
        self._inbox.clear()
        asyncio.get_running_loop().add_reader(ours.fileno(), self._readable)
        for _ in range(self.spares_wanted):
            self._fork(busy=0)

    async def close(self) -> None:
        """Ends the zygote and with it every child."""
        self._drop()
        process = self._process
        if process is not None:
            try:
                await asyncio.to_thread(process.wait, 5)
            except subprocess.TimeoutExpired:
                process.kill()
                await asyncio.to_thread(process.wait)
        self._process = None

    @asynccontextmanager
    async def child(self) -> AsyncIterator[Child]:
        """A child for one job. Raises PoolError where none comes in time."""
        child = await self._take()
        try:
            yield child
        finally:
            if child.exit_code is None:
                self._send(b"K", child.pid)
            child.close()

    async def _take(self) -> Child:
        if self._control is None:
            log.warning("zygote_restarted")
            await self.close()
            await self.open()
        self._fork(busy=len(self.alive) - len(self._spares) + 1)
        try:
            async with asyncio.timeout(SPARE_SECONDS_MAX):
                while not self._spares:
                    self._more.clear()
                    await self._more.wait()
                    if self._control is None:
                        raise PoolError("no worker process could be started")
        except TimeoutError:
            raise PoolError("no worker process could be started in time") from None
        return self._spares.popleft()

    def _fork(self, busy: int) -> None:
        if len(self._spares) + self._asked <= self.spares_wanted:
            self._asked += 1
            self._send(b"F", int(busy < CORES))  # where every core has a run, the time to warm would be taken from one

    def _send(self, what: bytes, pid: int) -> None:
        if self._control is None:
            return
        try:
            self._control.send(RECORD.pack(what, pid, 0))
        except OSError:
            self._drop()

    def _readable(self) -> None:
        assert self._control is not None
        try:
            data, fds, _, _ = socket.recv_fds(self._control, RECORD.size, 4)
        except BlockingIOError:
            return
        except OSError:
            data, fds = b"", []
        self._fds.extend(fds)
        if not data:
            self._drop()
            return
        self._inbox += data
        while len(self._inbox) >= RECORD.size:
            what, pid, code = RECORD.unpack(self._inbox[: RECORD.size])
            del self._inbox[: RECORD.size]
            self._heard(what, pid, code)

    def _heard(self, what: bytes, pid: int, code: int) -> None:
        if what == b"S":
            channel = socket.socket(fileno=self._fds.popleft())
            channel.setblocking(False)
            child = self.alive[pid] = Child(pid, channel)
            self._asked -= 1
            self._spares.append(child)
            self._more.set()
        elif what == b"X":
            gone = self.alive.pop(pid, None)
            if gone is not None:
                gone.exit_code = code
                gone.ended.set()
                if gone in self._spares:
                    self._spares.remove(gone)
                    gone.close()

    def _drop(self) -> None:
        """Forgets a zygote that is gone, or goes with this: it ends when its control socket closes."""
        if self._control is not None:
            asyncio.get_running_loop().remove_reader(self._control.fileno())
            self._control.close()
            self._control = None
        for child in self._spares:
            child.close()
        self._spares.clear()
        for child in self.alive.values():
            child.ended.set()
        self.alive.clear()
        while self._fds:
            os.close(self._fds.popleft())
        self._more.set()


def _bare() -> dict[str, str]:
    """The environment of the zygote: nothing that a run could see, but where its libraries are and how to log."""
    kept = ("PATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE", "LANG")
    return {name: os.environ[name] for name in kept if name in os.environ}
