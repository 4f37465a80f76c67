"""The WebSocket of real runs, `/ws/vm`: the messages of docs/protocol.md, measured. Own origin only.

One run a socket. Besides `start` and `stop` a client may send `act`, a command beside the session; before the run
begins it hears its position in the queue.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import msgspec
from fastapi import WebSocket, WebSocketDisconnect

from server.labs import Lab, RealRun
from server.outlet import Outlet
from server.runs import Refusal, stopped_message
from server.scenario import Limits
from server.sockets import PROTOCOL_VERSION, diagnostic_message
from server.validate import read

SESSION_SECONDS_MAX = 45 * 60


class Start(msgspec.Struct, tag_field="type", tag="start"):
    """Run this scenario; or, with `run`, what is kept of one: as it came, or, once over, with its waits explained."""

    scenario: msgspec.Raw = msgspec.Raw()
    v: int = PROTOCOL_VERSION
    after: int = -1
    limits: Limits | None = None
    token: str = ""
    run: str = ""
    explained: bool = False


class Act(msgspec.Struct, tag_field="type", tag="act"):
    """A command beside the session, now."""

    command: str


class Stop(msgspec.Struct, tag_field="type", tag="stop"):
    """End the run."""


_request = msgspec.json.Decoder(Start | Act | Stop)


def own_origin(socket: WebSocket) -> bool:
    """Whether the page that connects is ours: a browser always says whose it is, other programs need not."""
    origin = socket.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == socket.headers.get("host")


class LabSession(Outlet):
    """One client's socket."""

    def __init__(self, socket: WebSocket, lab: Lab, client: str) -> None:
        super().__init__(socket)
        self.lab = lab
        self.client = client

    async def serve(self) -> None:
        """From accept to close."""
        await self.socket.accept()
        try:
            async with asyncio.timeout(SESSION_SECONDS_MAX):
                await self._serve()
            await self.socket.close()
        except TimeoutError:
            await self._goodbye(Refusal("gone", "no start message came, or this connection is at its end"))
        except Refusal as refusal:
            await self._goodbye(refusal)
        except (WebSocketDisconnect, RuntimeError):
            pass

    async def _request(self) -> Start | Act | Stop:
        try:
            request: Start | Act | Stop = _request.decode(await self.socket.receive_text())
            return request
        except (msgspec.DecodeError, UnicodeError, KeyError) as error:
            raise Refusal("protocol", f"not a message of this protocol: {error}") from None

    async def _serve(self) -> None:
        async with asyncio.timeout(self.lab.settings.start_seconds):
            start = await self._request()
        if not isinstance(start, Start) or start.v != PROTOCOL_VERSION:
            raise Refusal("protocol", f"a 'start' of version {PROTOCOL_VERSION} comes first")
        if not own_origin(self.socket):
            raise Refusal("lab", "the lab is for this server's own pages")
        self.lab.admit(start.token)
        self.sent = max(0, start.after + 1)
        if start.run:
            await self._again(start)
            return
        limits = self.lab.runs.cap(start.limits)
        scenario, faults = read(bytes(start.scenario), limits)
        if scenario is None:
            for fault in faults:
                await self._send(diagnostic_message(self.sent, fault))
            raise Refusal("input", "the scenario cannot run")
        with self.lab.listen(scenario, limits, self.client) as run:
            await self._until_stop(run)

    async def _again(self, start: Start) -> None:
        """What is kept of a run."""
        run = self.lab.known(start.run)
        if run is not None and start.explained:
            await run.done()
        if run is None or (start.explained and not run.explained):
            raise Refusal("gone", "this run is not kept (any more): the real kernel never runs the same twice")
        if start.explained:
            for message in run.explained[self.sent :]:
                await self._send(message)
            return
        with self.lab.attach(run):
            await self._until_stop(run, self.sent - 1)

    async def _until_stop(self, run: RealRun, after: int = -1) -> None:
        stream = asyncio.create_task(self._queue_and_forward(run, after))
        heard: asyncio.Task[Start | Act | Stop] | None = None
        try:
            while not stream.done():
                heard = heard or asyncio.create_task(self._request())
                await asyncio.wait((stream, heard), return_when=asyncio.FIRST_COMPLETED)
                if heard.done():
                    request, heard = heard.result(), None
                    if isinstance(request, Stop):
                        stream.cancel()
                        await asyncio.gather(stream, return_exceptions=True)
                        self.lab.stop(run)
                        await self._send(stopped_message(self.sent))
                        return
                    if isinstance(request, Act):
                        run.act(request.command)
            stream.result()
        finally:
            tasks = [task for task in (stream, heard) if task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _queue_and_forward(self, run: RealRun, after: int) -> None:
        """Where the run stands, until its first message; then its messages."""
        told = (-1, "")
        while not run.messages and not run.finished:
            now = (self.lab.position(run), run.stage)
            if now != told:
                told = now
                await self.socket.send_text(_queue_message(run, *now).decode())
            else:
                await run.news()
        await self._forward(run.follow(after))


def _queue_message(run: RealRun, position: int, stage: str) -> bytes:
    """Where the run stands; position 0: it has its machine. Not one of the run's numbered messages."""
    return msgspec.json.encode({"type": "queue", "n": -1, "position": position, "stage": stage, "run": run.id})
