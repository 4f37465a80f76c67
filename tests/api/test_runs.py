"""Runs over real processes that do what a session tells them: sharing, keeping, killing, limits."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import msgspec
import pytest

from server.pool import Pool
from server.runs import Refusal, Run, Runs
from server.scenario import Limits, Scenario
from server.settings import Settings

HANDLER = "tests.api.fake_worker:handle"


def scenario(session: str) -> Scenario:
    return Scenario("demo", {"module.c": ""}, session)


@asynccontextmanager
async def service(**settings: object) -> AsyncIterator[Runs]:
    made = Runs(Settings(**settings), Pool(HANDLER, spares=1))  # type: ignore[arg-type]
    await made.open()
    try:
        yield made
    finally:
        await made.close()


def check(body: Callable[[Runs], Awaitable[None]], **settings: object) -> None:
    async def main() -> None:
        async with service(**settings) as runs:
            async with asyncio.timeout(30):
                await body(runs)

    asyncio.run(main())


async def whole(runs: Runs, session: str, after: int = -1, client: str = "a") -> tuple[Run, list[bytes]]:
    with runs.listen(scenario(session), Limits(), client) as run:
        return run, [message async for message in run.follow(after)]


def kinds(messages: list[bytes]) -> list[str]:
    return [msgspec.json.decode(m)["type"] for m in messages]


def last(messages: list[bytes]) -> dict[str, object]:
    found = msgspec.json.decode(messages[-1])
    assert isinstance(found, dict)
    return found


def test_a_run_is_computed_once_and_kept() -> None:
    async def body(runs: Runs) -> None:
        first, messages = await whole(runs, "meta batch end")
        second, again = await whole(runs, "meta batch end")
        assert second is first
        assert again == messages
        assert kinds(messages) == ["meta", "batch", "end"]
        assert first.kept

    check(body)


def test_who_comes_at_the_same_time_shares_one_process() -> None:
    async def body(runs: Runs) -> None:
        found = await asyncio.gather(*(whole(runs, "meta batch batch end", client=str(i)) for i in range(20)))
        assert len({run.id for run, _ in found}) == 1
        assert len({last([messages[0]])["pid"] for _, messages in found}) == 1

    check(body)


def test_resumed_at_every_message_it_goes_on_with_the_same_bytes() -> None:
    async def body(runs: Runs) -> None:
        _, messages = await whole(runs, "meta batch batch batch end")
        for n in range(-1, len(messages)):
            _, rest = await whole(runs, "meta batch batch batch end", after=n)
            assert rest == messages[n + 1 :]

    check(body)


def test_messages_come_while_the_run_is_computed_and_who_leaves_last_ends_it() -> None:
    async def body(runs: Runs) -> None:
        with runs.listen(scenario("meta batch hang"), Limits(), "a") as run:
            stream = run.follow(-1)
            first = [await anext(stream), await anext(stream)]
            assert kinds(first) == ["meta", "batch"]
            assert not run.finished
            pid = last(first[:1])["pid"]
        assert runs.known(run.id) is None
        await asyncio.gather(run.task, return_exceptions=True)  # type: ignore[arg-type]
        while pid in runs.pool.alive:
            await asyncio.sleep(0)
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)  # type: ignore[arg-type]

    check(body)


def test_who_leaves_while_another_listens_ends_nothing() -> None:
    async def body(runs: Runs) -> None:
        with runs.listen(scenario("meta hang"), Limits(), "a") as run:
            with runs.listen(scenario("meta hang"), Limits(), "b") as same:
                assert same is run
                await anext(same.follow(-1))
            assert runs.known(run.id) is run
            assert not run.finished

    check(body)


@pytest.mark.parametrize(
    ("session", "code", "words"),
    [
        ("meta die", "killed", "the system ended it"),
        ("meta eat", "killed", "process died"),
        ("meta boom", "internal", "fault of the playground"),
        ("meta cut", "killed", "exit code 0"),
    ],
)
def test_a_run_that_did_not_end_is_an_error_and_not_kept(session: str, code: str, words: str) -> None:
    async def body(runs: Runs) -> None:
        run, messages = await whole(runs, session)
        assert kinds(messages) == ["meta", "error"]
        assert last(messages)["n"] == 1
        assert last(messages)["code"] == code
        assert words in str(last(messages)["message"])
        assert run.failed
        assert runs.known(run.id) is None

    check(body)


def test_wall_time_is_a_safety_net_whose_result_is_not_kept() -> None:
    async def body(runs: Runs) -> None:
        run, messages = await whole(runs, "meta hang")
        assert last(messages)["code"] == "killed"
        assert "0.5 s" in str(last(messages)["message"])
        assert runs.known(run.id) is None

    check(body, wall_seconds=0.5)


def test_faults_of_the_input_are_kept_for_they_are_the_same_each_time() -> None:
    async def body(runs: Runs) -> None:
        run, messages = await whole(runs, "input")
        assert kinds(messages) == ["diagnostic", "error"]
        assert runs.known(run.id) is run

    check(body)


def test_one_client_has_a_bounded_number_of_runs() -> None:
    async def body(runs: Runs) -> None:
        with runs.listen(scenario("hang"), Limits(), "a"), runs.listen(scenario("hang hang"), Limits(), "a"):
            with pytest.raises(Refusal) as refusal, runs.listen(scenario("hang hang hang"), Limits(), "a"):
                pass
            assert refusal.value.code == "overload"
            assert refusal.value.retry_after_ms > 0
            with runs.listen(scenario("hang hang hang"), Limits(), "b"):
                pass

    check(body, runs_per_client=2)


def test_what_is_kept_costs_no_turn() -> None:
    async def body(runs: Runs) -> None:
        await whole(runs, "meta end")
        with runs.listen(scenario("hang"), Limits(), "a"):
            run, _ = await whole(runs, "meta end")
            assert run.kept

    check(body, runs_per_client=1)


def test_all_clients_together_have_a_bounded_queue() -> None:
    async def body(runs: Runs) -> None:
        with runs.listen(scenario("hang"), Limits(), "a"), runs.listen(scenario("hang 1"), Limits(), "b"):
            with pytest.raises(Refusal) as refusal, runs.listen(scenario("hang 2"), Limits(), "c"):
                pass
            assert refusal.value.code == "overload"

    check(body, workers=1, queue=1)


def test_a_waiting_run_gets_its_turn() -> None:
    async def body(runs: Runs) -> None:
        found = await asyncio.gather(*(whole(runs, f"meta end {i}", client=str(i)) for i in range(12)))
        assert all(kinds(messages) == ["meta", "end"] for _, messages in found)

    check(body, workers=2, spares=1)


def test_the_cache_is_bounded_in_bytes() -> None:
    async def body(runs: Runs) -> None:
        for i in range(8):
            await whole(runs, f"meta batch batch end {i}")
        assert len(runs.kept) == 2
        assert runs.kept.currsize <= 6000

    check(body, cache_bytes=6000)


def test_a_dead_zygote_is_replaced() -> None:
    async def body(runs: Runs) -> None:
        await whole(runs, "meta end")
        process = runs.pool._process
        assert process is not None
        process.kill()
        _, messages = await whole(runs, "meta batch end")
        if kinds(messages)[-1] != "end":  # the run that met the dying zygote says so; the next one works
            _, messages = await whole(runs, "meta batch end")
        assert kinds(messages) == ["meta", "batch", "end"]

    check(body)


def test_spares_are_used_once() -> None:
    async def body(runs: Runs) -> None:
        pids = {last([(await whole(runs, f"meta end {i}"))[1][0]])["pid"] for i in range(5)}
        assert len(pids) == 5

    check(body)


def test_limits_are_capped() -> None:
    async def body(runs: Runs) -> None:
        asked = Limits(events=10**9, until_ns=5, steps=10**12, heap_bytes=-3)
        capped = runs.cap(asked)
        assert capped.events == runs.settings.events_max
        assert capped.until_ns == 5
        assert capped.steps == Limits().steps
        assert capped.heap_bytes == 1

    check(body)


def test_a_check_does_not_wait_for_runs() -> None:
    async def body(runs: Runs) -> None:
        with runs.listen(scenario("hang"), Limits(), "a"):
            assert (await runs.check(scenario(""), Limits())).diagnostics == []
            with pytest.raises(Refusal, match="longer than"):
                await runs.check(scenario("hang"), Limits())

    check(body, workers=1, check_seconds=0.5)
