"""Spares warm themselves while they wait, but not at the cost of a run."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from server import pool as pool_module
from server.pool import Child, Pool

HANDLER = "tests.api.counting_worker:handle"


async def warmed(child: Child) -> bytes:
    await child.start(b"job")
    return b"".join([message async for message in child.messages()])


async def waiting(pool: Pool, children: int) -> None:
    """Until so many children are there and each sleeps: with what it does before its job behind it."""
    while len(pool.alive) < children or not all(_sleeps(pid) for pid in pool.alive):
        await asyncio.sleep(0.01)


def _sleeps(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "S"


async def answers() -> list[bytes]:
    """Of the first spare, and of the one that was forked when it was taken."""
    pool = Pool(HANDLER, spares=1)
    await pool.open()
    try:
        async with asyncio.timeout(30):
            await waiting(pool, 1)
            async with pool.child() as first:
                await waiting(pool, 2)
                async with pool.child() as second:
                    return [await warmed(first), await warmed(second)]
    finally:
        await pool.close()


@pytest.mark.parametrize(("cores", "expected"), [(4, [b"2", b"2"]), (1, [b"2", b"1"])])
def test_a_spare_is_warmed_where_a_core_is_free(
    monkeypatch: pytest.MonkeyPatch, cores: int, expected: list[bytes]
) -> None:
    monkeypatch.setattr(pool_module, "CORES", cores)
    assert asyncio.run(answers()) == expected
