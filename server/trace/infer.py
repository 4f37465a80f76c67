"""Why things waited in a trace that does not say so: a copy of the recording with `wqp:wait` events added.

Only what the events decide is said; the timeline calls the rest unknown. The rules, each with the kernel's function:

- an item queued and not activated waits for those of its workqueue that are active (`pwq_tryinc_nr_active`; whether the
  workqueue is ordered, a trace does not tell); where none is, and the freezer says that it froze, for the thaw
  (`freeze_workqueues_begin`);
- an activated item waits, in this order: while its last execution sleeps elsewhere (`assign_work`); while another item
  of its CPU's pool runs there without sleeping (`need_more_worker`); while a worker of its pool creates another one,
  for which it sleeps uninterruptibly without an item (`manage_workers`); while a worker was woken and the CPU is busy
  (`pick_next_task`), or is free (`kick_pool`);
- a worker that slept and was woken right after its own timer expired had slept for it (`process_timeout`);
- one that was woken by a flush barrier had flushed (`wq_barrier_func`).
"""

from __future__ import annotations

from server.trace.events import KIND_BY_NAME, KINDS
from server.trace.lanes import pool_of_worker
from server.trace.recording import Event, Recording
from server.trace.tracks import Told

WAIT = KIND_BY_NAME["wqp:wait"]
TIMER_OFFSET = 32  # of the timer in a delayed_work
FREEZES, THAWS = "Freezing remaining freezable tasks", "Restarting "  # how the lines of the freezer begin
TIMER_NS = 1_000_000  # a wake-up follows its timer within this, interrupt of another CPU included


class _Worker:
    """A kworker: pool, item, and state: R (on a CPU), P (preempted), W (woken), or as it went to sleep.

    `manages` from an uninterruptible sleep without an item up to its next item: it creates another worker. `counts`
    while it counts as running for its pool; `intensive`: it will not, for its next item.
    """

    __slots__ = ("index", "pool", "item", "ended", "state", "slept_seq", "cpu", "manages", "counts", "intensive")

    def __init__(self, index: int, pool: str) -> None:
        self.index = index
        self.pool = pool
        self.item = -1
        self.ended = -1  # the item that it is done with, while it has not looked for another one yet
        self.state = "I"
        self.slept_seq = -1
        self.cpu = -1
        self.manages = False
        self.counts = True
        self.intensive = False


