"""The WebSocket of rooms, `/ws/room`: docs/protocol.md, "Rooms". Own origin only."""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import Annotated

import msgspec
from fastapi import WebSocket, WebSocketDisconnect

from server.lab_socket import own_origin
from server.outlet import CLOSE_CODES
from server.rooms import Room, Rooms
from server.runs import Refusal, Runs, error_message
from server.sockets import PROTOCOL_VERSION, version_refused

SESSION_SECONDS_MAX = 6 * 60 * 60
MESSAGE_BYTES_MAX = 96 * 1024
SHOW_CHARS_MAX = 64 * 1024
VIEW_CHARS_MAX = 512
RATE = 20.0  # messages a second that a presenter may send, over a while
BURST = 60.0
SAFE = re.compile(r"[\w=&@.~+\[\]>*%-]*", re.ASCII)  # what a fragment may consist of: it goes to other people's pages


class Open(msgspec.Struct, tag_field="type", tag="open", forbid_unknown_fields=True):
    """A presenter asks for a room; with `room` and `key`, for the one that he had."""

    v: int = PROTOCOL_VERSION
    room: Annotated[str, msgspec.Meta(max_length=16)] = ""
    key: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Follow(msgspec.Struct, tag_field="type", tag="follow", forbid_unknown_fields=True):
    """A student asks for what the presenter shows."""

    room: Annotated[str, msgspec.Meta(max_length=16)]
    v: int = PROTOCOL_VERSION


class Show(msgspec.Struct, tag_field="type", tag="show", forbid_unknown_fields=True):
    """The presenter's scenario, as a link holds it."""

    fragment: Annotated[str, msgspec.Meta(max_length=SHOW_CHARS_MAX)]


class View(msgspec.Struct, tag_field="type", tag="view", forbid_unknown_fields=True):
    """The presenter's moment, window and selection, as a link holds them."""

    keys: Annotated[str, msgspec.Meta(max_length=VIEW_CHARS_MAX)]


class Close(msgspec.Struct, tag_field="type", tag="close", forbid_unknown_fields=True):
    """The presenter ends the room now."""


_first = msgspec.json.Decoder(Open | Follow)
_next = msgspec.json.Decoder(Show | View | Close)


class Allowance:
    """How many messages somebody may still send: `BURST` at once, `RATE` a second over a while."""

    def __init__(self, now: float) -> None:
        self.left, self.at = BURST, now

    def take(self, now: float) -> None:
        """One message. Raises Refusal where there were too many."""
        self.left = min(BURST, self.left + (now - self.at) * RATE)
        self.at = now
        if self.left < 1:
            raise Refusal("protocol", f"more than {RATE:.0f} messages a second")
        self.left -= 1


