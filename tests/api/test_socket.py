"""The WebSocket against a running server, with processes that do what a session says."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.scenario import Scenario, canonical


@pytest.fixture
def url(address: str) -> str:
    return f"ws://{address}/ws/run"


def start(session: str, after: int = -1, **fields: Any) -> str:
    scenario = json.loads(canonical(Scenario("demo", {"module.c": ""}, session)))
    return json.dumps({"type": "start", "v": 2, "scenario": scenario, "after": after, **fields})


async def until_last(connection: ClientConnection) -> list[str]:
    messages: list[str] = []
    while not messages or json.loads(messages[-1])["type"] not in ("end", "error"):
        messages.append(str(await connection.recv()))
    return messages


async def ask(url: str, *requests: str) -> list[str]:
    async with connect(url) as connection:
        for request in requests:
            await connection.send(request)
        return await until_last(connection)


def last(messages: list[str]) -> dict[str, Any]:
    found = json.loads(messages[-1])
    assert isinstance(found, dict)
    return found


def test_a_run_streams_while_it_is_computed(url: str) -> None:
    """The process never ends by itself: what arrives before `stop` was sent while it ran."""

    async def main() -> None:
        async with connect(url) as connection:
            await connection.send(start("meta batch batch hang"))
            kinds = [json.loads(await connection.recv())["type"] for _ in range(3)]
            assert kinds == ["meta", "batch", "batch"]
            await connection.send('{"type":"stop"}')
            end = json.loads(await connection.recv())
            assert (end["type"], end["n"], end["outcome"]["kind"]) == ("end", 3, "stopped")
            await connection.send(start("meta end"))  # the same connection, again
            assert last(await until_last(connection))["n"] == 1

    asyncio.run(main())


def test_resumed_at_every_message_it_goes_on_with_the_same_bytes(url: str) -> None:
    async def main() -> None:
        whole = await ask(url, start("meta batch batch batch end"))
        assert [json.loads(m)["n"] for m in whole] == [0, 1, 2, 3, 4]
        for n in range(-1, len(whole) - 1):
            assert await ask(url, start("meta batch batch batch end", after=n)) == whole[n + 1 :]

    asyncio.run(main())


def test_many_clients_get_the_same(url: str) -> None:
    async def main() -> None:
        found = await asyncio.gather(*(ask(url, start("meta batch batch end 7")) for _ in range(100)))
        assert all(messages == found[0] for messages in found)

    asyncio.run(main())


def test_a_hanging_run_does_not_hold_up_others(url: str) -> None:
    async def main() -> None:
        async with connect(url) as connection:
            await connection.send(start("meta hang 2"))
            await connection.recv()
            assert last(await ask(url, start("meta end 9")))["type"] == "end"

    asyncio.run(main())


def test_any_origin_may_connect(url: str) -> None:
    async def main() -> None:
        async with connect(url, origin="null") as connection:  # type: ignore[arg-type]
            await connection.send(start("meta end"))
            assert last(await until_last(connection))["type"] == "end"

    asyncio.run(main())


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ("{", "protocol"),
        ("[]", "protocol"),
        ('{"type":"dance"}', "protocol"),
        ('{"type":"start","v":2}', "protocol"),
        ('{"type":"start","v":9,"scenario":{}}', "protocol"),
        ('{"type":"start","v":1,"scenario":{}}', "protocol"),
        ('{"type":"start","v":2,"scenario":{},"after":"x"}', "protocol"),
        ('{"type":"start","v":2,"scenario":{}}', "input"),
        ('{"type":"start","v":2,"scenario":[1]}', "input"),
        (b"\x00\xff", "protocol"),
        (b'{"type":"start","v":2}', "protocol"),
    ],
)
def test_a_bad_request_is_answered_and_the_socket_closed(url: str, request_: str | bytes, code: str) -> None:
    async def main() -> None:
        async with connect(url) as connection:
            await connection.send(request_)
            messages = await until_last(connection)
            assert last(messages)["code"] == code
            assert [json.loads(m)["n"] for m in messages] == list(range(len(messages)))
            with pytest.raises(ConnectionClosed):
                await connection.recv()

    asyncio.run(main())


def test_a_killed_worker_is_an_error(url: str) -> None:
    messages = asyncio.run(ask(url, start("meta die")))
    assert last(messages)["code"] == "killed"
    assert last(messages)["n"] == 1


def test_who_says_nothing_is_let_go(url: str) -> None:
    async def main() -> None:
        async with connect(url) as connection:
            assert json.loads(await connection.recv())["code"] == "gone"

    asyncio.run(main())


def test_too_long_a_message_closes_the_socket(url: str) -> None:
    async def main() -> None:
        async with connect(url) as connection:
            with pytest.raises(ConnectionClosed) as closed:
                await connection.send("x" * (3 * 1024 * 1024))
                await connection.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1009

    asyncio.run(main())


def test_a_second_start_amid_a_run_is_refused(url: str) -> None:
    messages = asyncio.run(ask(url, start("meta hang 3"), start("meta end")))
    assert last(messages)["code"] == "protocol"
