"""What a process of its own costs a run, in round trips to a waiting one: goal 1. Fastest of each, in turns."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))

from server import gallery, worker
from server.jobs import DONE, Job, RunJob
from server.pool import Pool
from server.scenario import Limits

TURNS = 15


def echo(job: bytes, write: Callable[[bytes], None]) -> None:
    """The worker of a bare round trip."""
    write(DONE)


def here(job: Job) -> float:
    begin = time.perf_counter()
    worker.handle(msgspec.json.encode(job), lambda message: None)
    return time.perf_counter() - begin


async def there(pool: Pool, job: bytes) -> float:
    begin = time.perf_counter()
    async with pool.child() as child:
        await child.start(job)
        async for message in child.messages():
            if message == DONE:
                break
    return time.perf_counter() - begin


async def main() -> None:
    demo = RunJob(gallery.entries()[gallery.DEMO].scenario, Limits(), "demo")
    pool, echo = Pool(spares=2), Pool("bench.isolated_run:echo", spares=2)
    await pool.open()
    await echo.open()
    worker.warm()
    await asyncio.sleep(1)  # spares are there
    rows = []
    for _ in range(TURNS):
        rows.append((here(demo), await there(pool, msgspec.json.encode(demo)), await there(echo, b"x")))
        await asyncio.sleep(0.05)
    await pool.close()
    await echo.close()
    inside, isolated, trip = (min(column) for column in zip(*rows, strict=True))
    cost = (isolated - inside) / trip
    print(f"demo in this process {inside * 1e3:.1f} ms, in its own {isolated * 1e3:.1f} ms, trip {trip * 1e3:.1f} ms")
    print(f"isolation costs {cost:.2f} round trips (goal 1)")


if __name__ == "__main__":
    asyncio.run(main())
