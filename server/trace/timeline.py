"""Events into lanes, spans, waits, steps, arrows and counters, once, for page, exports, statistics and checks.

`feed()` takes the events that a recording has got since the last call; the tables in `rows` only grow, so a message is
whatever came since the last one. It derives, it does not guess: causes come from `wqp:wait` events, of the engine or,
for real traces, of `server/trace/infer.py`. Without scheduler events it shows when workers execute, not on which CPU.
"""

from __future__ import annotations

from collections.abc import Callable

from server.trace import infer
from server.trace.causes import CODES
from server.trace.events import KIND_BY_NAME, KINDS
from server.trace.lanes import Lanes, pool_of_object, pool_of_worker
from server.trace.lives import Life, Lives, Timers
from server.trace.recording import NO_LINE, Recording
from server.trace.rows import COUNTERS, HARDIRQ, IDLE, RUNNABLE, RUNNING, SOFTIRQ, Rows
from server.trace.tracks import NO_STATE, CpuTrack, TaskTrack, Told, sleeping_state

SWITCH = KIND_BY_NAME["sched_switch"]
COUNT_IDLE, COUNT_RUNNING = COUNTERS.index("idle"), COUNTERS.index("running")
_FLUSH = CODES.index("FLUSH")

Args = tuple[int, ...]
Handler = Callable[["Moment", Args], None]


class Moment:
    """Where and when an event is: what every handler needs."""

    __slots__ = ("seq", "t_ns", "cpu", "task", "line")

    def __init__(self, seq: int, t_ns: int, cpu: int, task: int, line: int) -> None:
        self.seq, self.t_ns, self.cpu, self.task, self.line = seq, t_ns, cpu, task, line


