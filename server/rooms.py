"""Rooms: students follow a presenter's page. Nothing but the latest state of each is held, and that in memory.

A room has no names, only a count. It ends when its presenter has been gone for `GRACE_SECONDS`: a broken connection
may come back in that time, with the key that it was given. Who is slow skips states; nobody makes the others wait.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable

from server.runs import RETRY_MS, Refusal, TooMany

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # what is not mistaken for something else when read from a wall
ID_CHARS = 8
KEY_BYTES = 24
GRACE_SECONDS = 15.0


class Room:
    """One presenter's state, and who waits for it to change: `show` the scenario, `view` the moment on display, both as
    the message that followers get.
    """

    def __init__(self, id_: str) -> None:
        self.id = id_
        self.key = secrets.token_urlsafe(KEY_BYTES)
        self.show = ""
        self.view = ""
        self.shows = 0  # how often the scenario has changed
        self.followers = 0
        self.open = True
        self.presenters = 1  # connections of his: the next may come before it is known that the last one broke
        self.leaving: asyncio.TimerHandle | None = None
        self._changed = asyncio.Event()

    def tell(self) -> None:
        """Wakes all who wait for a change."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def changes(self) -> AsyncIterator[None]:
        """Now, and then whenever something has changed since the last time; ends with the room."""
        while self.open:
            changed = self._changed
            yield
            await changed.wait()


class Rooms:
    """All rooms of this server: at most `rooms_max`, each with at most `followers_max`."""

    def __init__(self, rooms_max: int, followers_max: int, grace_seconds: float = GRACE_SECONDS) -> None:
        self.rooms_max = rooms_max
        self.followers_max = followers_max
        self.grace_seconds = grace_seconds
        self._rooms: dict[str, Room] = {}

    def __len__(self) -> int:
        return len(self._rooms)

    def open(self) -> Room:
        """A new room, for its presenter. Raises Refusal when there are too many."""
        if not self.rooms_max:
            raise Refusal("overload", "this server has no rooms to follow in")
        if len(self._rooms) >= self.rooms_max:
            raise TooMany("overload", f"there are {self.rooms_max} rooms already: try again later", RETRY_MS)
        room = Room("".join(secrets.choice(ALPHABET) for _ in range(ID_CHARS)))
        self._rooms[room.id] = room
        return room

    def reopen(self, id_: str, key: str) -> Room:
        """The room of a presenter whose connection broke. Raises Refusal where it is gone or is another's."""
        room = self._rooms.get(id_)
        if room is None or not secrets.compare_digest(room.key.encode(), key.encode()):
            raise Refusal("gone", "this room has ended")
        if room.leaving is not None:
            room.leaving.cancel()
            room.leaving = None
        room.presenters += 1
        return room

    def leave(self, room: Room) -> None:
        """A connection of the presenter has gone: without another in time, the room ends."""
        room.presenters -= 1
        if not room.presenters:
            room.leaving = asyncio.get_running_loop().call_later(self.grace_seconds, self.close, room)

    def close(self, room: Room) -> None:
        """Ends a room, and tells its followers."""
        self._rooms.pop(room.id, None)
        room.open = False
        if room.leaving is not None:
            room.leaving.cancel()
        room.tell()

    def close_all(self) -> None:
        """The server stops."""
        for room in list(self._rooms.values()):
            self.close(room)

    def join(self, id_: str) -> tuple[Room, Callable[[], None]]:
        """A room to follow, and what is to be called on leaving it. Raises Refusal."""
        room = self._rooms.get(id_)
        if room is None:
            raise Refusal("gone", "no such room: it has ended, or its name was mistyped")
        if room.followers >= self.followers_max:
            raise TooMany("overload", f"this room is full: it has {self.followers_max} followers", RETRY_MS)

        def count(by: int) -> None:
            room.followers += by
            room.tell()

        count(1)
        return room, lambda: count(-1)
