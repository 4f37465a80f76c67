"""The WebSocket of simulated runs, `/ws/run`: docs/protocol.md, from the server's side.

A socket carries one run after the other. The messages come from a Run as bytes; this forwards them, watches for
`stop` and for a client that has gone, and says goodbye in the protocol's words.
"""

from __future__ import annotations

import asyncio
import contextlib

import msgspec
import structlog
from fastapi import WebSocket, WebSocketDisconnect

from server.outlet import CLOSE_CODES, Outlet
from server.runs import RETRY_MS, Refusal, Runs, error_message, stopped_message
from server.scenario import Diagnostic, Limits
from server.validate import read

log = structlog.get_logger()

SESSION_SECONDS_MAX = 45 * 60
INBOX_MAX = 8
PROTOCOL_VERSION = 2


def version_refused(version: int) -> str:
    """What a page hears that is older or younger than its server."""
    return f"this page speaks version {version} of the protocol, the server {PROTOCOL_VERSION}: reload the page"


class Start(msgspec.Struct, tag_field="type", tag="start"):
    """Run this scenario; `after` is the last message number that the client holds."""

    scenario: msgspec.Raw = msgspec.Raw()
    trace: str = ""
    v: int = PROTOCOL_VERSION
    after: int = -1
    limits: Limits | None = None


class Stop(msgspec.Struct, tag_field="type", tag="stop"):
    """End the run."""


_request = msgspec.json.Decoder(Start | Stop)


def diagnostic_message(n: int, diagnostic: Diagnostic) -> bytes:
    """A diagnostic as a message of the protocol."""
    fields = {name: getattr(diagnostic, name) for name in Diagnostic.__struct_fields__}
    return msgspec.json.encode({"type": "diagnostic", "n": n, **fields})


class Session(Outlet):
    """One client's socket, from accept to close."""

    def __init__(self, socket: WebSocket, runs: Runs, client: str) -> None:
        super().__init__(socket)
        self.runs = runs
        self.client = client
        self.inbox: asyncio.Queue[Start | Stop | Refusal | None] = asyncio.Queue(INBOX_MAX)

    async def serve(self) -> None:
        """Until the client goes, errs or has nothing more to ask."""
        await self.socket.accept()
        reader = asyncio.create_task(self._read())
        try:
            async with asyncio.timeout(SESSION_SECONDS_MAX):
                await self._serve()
        except TimeoutError:
            await self._goodbye(Refusal("gone", "this connection is at its end: connect again"))
        except Refusal as refusal:
            await self._goodbye(refusal)
        except WebSocketDisconnect:
            pass
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)

    async def _read(self) -> None:
        """Turns what the client sends into requests; None when it has gone."""
        try:
            while True:
                message = await self.socket.receive()
                if message["type"] == "websocket.disconnect":
                    await self.inbox.put(None)
                    return
                try:
                    await self.inbox.put(_request.decode(message.get("text") or message.get("bytes") or ""))
                except (msgspec.DecodeError, UnicodeError) as error:
                    await self.inbox.put(Refusal("protocol", f"not a message of this protocol: {error}"))
                    return
        except (WebSocketDisconnect, RuntimeError):
            await self.inbox.put(None)

    async def _serve(self) -> None:
        settings = self.runs.settings
        patience, excuse = settings.start_seconds, "no start message came"
        while True:
            try:
                async with asyncio.timeout(patience):
                    request = await self.inbox.get()
            except TimeoutError:
                raise Refusal("gone", excuse) from None
            if request is None:
                return
            if isinstance(request, Refusal):
                raise request
            if isinstance(request, Start):
                if not await self._run(request):
                    return
                patience, excuse = settings.idle_seconds, "nothing was asked for a while"

    async def _run(self, start: Start) -> bool:
        """One run to its end, or to the client's `stop`. False when the client has gone."""
        self.sent = 0
        if start.v != PROTOCOL_VERSION:
            raise Refusal("protocol", version_refused(start.v))
        if start.trace:
            raise Refusal("protocol", "this server simulates scenarios: send 'scenario', not 'trace'")
        if not bytes(start.scenario):
            raise Refusal("protocol", "'start' needs a 'scenario'")
        limits = self.runs.cap(start.limits)
        scenario, faults = read(bytes(start.scenario), limits)
        if scenario is None:
            for fault in faults:
                await self._send(diagnostic_message(self.sent, fault))
            raise Refusal("input", "the scenario cannot run")
        self.sent = max(0, start.after + 1)
        with self.runs.listen(scenario, limits, self.client) as run:
            stream = asyncio.create_task(self._forward(run.follow(self.sent - 1)))
            try:
                going_on = await self._until_stop(stream)
                if going_on and run.failed:  # its last message was `error`: nothing follows
                    await self.socket.close()
                return going_on and not run.failed
            finally:
                stream.cancel()
                await asyncio.gather(stream, return_exceptions=True)

    async def _until_stop(self, stream: asyncio.Task[None]) -> bool:
        while True:
            heard = asyncio.create_task(self.inbox.get())
            try:
                await asyncio.wait((stream, heard), return_when=asyncio.FIRST_COMPLETED)
                if stream.done():
                    stream.result()  # raises what it raised
                    if heard.done():
                        self._again(heard.result())
                    return True
                request = heard.result()
            finally:
                heard.cancel()
            if request is None:
                return False
            if isinstance(request, Refusal):
                raise request
            if isinstance(request, Start):
                raise Refusal("protocol", "a run is under way: send 'stop' first, or use another connection")
            stream.cancel()
            await asyncio.gather(stream, return_exceptions=True)
            await self._send(stopped_message(self.sent))
            return True

    def _again(self, request: Start | Stop | Refusal | None) -> None:
        """Puts back what arrived in the same moment as the run's end. There is room: it was just taken."""
        with contextlib.suppress(asyncio.QueueFull):
            self.inbox.put_nowait(request)


async def serve_run(socket: WebSocket, runs: Runs, client: str) -> None:
    """The whole life of one socket of a client, within what one address may have open."""
    try:
        with runs.turn(client, "connections", runs.settings.sockets_per_client):
            await Session(socket, runs, client).serve()
    except Refusal as refusal:  # too many: before the handshake is answered
        await socket.accept()
        await socket.send_text(error_message(0, refusal).decode())
        await socket.close(CLOSE_CODES["overload"])
        log.info("socket_refused", client=client, retry_ms=RETRY_MS)