class Timeline:
    """The timeline of one recording."""

    def __init__(self, recording: Recording, whole: Recording | None = None) -> None:
        """`recording` may still grow. For a real trace, `whole` is all of it: what it tells late is known at once."""
        whole = whole or recording
        self.recording = recording
        self.rows = Rows()
        self.lanes = Lanes(self.rows)
        self.lives = Lives(recording, self.rows, self.lanes)
        self.timers = Timers(recording, self.rows, self.lanes)
        self.lives.explainer.doing = self._item_of
        self.fed = 0
        self.t_ns = 0
        self.has_sched = True  # a simulation always records the scheduler
        if whole.header.producer != "simulator":
            self.has_sched = any(values[1] == SWITCH for values in whole.packed())
            self.lives.pool_of_wq.update(infer.pools(whole))
        self.tasks: dict[int, TaskTrack] = {}  # by pid; idle tasks by -1 - CPU
        self.cpus: dict[int, CpuTrack] = {}
        self.halves: dict[int, TaskTrack] = {}  # BH work, by CPU
        self.locks: dict[int, tuple[int, set[int]]] = {}  # by object: holder's task index or -1, waiting tasks
        self.handlers = self._handlers()

    def _handlers(self) -> list[Handler | None]:
        by_name: dict[str, Handler] = {
            "workqueue_queue_work": self._queue,
            "workqueue_activate_work": self._activate,
            "workqueue_execute_start": self._start,
            "workqueue_execute_end": self._end,
            "sched_kthread_work_queue_work": self._kthread_queue,
            "sched_kthread_work_execute_start": lambda m, a: self._starts(self.track(m.task, m.cpu), m, a[0]),
            "sched_kthread_work_execute_end": lambda m, a: self._ends(self.track(m.task, m.cpu), m, a[0]),
            "sched_switch": self._switch,
            "sched_wakeup": self._wakeup,
            "sched_wakeup_new": self._wakeup,
            "sched_process_exit": self._exit,
            "timer_start": self._timer_start,
            "hrtimer_start": self._timer_start,
            "timer_expire_entry": self._timer_stop,
            "hrtimer_expire_entry": self._timer_stop,
            "timer_cancel": self._timer_cancel,
            "hrtimer_cancel": self._timer_cancel,
            "irq_handler_entry": lambda m, a: self._frame(m, HARDIRQ, True),
            "irq_handler_exit": lambda m, a: self._frame(m, HARDIRQ, False),
            "local_timer_entry": lambda m, a: self._frame(m, HARDIRQ, True),
            "local_timer_exit": lambda m, a: self._frame(m, HARDIRQ, False),
            "softirq_entry": lambda m, a: self._frame(m, SOFTIRQ, True),
            "softirq_exit": lambda m, a: self._frame(m, SOFTIRQ, False),
            "wqp:wait": self._wait,
            "wqp:lock": self._lock,
            "wqp:worker": self._worker,
            "wqp:store": self._store,
            "wqp:depth": self._depth,
            "wqp:cancelled": self._cancelled,
        }
        handlers: list[Handler | None] = [None] * len(KINDS)
        for name, handler in by_name.items():
            handlers[KIND_BY_NAME[name]] = handler
        return handlers

    def feed(self, last: int | None = None) -> None:
        """Takes in the events up to, without, number `last` (all that there are)."""
        handlers, undecided = self.handlers, self.lives.undecided
        keeps_undecided = frozenset(KIND_BY_NAME[n] for n in ("workqueue_activate_work", "wqp:wait", "wqp:depth"))
        cpus, has_sched = self.cpus, self.has_sched
        for values in self.recording.packed(self.fed, last):
            t_ns, kind, cpu, line, task = values[:5]
            seq = self.fed
            self.fed = seq + 1
            self.t_ns = t_ns
            if cpu in undecided and kind not in keeps_undecided:
                self.lives.settle(cpu, seq)
            handler = handlers[kind]
            here = cpus.get(cpu)
            elsewhere = has_sched and (here is None or here.current is None or here.current.row != task)
            if handler is None and not elsewhere:
                continue
            moment = Moment(seq, t_ns, cpu, task, -1 if line == NO_LINE else line)
            if elsewhere:
                self._runs_here(moment)
            if handler is not None:
                handler(moment, values[5:])

    # -- tasks and CPUs

    def track(self, index: int, cpu: int) -> TaskTrack:
        """The track of a task, by its index in the task table."""
        row = self.recording.tasks[index]
        key = row.pid if row.kind != "idle" else -1 - cpu
        track = self.tasks.get(key)
        if track is None:
            track = self.tasks[key] = TaskTrack(self.rows, row.pid, index, row.kind)
            if track.is_worker:
                track.pool = pool_of_worker(row.comm)
        elif index > track.row:
            track.row = index
            if track.lane >= 0 and track.command_row < 0 and track.kind != "session":
                self.lanes.change(track.lane, row.comm)
        return track

    def _item_of(self, index: int) -> int:
        """The item that a task executes, or -1."""
        track = self.tasks.get(self.recording.tasks[index].pid)
        return track.doing if track is not None else -1

    def _needs_lane(self, track: TaskTrack) -> None:
        """Gives a task that does something its lane; a rescuer only when it rescues."""
        if track.lane >= 0 or track.kind in ("idle", "action") or (track.kind == "rescuer" and track.doing < 0):
            return  # an action's commands are tasks of their own
        row = self.recording.tasks[track.row]
        if track.is_worker:
            track.lane = self.lanes.worker(row, track.pool)
        elif track.kind == "command":
            track.lane, track.command_row = self.lanes.take_command()
        else:
            track.lane = self.lanes.task(row)

    def cpu_track(self, cpu: int) -> CpuTrack:
        """The track of a CPU."""
        if cpu not in self.cpus:
            self.cpus[cpu] = CpuTrack(self.rows, self.lanes.cpu(cpu), cpu)
        return self.cpus[cpu]

    def _runs_here(self, m: Moment) -> None:
        """The event's task runs on the event's CPU, even where no switch told so."""
        cpu = self.cpus.get(m.cpu) or self.cpu_track(m.cpu)
        current = cpu.current
        if current is not None and current.row == m.task:
            return
        task = self.track(m.task, m.cpu)
        if task is not current:
            if current is not None and current.kind != "idle":
                self._set(current, m, NO_STATE)
            self._on_cpu(cpu, task, m)

    def _on_cpu(self, cpu: CpuTrack, task: TaskTrack, m: Moment) -> None:
        cpu.current, task.cpu, task.told = task, cpu.cpu, None
        self._set(task, m, RUNNING if task.kind != "idle" else NO_STATE)
        cpu.refresh(m.t_ns, m.seq, m.line, IDLE)
        if task.woke_seq >= 0:
            kind, source = ("handed_over", task.handed_seq) if task.handed_seq >= 0 else ("woke", task.woke_seq)
            self.rows.arrow(kind, source, m.seq, (cpu.lane, task.lane), task.doing)
            task.woke_seq = task.handed_seq = -1

    def _set(self, task: TaskTrack, m: Moment, state: int) -> None:
        """A task changes state: its span, and the wait that explains it."""
        self._needs_lane(task)
        if task.wait >= 0:
            self._close_wait(task, m)
        task.show(m.t_ns, m.seq, state, task.doing, task.row, m.line)
        if state in (NO_STATE, RUNNING, IDLE):
            return
        if task.told is not None:
            self._open_wait(task, m, task.told, self.lives.explainer.basis)
        elif task.doing >= 0 or state == RUNNABLE:
            self._open_wait(task, m, self._suggested(task, m, state), 1)

    def _suggested(self, task: TaskTrack, m: Moment, state: int) -> Told:
        if state != RUNNABLE:
            return Told(m.seq, "UNKNOWN", "", "", m.line)
        cpu = self.cpus.get(task.cpu)
        if cpu is None or cpu.current is None or cpu.current.kind == "idle" or cpu.current is task:
            return Told(m.seq, "WORKER_WAKING", f"task:{task.row}", f"cpu={task.cpu}", m.line)
        return Told(m.seq, "CPU_BUSY", f"task:{cpu.current.row}", f"cpu={task.cpu}", m.line)

    def _open_wait(self, task: TaskTrack, m: Moment, told: Told, basis: int) -> None:
        waits = self.rows.waits
        task.wait = waits.add(task.doing, task.row, m.t_ns, m.seq, told.line, task.span)
        self._explain(task, told, basis)

    def _explain(self, task: TaskTrack, told: Told, basis: int) -> None:
        wq = self.lives.by_item[task.doing].wq if task.doing >= 0 else ""
        self.lives.explainer.explain(task.wait, told, basis, wq, "")

    def _close_wait(self, task: TaskTrack, m: Moment) -> None:
        waits = self.rows.waits
        if waits.cause[task.wait] == _FLUSH and task.woke_seq >= 0:
            source = waits.seq[task.wait]
            self.rows.arrow("flushed", source, task.woke_seq, (task.lane, task.lane), task.doing)
        waits.close(task.wait, m.t_ns)
        task.wait = -1

    # -- scheduler

    def _switch(self, m: Moment, a: Args) -> None:
        cpu = self.cpu_track(m.cpu)
        prev = self.track(m.task, m.cpu)
        state = self.recording.strings[a[3]]
        if prev.kind != "idle":
            if state.startswith("R"):
                self._set(prev, m, RUNNABLE)
            elif state.startswith(("X", "Z")):
                self._set(prev, m, NO_STATE)
                self._gone(prev)
            elif prev.doing < 0 and prev.is_worker and (state == "I" or prev.told is None):
                self._set(prev, m, IDLE)
            else:
                self._set(prev, m, sleeping_state(prev.told.cause if prev.told else ""))
        self._on_cpu(cpu, self.track(a[7], m.cpu), m)

    def _wakeup(self, m: Moment, a: Args) -> None:
        task = self.track(a[4], a[3])
        if task.state == RUNNING or task.state == RUNNABLE or task.kind == "idle":
            return  # it was about to sleep, or is on its way already
        task.woke_seq, task.cpu, task.told = m.seq, a[3], None
        self._set(task, m, RUNNABLE)

    def _exit(self, m: Moment, a: Args) -> None:
        self._set(self.track(m.task, m.cpu), m, RUNNING)

    def _gone(self, task: TaskTrack) -> None:
        if task.command_row >= 0:
            self.lanes.commands.give_back(task.command_row)
            task.command_row = task.lane = -1

    def _frame(self, m: Moment, state: int, enters: bool) -> None:
        cpu = self.cpu_track(m.cpu)
        if enters:
            cpu.enter(state)
        else:
            cpu.leave(state)
        cpu.refresh(m.t_ns, m.seq, m.line, IDLE)

    # -- items

    def _lane_here(self, m: Moment) -> int:
        track = self.track(m.task, m.cpu)
        return track.lane if track.lane >= 0 else self.cpus[m.cpu].lane if m.cpu in self.cpus else -1

    def _queue(self, m: Moment, a: Args) -> None:
        wq = (a[2], self.recording.strings[a[2]], a[4])
        self.lives.queued(a[0], m.t_ns, m.seq, m.cpu, wq, self._lane_here(m), m.line)

    def _kthread_queue(self, m: Moment, a: Args) -> None:
        lane = self._lane_here(m)
        self.lives.queued(a[0], m.t_ns, m.seq, m.cpu, (-1, "kthread_worker", -1), lane, m.line)
        self.lives.activated(a[0], m.t_ns, m.seq)

    def _activate(self, m: Moment, a: Args) -> None:
        self.lives.activated(a[0], m.t_ns, m.seq)

    def _executor(self, m: Moment) -> TaskTrack:
        """Who executes items in the event's context: its worker, or for BH work the CPU's softirq."""
        task = self.track(m.task, m.cpu)
        if task.is_worker:
            return task
        if m.cpu not in self.halves:
            half = self.halves[m.cpu] = TaskTrack(self.rows, -1, m.task, "softirq")
            half.pool, half.lane = f"bh{m.cpu}", self.lanes.bottom_half(m.cpu)
        self.halves[m.cpu].row = m.task
        return self.halves[m.cpu]

    def _start(self, m: Moment, a: Args) -> None:
        self._starts(self._executor(m), m, a[0])

    def _end(self, m: Moment, a: Args) -> None:
        self._ends(self._executor(m), m, a[0])

    def _starts(self, worker: TaskTrack, m: Moment, obj: int) -> None:
        if worker.doing >= 0:
            self._over(worker, m)
        self._begin(worker, m, obj)
        self._doing(worker, m, RUNNING)

    def _begin(self, worker: TaskTrack, m: Moment, obj: int) -> Life:
        worker.doing = self.lives.waiting_life(obj).item  # a rescuer gets its lane now
        self._needs_lane(worker)
        return self.lives.started(obj, m.t_ns, m.seq, worker.pool, worker.lane)

    def _doing(self, worker: TaskTrack, m: Moment, state: int) -> None:
        """The worker takes up or lays down an item while it runs."""
        worker.show(m.t_ns, m.seq, state, worker.doing, worker.row, m.line)
        cpu = self.cpus.get(m.cpu)
        if cpu is not None:
            if worker.kind == "softirq":
                cpu.bottom_half(worker.doing)
            cpu.refresh(m.t_ns, m.seq, m.line, IDLE)

    def _ends(self, worker: TaskTrack, m: Moment, obj: int) -> None:
        if worker.doing < 0 or self.lives.by_item[worker.doing].obj != obj:  # the trace lacks its start
            if worker.doing >= 0:
                self._over(worker, m)
            self._begin(worker, m, obj)
        self._over(worker, m)
        keeps_running = self.has_sched and worker.kind != "softirq"
        self._doing(worker, m, RUNNING if keeps_running else NO_STATE)

    def _over(self, worker: TaskTrack, m: Moment) -> None:
        self.lives.ended(self.lives.by_item[worker.doing], m.seq)
        worker.doing = -1

    def _cancelled(self, m: Moment, a: Args) -> None:
        self.lives.cancelled(a[0], m.t_ns, m.seq, self.recording.strings[a[2]], self.timers.lane_of_work(a[0]))

    # -- timers

    def _timer_start(self, m: Moment, a: Args) -> None:
        work, item = self.timers.work_of(a[0]), -1
        if work >= 0:
            item = self.lives.armed(work, m.t_ns, m.seq, m.line).item
        self.timers.start(a[0], self.recording.strings[a[1]], m.t_ns, m.seq, item, m.task, m.line)

    def _timer_stop(self, m: Moment, a: Args) -> None:
        self.timers.stop(a[0], m.t_ns, m.seq)

    def _timer_cancel(self, m: Moment, a: Args) -> None:
        self.timers.stop(a[0], m.t_ns, m.seq)

    # -- our own events

    def _wait(self, m: Moment, a: Args) -> None:
        strings = self.recording.strings
        told = Told(m.seq, strings[a[2]], strings[a[3]], strings[a[4]], m.line)
        if strings[a[0]] == "item":
            self.lives.told(a[1], m.t_ns, told)
            return
        task = self.track(a[1], m.cpu)
        if not told.cause:
            task.told = None
        elif task.state in (RUNNING, NO_STATE):
            task.told = told
        elif task.wait >= 0 and self.rows.waits.fresh(task.wait, m.t_ns):
            self._explain(task, told, self.lives.explainer.basis)
        else:
            if task.wait >= 0:
                self._close_wait(task, m)
            self._open_wait(task, m, told, self.lives.explainer.basis)

    def _lock(self, m: Moment, a: Args) -> None:
        op, lock, holder = self.recording.strings[a[0]], a[1], a[2]
        _, waiting = self.locks.get(lock, (-1, set()))
        if op == "contended":
            waiting.add(m.task)
        elif op == "released":
            holder = -1
        else:
            holder = m.task if holder < 0 else holder
            waiting.discard(holder)
            if op == "handed_over":
                self.track(holder, m.cpu).handed_seq = m.seq
        self.locks[lock] = (holder, waiting)
        text = "free" if holder < 0 else f"held by {self.recording.tasks[holder].comm}"
        if waiting:
            text += f", {len(waiting)} wait" + ("s" if len(waiting) == 1 else "")
        self.rows.value("lock", m.seq, self.recording.objects[lock].name, text)

    def _worker(self, m: Moment, a: Args) -> None:
        if a[1] < 0:
            return
        row = self.recording.objects[a[1]]
        key = pool_of_object(row)
        self.lanes.pool_objects.setdefault(key, row)
        lane = self.lanes.pool(key)
        self.rows.counters.add(lane, COUNT_RUNNING, m.t_ns, a[2])
        self.rows.counters.add(lane, COUNT_IDLE, m.t_ns, a[3])

    def _store(self, m: Moment, a: Args) -> None:
        self.rows.value("variable", m.seq, self.recording.strings[a[0]], self.recording.strings[a[1]])

    def _depth(self, m: Moment, a: Args) -> None:
        if a[1] >= 0:
            self.lives.depth(m.t_ns, m.seq, m.cpu, self.recording.strings[a[0]], a[1], a[4])
