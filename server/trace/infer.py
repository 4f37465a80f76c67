"""Why things waited in a trace that does not say so: a copy of the recording with `wqp:wait` events added.

Only what the events decide is said; the timeline calls the rest unknown. The rules, each with the kernel's function:

- an item queued and not activated waits for those of its workqueue that are active (`pwq_tryinc_nr_active`);
- an activated item of a bound pool waits while another item of the pool runs there without sleeping
  (`need_more_worker`), else for the worker that was woken for it (`kick_pool`);
- a worker that slept and was woken right after its own timer expired had slept for it (`process_timeout`);
- one that was woken by a flush barrier had flushed (`wq_barrier_func`).
"""

from __future__ import annotations

from server.trace.events import KIND_BY_NAME, KINDS
from server.trace.lanes import pool_of_worker
from server.trace.recording import Event, Recording
from server.trace.tracks import Told

WAIT = KIND_BY_NAME["wqp:wait"]
TIMER_NS = 1_000_000  # a wake-up follows its timer within this, interrupt of another CPU included


class _Worker:
    """A kworker: its pool, the item that it executes, whether it sleeps."""

    __slots__ = ("index", "pool", "item", "asleep", "slept_seq")

    def __init__(self, index: int, pool: str) -> None:
        self.index = index
        self.pool = pool
        self.item = -1
        self.asleep = False
        self.slept_seq = -1


class _Item:
    """A work that is queued: `pool` "" until a worker is seen to take it; `since` is the event that began its phase."""

    __slots__ = ("obj", "wq", "pool", "since", "active", "cause", "culprits")

    def __init__(self, obj: int, wq: str, pool: str, since: int) -> None:
        self.obj, self.wq, self.pool, self.since = obj, wq, pool, since
        self.active = False
        self.cause = ""
        self.culprits = ""


