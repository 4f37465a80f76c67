"""What Linux leaves open in the runs that a server keeps: looked for once a run, in the background.

Nobody's lanes wait for it: one run at a time is looked at, by a process that yields to all others, whoever asks and
however many. Those who ask for the same run share the answer; more runs than may wait are told to come again.
"""

from __future__ import annotations

import asyncio

import structlog
from cachetools import LRUCache

from server import recorded
from server.runs import RETRY_MS, Refusal, Run, Runs

log = structlog.get_logger()

SEEDS = 24  # of a run that is not long
WAITING_MAX = 32
CACHE_BYTES = 16 * 1024 * 1024


class LeftOpen:
    """The answers, by run id, as JSON (`server/trace/opens.py`)."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        self.kept: LRUCache[str, bytes] = LRUCache(CACHE_BYTES, getsizeof=len)
        self.active: dict[str, asyncio.Task[bytes]] = {}
        self._turn = asyncio.Semaphore(1)

    async def of(self, run: Run) -> bytes:
        """What is open in a finished run. Raises Refusal."""
        kept = self.kept.get(run.id)
        if kept is not None:
            return kept
        task = self.active.get(run.id)
        if task is None:
            if len(self.active) >= WAITING_MAX:
                raise Refusal("overload", "what is open is being looked for in many other runs", RETRY_MS)
            task = self.active[run.id] = asyncio.create_task(self._look(run))
            task.add_done_callback(_heard)
        return await asyncio.shield(task)  # who leaves does not take it from the others

    async def _look(self, run: Run) -> bytes:
        try:
            async with self._turn:
                traces = await asyncio.to_thread(recorded.traces, run.scenario)  # reads the gallery, once
                found = await self.runs.open_facts(run, SEEDS, traces)
            if len(found) <= self.kept.maxsize:
                self.kept[run.id] = found
            log.info("open", id=run.id[:12], bytes=len(found))
            return found
        finally:
            del self.active[run.id]

    async def close(self) -> None:
        """Ends what is under way."""
        tasks = list(self.active.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _heard(task: asyncio.Task[bytes]) -> None:
    """Takes note of how a task ended, also where nobody waits for it any more."""
    if not task.cancelled():
        task.exception()