class _Item:
    """A work that is queued: `pool` "" until a worker is seen to take it; `since` is the event that began its phase."""

    __slots__ = ("obj", "wq", "pool", "since", "said", "active", "cause", "culprits")

    def __init__(self, obj: int, wq: str, pool: str, since: int) -> None:
        self.obj, self.wq, self.pool, self.since = obj, wq, pool, since
        self.said = -1  # the event with which its last wait was told
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
        self.current: dict[int, int] = {}  # by CPU: index of the task that runs there
        self.waiting: dict[int, _Item] = {}  # by object, in order of queueing
        self.executing: dict[int, str] = {}  # object: workqueue
        self.wq_of: dict[int, str] = {}
        self.expired: list[int] = []  # times of timers that woke nobody yet
        self.freezing = False
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
            elif name == "console" and str(event.args[0]).startswith((FREEZES, THAWS)):
                self.freezing = not str(event.args[0]).startswith(THAWS)
            elif name == "timer_expire_entry" and event.args[1] == "process_timeout":
                self.expired.append(event.t_ns)
                del self.expired[:-8]
            elif name == "timer_start" and event.args[1] == "delayed_work_timer_fn":
                self._armed(int(event.args[0]))
            elif name == "timer_start" and event.args[1] == "process_timeout":
                worker = self.worker(event.task)
                if worker is not None:
                    worker.counts = False  # schedule_timeout: it sleeps at once
            else:
                continue
            self._review(event)

    def without_repetitions(self) -> None:
        """Leaves out what only says again what holds."""
        holds: dict[tuple[str, int], tuple[str, str]] = {}
        for event in self.recording.events():
            if KINDS[event.kind].name in ("workqueue_queue_work", "workqueue_execute_start"):
                holds.pop(("item", int(event.args[0])), None)
            kept = []
            for subject, index, told in self.found.get(event.seq, ()):
                if holds.get((subject, index)) != (told.cause, told.culprits) or subject == "task":
                    kept.append((subject, index, told))
                holds[subject, index] = (told.cause, told.culprits)
            if kept or event.seq in self.found:
                self.found[event.seq] = kept

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
            if worker is not None and worker.item < 0:  # else it is a softirq's, on top of the worker's own
                worker.item, worker.ended, worker.state, worker.manages = obj, -1, "R", False
                worker.counts, worker.intensive = not worker.intensive, False
            if event.args[1] == "wq_barrier_func":
                self.barrier[event.cpu] = obj
        else:
            self.executing.pop(obj, None)
            self.barrier.pop(event.cpu, None)
            worker = self.worker(event.task)
            if worker is not None and worker.item == obj:
                worker.item, worker.ended = -1, obj

    def _armed(self, timer: int) -> None:
        """A delayed work's timer starts: if it was queued, it has been taken from there, which no event tells."""
        addr = self.recording.objects[timer].addr - TIMER_OFFSET
        for obj in [obj for obj in self.waiting if self.recording.objects[obj].addr == addr]:
            del self.waiting[obj]

    def _switch(self, event: Event) -> None:
        prev, nxt = self.worker(event.task), self.worker(int(event.args[7]))
        self.current[event.cpu] = int(event.args[7])
        if prev is not None:
            state = str(event.args[3])[:1]
            prev.ended = -1
            prev.state, prev.slept_seq = ("P", -1) if state == "R" else (state, event.seq)
            if prev.item < 0:
                prev.manages = state == "D" or (prev.manages and state == "R")
                if state == "D":
                    self._managed(prev)
        if nxt is not None:
            nxt.counts = nxt.counts or nxt.state != "P"
            nxt.state, nxt.cpu = "R", event.cpu
            if nxt.item < 0 and not nxt.manages:
                for item in self.waiting.values():  # told anew, so that it can be told better if this one creates
                    if item.active and item.pool == nxt.pool:
                        item.cause, item.since = "", event.seq

    def _managed(self, manager: _Worker) -> None:
        """It sleeps as one that creates a worker: what was taken for its way to an item was that."""
        for item in self.waiting.values():
            for i, (subject, index, told) in enumerate(self.found.get(item.said, [])):
                if subject == "item" and index == item.obj and told.culprits == f"task:{manager.index}":
                    better = Told(told.seq, "NO_IDLE_WORKER", told.culprits, told.detail, -1)
                    self.found[item.said][i] = (subject, index, better)
                    item.cause = better.cause

    def _wakeup(self, event: Event) -> None:
        worker = self.worker(int(event.args[4]))
        if worker is None:
            return
        if worker.item >= 0 and worker.slept_seq >= 0:
            self._slept(worker, event)
        was, worker.state, worker.cpu, worker.slept_seq = worker.state, "W", int(event.args[3]), -1
        if was == "I" and worker.item < 0 and worker.pool[:1].isdigit():
            self._kicked(worker)

    def _kicked(self, idle: _Worker) -> None:
        """kick_pool: it needed a worker, so none of those that run counts: about to sleep, or CPU-intensive."""
        for other in self.workers.values():
            if other.pool == idle.pool and other is not idle and other.state in "RP":
                other.counts = False
                other.intensive = other.item < 0

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

    def _item_waits(self, seq: int, item: _Item, cause: str, culprits: str, detail: str = "") -> None:
        if (cause, culprits) != (item.cause, item.culprits) and (culprits or not item.culprits):
            seq = seq if item.cause else item.since  # the first thing known explains the phase from its beginning
            item.cause, item.culprits, item.said = cause, culprits, seq
            self._say(seq, "item", item.obj, cause, culprits, detail)

    def _review(self, event: Event) -> None:
        """After each event: what the waiting items wait for now."""
        ahead: dict[str, list[int]] = {}
        for obj, wq in self.executing.items():
            ahead.setdefault(wq, []).append(obj)
        for item in self.waiting.values():
            before = ahead.setdefault(item.wq, [])
            if item.active:
                self._active(event, item)
                before.append(item.obj)
            elif event.args[0] != item.obj or KINDS[event.kind].name != "workqueue_queue_work":
                if self.freezing and not before:
                    self._item_waits(event.seq, item, "FROZEN", "", f"wq={item.wq}")
                else:
                    self._item_waits(event.seq, item, "MAX_ACTIVE", ",".join(f"item:{obj}" for obj in before[:8]))

    def _active(self, event: Event, item: _Item) -> None:
        """An item on a worklist."""
        workers = [w for w in self.workers.values() if w.pool == item.pool]
        runner = next((w for w in self.workers.values() if w.item == item.obj), None)
        if runner is None and item.cause == "NOT_REENTRANT":
            return  # it is on the list of the worker that ran it, and comes next there
        if runner is not None and (runner.state not in "RP" or item.cause == "NOT_REENTRANT"):
            self._item_waits(event.seq, item, "NOT_REENTRANT", f"task:{runner.index}")
            return
        bound = item.pool[:1].isdigit()
        busy = [max(w.item, w.ended) for w in workers if max(w.item, w.ended) >= 0 and w.counts and w.state in "RP"]
        if bound and busy:
            self._item_waits(event.seq, item, "CONCURRENCY", ",".join(f"item:{obj}" for obj in busy[:4]))
            return
        for worker in workers:
            if worker.manages:
                self._item_waits(event.seq, item, "NO_IDLE_WORKER", f"task:{worker.index}")
                return
        for worker in workers:
            if worker.item < 0 and worker.state in "RPW":
                current = self.current.get(worker.cpu, -1)
                waits = worker.state != "R" and current >= 0 and self.recording.tasks[current].kind != "idle"
                cause, culprit = ("CPU_BUSY", current) if waits else ("WORKER_WAKING", worker.index)
                self._item_waits(event.seq, item, cause, f"task:{culprit}", f"cpu={worker.cpu}")
                return