class Inference:
    """Walks the events once, and says what was found where."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.pools = pools(recording)
        self.found: dict[int, list[tuple[str, int, Told]]] = {}  # by event number: (subject, id, what)
        self.workers: dict[int, _Worker] = {}  # by pid
        self.waiting: dict[int, _Item] = {}  # by object, in order of queueing
        self.executing: dict[int, str] = {}  # object: workqueue
        self.wq_of: dict[int, str] = {}
        self.expired: list[int] = []  # times of timers that woke nobody yet
        self.barrier: dict[int, int] = {}  # by CPU: object of the barrier that runs

    def run(self) -> None:
        """Fills `found`."""
        for event in self.recording.events():
            name = KINDS[event.kind].name
            if name.startswith("workqueue_"):
                self._workqueue(event, name)
            elif name == "sched_switch":
                self._switch(event)
            elif name.startswith("sched_wakeup"):
                self._wakeup(event)
            elif name == "timer_expire_entry" and event.args[1] == "process_timeout":
                self.expired.append(event.t_ns)
                del self.expired[:-8]
            else:
                continue
            self._review(event)

    def _say(self, seq: int, subject: str, index: int, cause: str, culprits: str, detail: str = "") -> None:
        self.found.setdefault(seq, []).append((subject, index, Told(seq, cause, culprits, detail, -1)))

    def worker(self, index: int) -> _Worker | None:
        """The worker behind a task index, or None for another task."""
        row = self.recording.tasks[index]
        if row.kind not in ("kworker", "rescuer"):
            return None
        if row.pid not in self.workers:
            self.workers[row.pid] = _Worker(index, pool_of_worker(row.comm))
        return self.workers[row.pid]

    def _workqueue(self, event: Event, name: str) -> None:
        obj = int(event.args[0])
        if name == "workqueue_queue_work":
            wq, cpu = str(event.args[2]), int(event.args[4])
            self.wq_of[obj] = wq
            self.waiting[obj] = _Item(obj, wq, self.pools.get((wq, cpu), str(cpu) if cpu >= 0 else ""), event.seq)
        elif name == "workqueue_activate_work":
            if obj in self.waiting:
                item = self.waiting[obj]
                item.active, item.since, item.cause = True, event.seq, ""
        elif name == "workqueue_execute_start":
            self.waiting.pop(obj, None)
            self.executing[obj] = self.wq_of.get(obj, "")
            worker = self.worker(event.task)
            if worker is not None:
                worker.item, worker.asleep = obj, False
            if event.args[1] == "wq_barrier_func":
                self.barrier[event.cpu] = obj
        else:
            self.executing.pop(obj, None)
            self.barrier.pop(event.cpu, None)
            worker = self.worker(event.task)
            if worker is not None:
                worker.item = -1

    def _switch(self, event: Event) -> None:
        prev, nxt = self.worker(event.task), self.worker(int(event.args[7]))
        if prev is not None and not str(event.args[3]).startswith("R"):
            prev.asleep, prev.slept_seq = True, event.seq
        if nxt is not None:
            nxt.asleep = False

    def _wakeup(self, event: Event) -> None:
        worker = self.worker(int(event.args[4]))
        if worker is None:
            return
        if worker.item >= 0 and worker.slept_seq >= 0:
            self._slept(worker, event)
        elif worker.item < 0:
            for item in self.waiting.values():
                if item.active and item.pool == worker.pool and item.cause != "WORKER_WAKING":
                    self._item_waits(event.seq, item, "WORKER_WAKING", f"task:{worker.index}")
                    break
        worker.slept_seq = -1

    def _slept(self, worker: _Worker, event: Event) -> None:
        """The sleep of a worker with an item ends: what woke it was what it waited for."""
        barrier = self.barrier.get(event.cpu)
        if barrier is not None and self.recording.tasks[event.task].kind != "idle":
            self._say(worker.slept_seq, "task", worker.index, "FLUSH", f"item:{barrier}")
            return
        recent = [t for t in self.expired if event.t_ns - t <= TIMER_NS]
        if recent and self.recording.tasks[event.task].kind == "idle":
            self.expired.remove(recent[0])
            self._say(worker.slept_seq, "task", worker.index, "TIMER", "")

    def _item_waits(self, seq: int, item: _Item, cause: str, culprits: str) -> None:
        if (cause, culprits) != (item.cause, item.culprits) and (culprits or not item.culprits):
            seq = seq if item.cause else item.since  # the first thing known explains the phase from its beginning
            item.cause, item.culprits = cause, culprits
            self._say(seq, "item", item.obj, cause, culprits, f"wq={item.wq}")

    def _review(self, event: Event) -> None:
        """After each event: what the waiting items wait for now."""
        ahead: dict[str, list[int]] = {}
        for obj, wq in self.executing.items():
            ahead.setdefault(wq, []).append(obj)
        for item in self.waiting.values():
            before = ahead.setdefault(item.wq, [])
            if item.active:
                self._active(event, item)
            elif event.args[0] != item.obj or KINDS[event.kind].name != "workqueue_queue_work":
                ordered = not item.pool[:1].isdigit() and sum(not self._held(obj) for obj in before) <= 1
                culprits = before if ordered else [obj for obj in before if not self._held(obj)]
                names = ",".join(f"item:{obj}" for obj in culprits[:8])
                self._item_waits(event.seq, item, "ORDERED" if ordered else "MAX_ACTIVE", names)
            before.append(item.obj)

    def _held(self, obj: int) -> bool:
        return obj in self.waiting and not self.waiting[obj].active

    def _active(self, event: Event, item: _Item) -> None:
        if not item.pool[:1].isdigit():
            return
        busy = [w for w in self.workers.values() if w.pool == item.pool and w.item >= 0 and not w.asleep]
        if busy:
            self._item_waits(event.seq, item, "CONCURRENCY", ",".join(f"item:{w.item}" for w in busy[:4]))


def pools(recording: Recording) -> dict[tuple[str, int], str]:
    """Which pool served (workqueue, CPU or -1), from who executed what was queued."""
    queued: dict[int, tuple[str, int]] = {}
    out: dict[tuple[str, int], str] = {}
    for event in recording.events():
        name = KINDS[event.kind].name
        if name == "workqueue_queue_work":
            queued[int(event.args[0])] = (str(event.args[2]), int(event.args[4]))
        elif name == "workqueue_execute_start":
            row = recording.tasks[event.task]
            pool = pool_of_worker(row.comm) if row.kind == "kworker" else f"bh{event.cpu}"
            if int(event.args[0]) in queued and row.kind != "rescuer":
                out.setdefault(queued[int(event.args[0])], pool)
    return out


def explained(recording: Recording) -> Recording:
    """A copy of the recording with its waits; itself if it has some already."""
    if any(values[1] == WAIT for values in recording.packed()):
        return recording
    inference = Inference(recording)
    inference.run()
    copy = Recording(recording.header)
    copy.diagnostics, copy.outcome = recording.diagnostics, recording.outcome
    for task in recording.tasks:
        copy.task(task.pid, task.comm, task.kind)
    for row in recording.objects:
        copy.obj(row.kind, row.addr, row.name, row.info)
    for event in recording.events():
        copy.event(event.t_ns, event.cpu, event.kind, event.task, event.line, event.args)
        runs = int(event.args[7]) if KINDS[event.kind].name == "sched_switch" else event.task
        for subject, index, told in inference.found.get(event.seq, ()):
            args = (subject, index, told.cause, told.culprits, told.detail)
            copy.event(event.t_ns, event.cpu, WAIT, runs, -1, args)
    return copy
