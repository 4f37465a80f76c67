"""Runs: from a scenario to messages, computed once for all who ask, kept while there is room.

A run is known by its id, SHA-256 of all that decides its bytes. Whoever asks for one that is known, finished or still
being computed, gets the same bytes; who holds the first n gets what follows. A run nobody listens to any more is
killed; what a killed worker left is told as an `error` and never kept. Nothing here computes: that is a child's work.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager

import msgspec
import structlog
from cachetools import LRUCache

from server.jobs import (
    DONE,
    Checked,
    CheckJob,
    CompareJob,
    CourseJob,
    ExportJob,
    Failure,
    ImportJob,
    Job,
    OpenJob,
    RunJob,
)
from server.pool import Pool, PoolError
from server.scenario import Limits, Scenario, run_id
from server.settings import Settings
from server.sim import ENGINE_VERSION
from server.trace.opens import Opens

log = structlog.get_logger()

RETRY_MS = 2000
END, ERROR = b'{"type":"end"', b'{"type":"error"'  # how the last message of a run begins
KEPT_ENTRY_BYTES = 512  # what a kept run costs besides its messages


class Refusal(Exception):
    """The request cannot be met; `code` as in an `error` message."""

    def __init__(self, code: str, message: str, retry_after_ms: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after_ms = retry_after_ms


class TooMany(Refusal):
    """One client asks for more than its share."""


def error_message(n: int, refusal: Refusal) -> bytes:
    """The protocol's last word."""
    fields = {"type": "error", "n": n, "code": refusal.code, "message": refusal.message}
    return msgspec.json.encode({**fields, "retry_after_ms": refusal.retry_after_ms})


def stopped_message(n: int) -> bytes:
    """The `end` of a run that its only listener stopped."""
    outcome = {"kind": "stopped", "at_ns": -1, "message": "stopped", "cycle": []}
    return msgspec.json.encode({"type": "end", "n": n, "outcome": outcome, "rows": -1, "digest": "", "stats": None})


class Run:
    """The messages of one run, so far. `finished` once the last is there; `kept` where they may be given again."""

    def __init__(self, id_: str, scenario: Scenario, limits: Limits) -> None:
        self.id = id_
        self.scenario = scenario
        self.limits = limits
        self.messages: list[bytes] = []
        self.bytes = KEPT_ENTRY_BYTES
        self.finished = False
        self.kept = False
        self.listeners = 0
        self.task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    @property
    def failed(self) -> bool:
        """Whether it ended with an `error` instead of an `end`."""
        return self.finished and self.at_end and self.messages[-1].startswith(ERROR)

    @property
    def at_end(self) -> bool:
        """Whether its last message so far is one that nothing follows."""
        return bool(self.messages) and self.messages[-1].startswith((END, ERROR))

    def add(self, message: bytes) -> None:
        """Appends message number `len(messages)`."""
        self.messages.append(message)
        self.bytes += len(message)
        self._wake()

    def finish(self, kept: bool) -> None:
        """No message follows."""
        self.finished, self.kept = True, kept
        self._wake()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def follow(self, after: int) -> AsyncIterator[bytes]:
        """The messages behind number `after`, as they come; lets others have their turn between two."""
        at = after + 1
        while True:
            while at < len(self.messages):
                yield self.messages[at]
                at += 1
                await asyncio.sleep(0)
            if self.finished:
                return
            await self._news.wait()