class RoomSession:
    """One socket, of a presenter or a follower."""

    def __init__(self, socket: WebSocket, rooms: Rooms, start_seconds: float) -> None:
        self.socket = socket
        self.rooms = rooms
        self.start_seconds = start_seconds

    async def serve(self) -> None:
        """From accept to close."""
        await self.socket.accept()
        try:
            async with asyncio.timeout(SESSION_SECONDS_MAX):
                await self._serve()
        except TimeoutError:
            await self._goodbye(Refusal("gone", "this connection is at its end"))
        except Refusal as refusal:
            await self._goodbye(refusal)
        except (WebSocketDisconnect, RuntimeError):
            pass

    async def _serve(self) -> None:
        try:
            async with asyncio.timeout(self.start_seconds):
                text = await self._text()
        except TimeoutError:
            raise Refusal("gone", "nothing was asked for") from None
        try:
            asked = _first.decode(text)
        except (msgspec.DecodeError, UnicodeError) as error:
            raise Refusal("protocol", f"not a message of this protocol: {error}") from None
        if asked.v != PROTOCOL_VERSION:
            raise Refusal("protocol", version_refused(asked.v))
        await (self._follow(asked) if isinstance(asked, Follow) else self._present(asked))

    async def _text(self) -> str:
        text = await self.socket.receive_text()
        if len(text) > MESSAGE_BYTES_MAX:
            raise Refusal("protocol", f"a message of more than {MESSAGE_BYTES_MAX} bytes")
        return text

    async def _present(self, asked: Open) -> None:
        room = self.rooms.reopen(asked.room, asked.key) if asked.room else self.rooms.open()
        counting = asyncio.create_task(self._count(room))
        try:
            await self._send({"type": "room", "room": room.id, "key": room.key})
            await self._listen(room)
            self.rooms.close(room)
        finally:
            counting.cancel()
            await asyncio.gather(counting, return_exceptions=True)
            if room.open:
                self.rooms.leave(room)

    async def _listen(self, room: Room) -> None:
        """What the presenter shows, until he closes the room."""
        clock = asyncio.get_running_loop().time
        allowance = Allowance(clock())
        while True:
            text = await self._text()
            allowance.take(clock())
            try:
                message = _next.decode(text)
            except (msgspec.DecodeError, UnicodeError) as error:
                raise Refusal("protocol", f"not a message of this protocol: {error}") from None
            match message:
                case Close():
                    return
                case Show():
                    room.show, room.view = _encoded(type="show", fragment=_safe(message.fragment)), ""
                    room.shows += 1
                case View():
                    room.view = _encoded(type="view", keys=_safe(message.keys))
            room.tell()

    async def _count(self, room: Room) -> None:
        """Tells the presenter how many follow, whenever that changes."""
        told = -1
        async for _ in room.changes():
            if room.followers != told:
                told = room.followers
                await self._send({"type": "followers", "n": told})

    async def _follow(self, asked: Follow) -> None:
        room, leave = self.rooms.join(asked.room.upper())
        silence = asyncio.create_task(self._silence())
        telling = asyncio.create_task(self._tell(room))
        try:
            done, _ = await asyncio.wait((silence, telling), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            await self._send({"type": "closed"})
            await self.socket.close(1000)
        finally:
            leave()
            for task in (silence, telling):
                task.cancel()
            await asyncio.gather(silence, telling, return_exceptions=True)

    async def _silence(self) -> None:
        """A follower has nothing to say: this ends when it goes. Raises Refusal where it does say something."""
        await self._text()
        raise Refusal("protocol", "a follower sends nothing but its first message")

    async def _tell(self, room: Room) -> None:
        """What is on display, whenever it has changed: the latest only, however much a slow line has missed."""
        shows, view = 0, ""
        async for _ in room.changes():
            if room.shows != shows:
                shows, view = room.shows, ""
                await self.socket.send_text(room.show)
            if room.view not in ("", view):
                view = room.view
                await self.socket.send_text(view)

    async def _send(self, message: dict[str, object]) -> None:
        await self.socket.send_text(_encoded(**message))

    async def _goodbye(self, refusal: Refusal) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self.socket.send_text(error_message(-1, refusal).decode())
            await self.socket.close(CLOSE_CODES.get(refusal.code, 1000))


def _encoded(**message: object) -> str:
    return msgspec.json.encode(message).decode()


def _safe(text: str) -> str:
    if not SAFE.fullmatch(text):
        raise Refusal("protocol", "that is no part of an address")
    return text


async def room_socket(socket: WebSocket) -> None:
    """`/ws/room`: for this server's own pages, within what one address may have open."""
    runs, rooms = socket.app.state.runs, socket.app.state.rooms
    assert isinstance(runs, Runs) and isinstance(rooms, Rooms)
    if not own_origin(socket):
        await socket.close(1008)
        return
    client = socket.client.host if socket.client else "?"
    at_most = runs.settings.sockets_per_client + runs.settings.room_followers
    try:
        with runs.turn(client, "rooms", at_most):
            await RoomSession(socket, rooms, runs.settings.start_seconds).serve()
    except Refusal:
        await socket.close(1013)