def pools(recording: Recording) -> dict[tuple[str, int], str]:
    """Which pool served (workqueue, CPU or -1), from who executed what was queued."""
    queued: dict[int, tuple[str, int]] = {}
    out: dict[tuple[str, int], str] = {}
    running: dict[int, int] = {}  # by pid: the worker's own item, on top of which a softirq's may run
    for event in recording.events():
        name = KINDS[event.kind].name
        if name == "workqueue_queue_work":
            queued[int(event.args[0])] = (str(event.args[2]), int(event.args[4]))
        elif name == "workqueue_execute_start":
            row = recording.tasks[event.task]
            own = row.kind == "kworker" and row.pid not in running
            pool = pool_of_worker(row.comm) if own else f"bh{event.cpu}"
            running.setdefault(row.pid, int(event.args[0]))
            if int(event.args[0]) in queued and row.kind != "rescuer":
                out.setdefault(queued[int(event.args[0])], pool)
        elif name == "workqueue_execute_end":
            pid = recording.tasks[event.task].pid
            if running.get(pid) == int(event.args[0]):
                del running[pid]
    return out


def explained(recording: Recording) -> Recording:
    """A copy of the recording with its waits; itself if it has some already."""
    if any(values[1] == WAIT for values in recording.packed()):
        return recording
    inference = Inference(recording)
    inference.run()
    inference.without_repetitions()
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
    if copy.rows == recording.rows:  # what is open goes by the numbers of events
        copy.opens = recording.opens
    return copy
