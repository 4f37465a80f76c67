"""Rooms over a real WebSocket: who follows sees what is shown, and nobody can make a room larger than it may be."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from server.room_socket import BURST, MESSAGE_BYTES_MAX, SHOW_CHARS_MAX, Allowance
from server.rooms import Rooms
from server.runs import Refusal

GALLERY = "s=@timeline_cmwq~0123456789ab"


@pytest.fixture
def url(address: str) -> str:
    return f"ws://{address}/ws/room"


async def say(connection: ClientConnection, **message: Any) -> None:
    await connection.send(json.dumps(message))


async def hear(connection: ClientConnection, type_: str) -> dict[str, Any]:
    """The next message of this type; none of another type is of interest before it."""
    async with asyncio.timeout(10):
        while True:
            message = json.loads(await connection.recv())
            if message["type"] == type_:
                return dict(message)


async def opened(connection: ClientConnection, **fields: Any) -> dict[str, Any]:
    await say(connection, type="open", v=2, **fields)
    return await hear(connection, "room")


def test_two_follow_one(url: str) -> None:
    async def main() -> None:
        async with connect(url) as presenter, connect(url) as first, connect(url) as second:
            room = await opened(presenter)
            assert (await hear(presenter, "followers"))["n"] == 0
            await say(presenter, type="show", fragment=GALLERY)
            await say(presenter, type="view", keys="t=5ms&sel=w1@5ms")
            await say(first, type="follow", v=2, room=room["room"])
            assert await hear(first, "show") == {"type": "show", "fragment": GALLERY}
            assert (await hear(first, "view"))["keys"] == "t=5ms&sel=w1@5ms"
            await say(second, type="follow", v=2, room=room["room"].lower())  # typed from the wall
            assert (await hear(second, "view"))["keys"] == "t=5ms&sel=w1@5ms"
            while (await hear(presenter, "followers"))["n"] != 2:
                pass
            await say(presenter, type="view", keys="t=6ms")
            for follower in (first, second):
                assert (await hear(follower, "view"))["keys"] == "t=6ms"
            await second.close()
            assert (await hear(presenter, "followers"))["n"] == 1
            await say(presenter, type="close")
            await hear(first, "closed")

    asyncio.run(main())


def test_a_presenter_comes_back_with_his_key(url: str) -> None:
    async def main() -> None:
        async with connect(url) as follower:
            async with connect(url) as presenter:
                room = await opened(presenter)
                await say(presenter, type="show", fragment=GALLERY)
                await say(follower, type="follow", v=2, room=room["room"])
                await hear(follower, "show")
            async with connect(url) as thief:
                await say(thief, type="open", v=2, room=room["room"], key="guessed")
                assert (await hear(thief, "error"))["code"] == "gone"
            async with connect(url) as again:
                assert await opened(again, room=room["room"], key=room["key"]) == room
                await say(again, type="view", keys="t=7ms")
                assert (await hear(follower, "view"))["keys"] == "t=7ms"

    asyncio.run(main())


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        ([{"type": "follow", "v": 2, "room": "NOTTHERE"}], "no such room"),
        ([{"type": "follow", "v": 2, "room": "X" * 99}], "not a message"),
        ([{"type": "open", "v": 9}], "version 9"),
        ([{"type": "view", "keys": "t=1ms"}], "not a message"),
        ([{"type": "open", "v": 2}, {"type": "show", "fragment": "a" * (SHOW_CHARS_MAX + 1)}], "not a message"),
        ([{"type": "open", "v": 2, "more": "a" * MESSAGE_BYTES_MAX}], f"more than {MESSAGE_BYTES_MAX} bytes"),
        ([{"type": "open", "v": 2}, {"type": "show", "fragment": '"><script>'}], "no part of an address"),
        ([{"type": "open", "v": 2}, {"type": "view", "keys": "t=1ms", "name": "Ada"}], "not a message"),
    ],
)
def test_anything_else_is_refused_in_words(url: str, messages: list[dict[str, Any]], words: str) -> None:
    async def main() -> None:
        async with connect(url) as connection:
            for message in messages:
                await say(connection, **message)
            assert words in (await hear(connection, "error"))["message"]
            await asyncio.wait_for(connection.wait_closed(), 10)

    asyncio.run(main())


def test_a_follower_has_nothing_to_say(url: str) -> None:
    async def main() -> None:
        async with connect(url) as presenter, connect(url) as follower:
            room = await opened(presenter)
            await say(follower, type="follow", v=2, room=room["room"])
            await say(follower, type="view", keys="t=1ms")
            assert "sends nothing" in (await hear(follower, "error"))["message"]

    asyncio.run(main())


def test_a_flood_ends_the_socket(url: str) -> None:
    async def main() -> None:
        async with connect(url) as presenter:
            await opened(presenter)
            for number in range(int(BURST) * 4):
                await say(presenter, type="view", keys=f"t={number}ms")
            assert "messages a second" in (await hear(presenter, "error"))["message"]

    asyncio.run(main())


def test_other_sites_are_not_served(url: str) -> None:
    async def main() -> None:
        with pytest.raises(Exception, match="403|1008"):
            async with connect(url, origin="https://elsewhere.example") as connection:  # type: ignore[arg-type]
                await connection.recv()

    asyncio.run(main())


def test_rooms_are_bounded_and_end_with_their_presenter() -> None:
    async def main() -> None:
        rooms = Rooms(rooms_max=2, followers_max=1, grace_seconds=0.01)
        one, two = rooms.open(), rooms.open()
        assert one.id != two.id
        with pytest.raises(Refusal, match="2 rooms"):
            rooms.open()
        _, leave = rooms.join(one.id)
        with pytest.raises(Refusal, match="full"):
            rooms.join(one.id)
        leave()
        rooms.join(one.id)
        rooms.leave(one)
        changes = one.changes()
        await anext(changes)
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(anext(changes), 5)
        assert len(rooms) == 1
        with pytest.raises(Refusal, match="ended"):
            rooms.reopen(one.id, one.key)

    asyncio.run(main())


def test_an_allowance_grows_again() -> None:
    allowance = Allowance(0.0)
    for _ in range(int(BURST)):
        allowance.take(0.0)
    with pytest.raises(Refusal):
        allowance.take(0.0)
    allowance.take(1.0)