class Runs:
    """All runs of this server."""

    def __init__(self, settings: Settings, pool: Pool | None = None) -> None:
        self.settings = settings
        self.pool = pool or Pool(spares=settings.spares)
        self.active: dict[str, Run] = {}
        self.kept: LRUCache[str, Run] = LRUCache(max(1, settings.cache_bytes), getsizeof=lambda run: run.bytes)
        self.waiting = 0
        self.waiting_short = 0
        self._slots = asyncio.Semaphore(settings.workers)
        self._short_slots = asyncio.Semaphore(settings.workers)  # apart, so that typing does not wait for runs
        self._busy: Counter[tuple[str, str]] = Counter()

    async def open(self) -> None:
        """Starts the worker processes."""
        await self.pool.open()

    async def close(self) -> None:
        """Ends every run and every process."""
        tasks = [run.task for run in self.active.values() if run.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.pool.close()

    def cap(self, limits: Limits | None) -> Limits:
        """The limits of a run: what was asked for, where given, but no more than is allowed."""
        usual = Limits()
        if limits is None:
            return usual
        asked = {name: max(1, min(getattr(limits, name), getattr(usual, name))) for name in Limits.__struct_fields__}
        asked["events"] = max(1, min(limits.events, self.settings.events_max))
        return Limits(**asked)

    def known(self, id_: str) -> Run | None:
        """A run that is kept or being computed."""
        return self.active.get(id_) or self.kept.get(id_)

    @contextmanager
    def turn(self, client: str, what: str, at_most: int) -> Iterator[None]:
        """One of the things that a client may do at the same time. Raises Refusal when there are too many."""
        key = (client, what)
        if self._busy[key] >= at_most:
            raise TooMany("overload", f"at most {at_most} {what} at the same time from one address", RETRY_MS)
        self._busy[key] += 1
        try:
            yield
        finally:
            self._busy[key] -= 1
            if not self._busy[key]:
                del self._busy[key]

    @contextmanager
    def listen(self, scenario: Scenario, limits: Limits, client: str) -> Iterator[Run]:
        """The run of a valid scenario: kept, under way, or begun by this. Raises Refusal when there is no room.

        Who leaves last, before it is finished, ends it.
        """
        id_ = run_id(scenario, limits, ENGINE_VERSION)
        run = self.known(id_)
        with contextlib.ExitStack() as stack:
            if run is None or not run.finished:
                stack.enter_context(self.turn(client, "runs", self.settings.runs_per_client))
            if run is None:
                run = self._begin(Run(id_, scenario, limits))
            run.listeners += 1
            try:
                yield run
            finally:
                run.listeners -= 1
                if run.listeners == 0 and not run.finished and run.task is not None:
                    del self.active[run.id]  # at once: who asks now begins anew
                    run.task.cancel()

    def _begin(self, run: Run) -> Run:
        if self.waiting >= self.settings.queue + self.settings.workers:
            raise Refusal("overload", "too many runs are waiting, try again in a moment", RETRY_MS)
        self.active[run.id] = run
        self.waiting += 1
        run.task = asyncio.create_task(self._compute(run))
        return run

    async def _compute(self, run: Run) -> None:
        kept = False
        try:
            async with self._slots:
                job = RunJob(run.scenario, run.limits, run.id)
                async with asyncio.timeout(self.settings.wall_seconds):
                    await self._fill(run, job)
                kept = run.at_end
                if not kept:
                    raise Refusal("internal", "this is a fault of the playground: the run has no end")
        except Refusal as refusal:
            run.add(error_message(len(run.messages), refusal))
        except TimeoutError:
            message = f"the run was ended: it took longer than {self.settings.wall_seconds:g} s to compute"
            run.add(error_message(len(run.messages), Refusal("killed", message)))
        except PoolError as error:
            run.add(error_message(len(run.messages), Refusal("overload", str(error), RETRY_MS)))
        finally:
            self.waiting -= 1
            if self.active.get(run.id) is run:
                del self.active[run.id]
            run.finish(kept)
            if kept and run.bytes <= self.kept.maxsize:
                self.kept[run.id] = run
            log.info("run", id=run.id[:12], kept=kept, messages=len(run.messages), bytes=run.bytes)

    async def _fill(self, run: Run, job: Job) -> None:
        async with aclosing(self._job(job, run.id)) as messages:
            async for message in messages:
                run.add(message)

    async def _job(self, job: Job, name: str) -> AsyncGenerator[bytes]:
        """What a child answers to a job, less its closing mark. Raises Refusal where it did not come to its end."""
        async with self.pool.child() as child:
            await child.start(msgspec.json.encode(job))
            async for message in child.messages():
                if message == DONE:
                    return
                if message.startswith(b"!"):
                    failure = msgspec.json.decode(message[1:], type=Failure)
                    raise Refusal(failure.code, failure.message)
                yield message
            log.warning("worker_died", job=name[:12], exit_code=child.exit_code)
            raise Refusal("killed", _why(child.exit_code))

    async def check(self, scenario: Scenario, limits: Limits) -> Checked:
        """Diagnostics and module parameters of a scenario, without running it. Raises Refusal."""
        parts = await self._short(CheckJob(scenario, limits), "check")
        return msgspec.json.decode(b"".join(parts), type=Checked)

    async def export(self, run: Run, format_: str, opens: Opens | None) -> bytes:
        """The run in another format: computed again, for messages do not hold all of it. Raises Refusal."""
        return b"".join(await self._short(ExportJob(run.scenario, run.limits, format_, opens), run.id))

    async def open_facts(self, run: Run, seeds: int, recorded: list[str]) -> bytes:
        """What is open in a run (an Opens, as JSON), computed beside all else. Raises Refusal."""
        job = OpenJob(run.scenario, run.limits, seeds, recorded)
        return b"".join(await self._within(self.settings.wall_seconds, job, "open"))

    async def ask(self, job: CourseJob) -> bytes:
        """The answer to a job about a run (`server/coursework.py`). Raises Refusal."""
        return b"".join(await self._short(job, "course"))

    async def import_trace(self, text: str, limits: Limits) -> list[bytes]:
        """The messages of a recorded trace. Raises Refusal."""
        return await self._short(ImportJob(text, limits), "import")

    async def compare(self, scenario: Scenario, limits: Limits, references: list[str]) -> bytes:
        """The table of facts (`server/trace/table.py`, JSON) of a simulated run against real traces. Raises Refusal."""
        return b"".join(await self._short(CompareJob(scenario, limits, references), "compare"))

    async def _short(self, job: Job, name: str) -> list[bytes]:
        seconds = self.settings.check_seconds if isinstance(job, CheckJob) else self.settings.wall_seconds
        if self.waiting_short >= self.settings.queue + self.settings.workers:
            raise Refusal("overload", "too many requests are waiting, try again in a moment", RETRY_MS)
        self.waiting_short += 1
        try:
            async with self._short_slots:
                return await self._within(seconds, job, name)
        finally:
            self.waiting_short -= 1

    async def _within(self, seconds: float, job: Job, name: str) -> list[bytes]:
        try:
            async with asyncio.timeout(seconds), aclosing(self._job(job, name)) as parts:
                return [part async for part in parts]
        except TimeoutError:
            raise Refusal("killed", f"it took longer than {seconds:g} s") from None
        except PoolError as error:
            raise Refusal("overload", str(error), RETRY_MS) from None


def _why(exit_code: int | None) -> str:
    """A dead worker, in words; the exit code of a signal is negative."""
    words = {-24: "it used up its processor time", -9: "the system ended it, for want of memory perhaps"}
    return "the run was ended: " + words.get(exit_code or 0, f"its process died (exit code {exit_code})")
