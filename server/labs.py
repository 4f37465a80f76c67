"""The lab's runs, from the server's side: a queue with positions, one virtual machine each, kept while there is room.

A run of the real kernel happens once. Whoever was cut off gets the rest while it is kept; a finished run can be had
again with its waits explained. The machine is a child's business (`server/vm/worker.py`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import msgspec
import structlog
from cachetools import LRUCache

from server import recorded
from server.jobs import Failure
from server.runs import RETRY_MS, Refusal, Run, Runs, error_message
from server.scenario import Limits, Scenario
from server.settings import Settings
from server.vm import lab as place
from server.vm.worker import LENGTH, Job, Kept

log = structlog.get_logger()

ALL_SECONDS = 240.0  # build, first boot and run; the run itself has its own, shorter limits
LEAVE_SECONDS = 5.0
GRACE_SECONDS = 10.0  # for a client that was cut off to come back
PACKET_MAX = 64 << 20
ACTIONS_MAX = 64


class RealRun(Run):
    """A run of the lab: `messages` as they came, `explained` once it is over."""

    def __init__(self, scenario: Scenario, limits: Limits) -> None:
        super().__init__(secrets.token_hex(32), scenario, limits)
        self.explained: list[bytes] = []
        self.trace: Kept | None = None
        self.acted = 0
        self.stage = "queue"
        self.process: asyncio.subprocess.Process | None = None

    async def done(self) -> None:
        """Waits until nothing more comes."""
        async for _ in self.follow(len(self.messages) - 1):
            pass

    def at(self, stage: str) -> None:
        """What is being done: `queue`, then the words of `server/vm/worker.py`."""
        self.stage = stage
        self._wake()

    async def news(self) -> None:
        """Waits until anything has changed."""
        await self._news.wait()

    def act(self, command: str) -> None:
        """A command beside the session. Raises Refusal where none is under way yet, or there were too many."""
        if self.finished or self.at_end:
            return  # it crossed the end on its way
        if self.process is None or self.process.stdin is None:
            raise Refusal("protocol", "no session is under way")
        self.acted += 1
        if self.acted > ACTIONS_MAX or len(command) > 1024:
            raise Refusal("protocol", f"at most {ACTIONS_MAX} commands of 1024 characters")
        self.process.stdin.write(msgspec.json.encode(command) + b"\n")


class LabStatus(msgspec.Struct, frozen=True):
    """`GET /api/lab`: whether the real kernel can be run here, and what to do where it cannot."""

    on: bool
    token: bool
    missing: list[str]
    waiting: int
    machines: int
    hint: str


class Lab:
    """The lab of this server."""

    def __init__(self, settings: Settings, runs: Runs) -> None:
        self.settings = settings
        self.runs = runs
        self.active: dict[str, RealRun] = {}
        self.kept: LRUCache[str, RealRun] = LRUCache(settings.lab_kept)
        self.waiting: list[RealRun] = []
        self._slots = asyncio.Semaphore(settings.lab_machines)

    def status(self) -> LabStatus:
        """What there is."""
        settings = self.settings
        missing = place.missing() if settings.lab else []
        hint = ""
        if not settings.lab:
            hint = "start the lab with `docker compose --profile lab up`, or on Debian with `WQPLAY_LAB=1 make run`"
        elif missing:
            hint = f"apt-get install {' '.join(missing)}"
        waiting = len(self.waiting)
        return LabStatus(settings.lab, bool(settings.lab_token), missing, waiting, settings.lab_machines, hint)

    def admit(self, token: str) -> None:
        """Raises Refusal for who may not use the lab, or where there is none."""
        status = self.status()
        if not status.on or status.missing:
            raise Refusal("lab", f"the real kernel cannot be run here: {status.hint}")
        wanted = self.settings.lab_token
        if wanted and not secrets.compare_digest(wanted.encode(), token.encode()):
            raise Refusal("lab", "the lab of this server needs its token")

    def known(self, id_: str) -> RealRun | None:
        """A run that is under way or kept."""
        return self.active.get(id_) or self.kept.get(id_)

    def position(self, run: RealRun) -> int:
        """How many are before it, and itself; 0 where it has its machine."""
        return self.waiting.index(run) + 1 if run in self.waiting else 0

    @contextmanager
    def listen(self, scenario: Scenario, limits: Limits, client: str) -> Iterator[RealRun]:
        """A new run. Raises Refusal when there is no room."""
        with self.runs.turn(client, "real runs", self.settings.lab_per_client):
            if len(self.waiting) > self.settings.lab_queue:
                raise Refusal("overload", "too many wait for the lab, try again in a moment", RETRY_MS)
            run = RealRun(scenario, limits)
            self.active[run.id] = run
            self.waiting.append(run)
            run.task = asyncio.create_task(self._compute(run))
            with self.attach(run):
                yield run

    @contextmanager
    def attach(self, run: RealRun) -> Iterator[None]:
        """One who listens. When the last has left, the run goes on for a moment, for who was cut off, then ends."""
        run.listeners += 1
        try:
            yield
        finally:
            run.listeners -= 1
            asyncio.get_running_loop().call_later(GRACE_SECONDS, self._abandon, run)

    def _abandon(self, run: RealRun) -> None:
        if run.listeners == 0:
            self.stop(run)

    def stop(self, run: RealRun) -> None:
        """Ends the run, unless it only tidies up."""
        if run.task is not None and not run.at_end:
            run.task.cancel()

    async def close(self) -> None:
        """Ends every run."""
        tasks = [run.task for run in self.active.values() if run.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _compute(self, run: RealRun) -> None:
        try:
            async with self._slots:
                self._leave_queue(run)
                async with asyncio.timeout(ALL_SECONDS):
                    await self._run(run)
            if not run.at_end:
                raise Refusal("internal", "this is a fault of the playground: the run has no end")
        except Refusal as refusal:
            run.add(error_message(len(run.messages), refusal))
        except TimeoutError:
            run.add(error_message(len(run.messages), Refusal("killed", f"it took longer than {ALL_SECONDS:g} s")))
        except Exception as error:  # ours: told as such, with its place in the log
            log.exception("real_run_failed", id=run.id[:12])
            text = f"this is a fault of the playground, not of your module: {type(error).__name__}: {error}"
            run.add(error_message(len(run.messages), Refusal("internal", text)))
        finally:
            if not run.at_end:  # stopped
                run.add(error_message(len(run.messages), Refusal("gone", "the run was stopped")))
            self._leave_queue(run)
            self.active.pop(run.id, None)
            kept = bool(run.explained)
            run.finish(kept)
            if kept:
                self.kept[run.id] = run
            log.info("real_run", id=run.id[:12], kept=kept, messages=len(run.messages))

    def _leave_queue(self, run: RealRun) -> None:
        if run not in self.waiting:
            return
        self.waiting.remove(run)
        run.at("start")
        for other in self.waiting:
            other.at("queue")

    async def _run(self, run: RealRun) -> None:
        environment = {key: os.environ[key] for key in ("PATH", "HOME", "TMPDIR", "PYTHONPATH") if key in os.environ}
        if self.settings.lab_dir is not None:
            environment["WQPLAY_LAB_DIR"] = self.settings.lab_dir
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "server.vm.worker", stdin=pipe, stdout=pipe, env=environment, start_new_session=True
        )
        run.process = process
        try:
            assert process.stdin is not None and process.stdout is not None
            known = await asyncio.to_thread(recorded.traces, run.scenario)
            process.stdin.write(msgspec.json.encode(Job(run.scenario, run.limits, run.id, known)) + b"\n")
            async for kind, content in _packets(process.stdout):
                _take(run, kind, content)
        finally:
            await _end(process)


def _take(run: RealRun, kind: int, content: bytes) -> None:
    """One packet of the child's."""
    if kind == ord("m"):
        run.add(content)
    elif kind == ord("x"):
        run.explained.append(content)
    elif kind == ord("s"):
        run.at(content.decode())
    elif kind == ord("r"):
        run.trace = msgspec.json.decode(content, type=Kept)
    else:
        failure = msgspec.json.decode(content, type=Failure)
        raise Refusal(failure.code, failure.message)


async def _packets(stream: asyncio.StreamReader) -> AsyncIterator[tuple[int, bytes]]:
    """The packets of a child until it closes its end."""
    while True:
        try:
            (length,) = LENGTH.unpack(await stream.readexactly(LENGTH.size))
            if not 1 <= length <= PACKET_MAX:
                raise Refusal("internal", "this is a fault of the playground: the lab speaks nonsense")
            data = await stream.readexactly(length)
        except asyncio.IncompleteReadError:
            return
        yield data[0], data[1:]


async def _end(process: asyncio.subprocess.Process) -> None:
    """Asks the child to end its machine and itself, and sees to it."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(LEAVE_SECONDS):
            await process.wait()
    except TimeoutError:
        pass
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # whatever is left of it: QEMU, a compiler
        await process.wait()
