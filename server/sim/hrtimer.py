"""High-resolution timers (kernel/time/hrtimer.c): per CPU, in order of expiry, called in hard interrupt context.

The interrupt is programmed for the hard expiry; a timer whose soft expiry has passed goes with any earlier timer
interrupt of its CPU. Equal expiries: in the order of arming. HRTIMER_MODE_SOFT timers run in the HRTIMER softirq.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from server.sim.engine import HARDIRQ, Engine, Entry
from server.sim.machine import Cpu, Gen, Task
from server.trace.events import KIND_BY_NAME

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

START = KIND_BY_NAME["hrtimer_start"]
ENTRY = KIND_BY_NAME["hrtimer_expire_entry"]
EXIT = KIND_BY_NAME["hrtimer_expire_exit"]
CANCEL = KIND_BY_NAME["hrtimer_cancel"]
HRTIMER_SOFTIRQ = 8
# enum hrtimer_mode
MODE_REL, MODE_PINNED, MODE_SOFT, MODE_HARD = 1, 2, 4, 8
NORESTART, RESTART = 0, 1
EINTR = 4
SLACK_NS = 50_000  # current->timer_slack_ns of an ordinary task
KTIME_MAX = (1 << 63) - 1
# struct hrtimer: timerqueue_node { rb_node 24 bytes, expires }, _softexpires, function, base, state (1: enqueued)
OFF_EXPIRES, OFF_SOFT, OFF_FUNCTION, OFF_STATE = 24, 32, 40, 56

Callback = Callable[["Hrtimer"], "Gen | int | None"]


class Hrtimer:
    """An hrtimer. `fn` is the simulator's own function; None: it is C, found in memory. Its answer RESTART goes on."""

    __slots__ = ("addr", "fn", "name", "obj", "expires", "soft", "seq", "queued", "running", "cpu", "mode", "clock")

    def __init__(self, addr: int, fn: Callback | None, name: str, obj: int) -> None:
        self.addr = addr
        self.fn = fn
        self.name = name
        self.obj = obj
        self.expires = 0
        self.soft = 0
        self.seq = 0
        self.queued = False
        self.running = False
        self.cpu = 0
        self.mode = 0
        self.clock = 1  # CLOCK_MONOTONIC

    @property
    def key(self) -> tuple[int, int]:
        """Order of expiry."""
        return (self.expires, self.seq)


class Hrtimers:
    """The hrtimers of all CPUs. Times in ns since boot, which is CLOCK_MONOTONIC."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self._queues: list[list[Hrtimer]] = [[] for _ in k.cpus]
        self._soft_due: list[list[Hrtimer]] = [[] for _ in k.cpus]
        self._events: list[Entry | None] = [None for _ in k.cpus]
        self._timers: dict[int, Hrtimer] = {}
        self._sleepers: dict[int, Hrtimer] = {}  # by pid: a task's own on-stack timer
        self._seq = 0
        k.timers.on_tick.append(self._tick)

    # ---- the queue -----------------------------------------------------------------------------

    def start(self, timer: Hrtimer, soft: int, delta_ns: int = 0) -> None:
        """hrtimer_start_range_ns: expires between `soft` and `soft + delta_ns`; on this CPU."""
        k = self.k
        if timer.queued:
            self._remove(timer)
        timer.soft = max(soft, 0)
        timer.expires = min(timer.soft + max(delta_ns, 0), KTIME_MAX)
        if not timer.running:
            timer.cpu = k.cpu.id if k.cpu.online else 0
        mode = ("REL" if timer.mode & MODE_REL else "ABS") + ("|PINNED" if timer.mode & MODE_PINNED else "")
        mode += "|SOFT" if timer.mode & MODE_SOFT else "|HARD" if timer.mode & MODE_HARD else ""
        k.emit(START, timer.obj, timer.name, timer.expires, timer.soft, mode)
        self._insert(timer)

    def _insert(self, timer: Hrtimer) -> None:
        self._seq += 1
        timer.seq = self._seq
        self._set_queued(timer, True)
        insort(self._queues[timer.cpu], timer, key=lambda t: t.key)
        self._program(self.k.cpus[timer.cpu])

    def _remove(self, timer: Hrtimer) -> None:
        self._set_queued(timer, False)
        self._queues[timer.cpu].remove(timer)

    def _set_queued(self, timer: Hrtimer, queued: bool) -> None:
        timer.queued = queued
        if timer.addr:
            self.k.poke(timer.addr + OFF_STATE, 1, queued)

    def cancel(self, timer: Hrtimer) -> bool:
        """hrtimer_try_to_cancel, of one that does not run: whether it was queued."""
        if not timer.queued:
            return False
        self._remove(timer)
        self.k.emit(CANCEL, timer.obj)
        self._program(self.k.cpus[timer.cpu])
        return True

    def _program(self, cpu: Cpu) -> None:
        """Sets the CPU's clock event device to the first hard expiry."""
        queue = self._queues[cpu.id]
        event = self._events[cpu.id]
        at = max(queue[0].expires, self.k.engine.time) if queue else -1
        if event is not None and event[4] is not None:
            if event[0] == at:
                return
            Engine.cancel(event)
        self._events[cpu.id] = None
        if queue and at < KTIME_MAX:
            self._events[cpu.id] = self.k.engine.at(at, HARDIRQ, cpu.id, lambda: self._interrupt(cpu))

    def _interrupt(self, cpu: Cpu) -> None:
        self._events[cpu.id] = None
        self.k.exec.interrupt(cpu, lambda: self._run(cpu, self.k.cost("irq")))

    def _tick(self, cpu: Cpu) -> None:
        """The tick is a timer interrupt too: what has reached its soft expiry goes with it."""
        now = self.k.cx.now
        if any(t.soft <= now for t in self._queues[cpu.id]):
            self.k.exec.interrupt(cpu, lambda: self._run(cpu, 0))

    def _run(self, cpu: Cpu, cost: int) -> Gen:
        """hrtimer_interrupt: calls what is due, by expiry, until the first timer whose soft expiry lies ahead."""
        k = self.k
        k.cx.now += cost
        queue = self._queues[cpu.id]
        while queue and queue[0].soft <= k.cx.now:
            timer = queue[0]
            self._remove(timer)
            if timer.mode & MODE_SOFT:
                self._soft_due[cpu.id].append(timer)
                k.softirq.raise_softirq(HRTIMER_SOFTIRQ)
            else:
                yield from self._expire(timer)
        self._program(cpu)

    def run_softirq(self, cpu: Cpu) -> Gen:
        """hrtimer_run_softirq: the soft timers that are due."""
        due = self._soft_due[cpu.id]
        while due:
            yield from self._expire(due.pop(0))

    def _expire(self, timer: Hrtimer) -> Gen:
        k = self.k
        if k.cx.now >= k.cx.horizon:
            yield None
        timer.running = True
        k.emit(ENTRY, timer.obj, timer.name, k.cx.now)
        k.charge("timer_callback")
        if timer.fn is None:
            answer: Any = yield from k.ccall(k.peek(timer.addr + OFF_FUNCTION, 8), timer.addr)
        else:
            answer = timer.fn(timer)
            if isinstance(answer, Generator):
                answer = yield from answer
        timer.running = False
        k.emit(EXIT, timer.obj)
        if answer == RESTART and not timer.queued:
            if timer.addr:
                self._read_expiry(timer)
            self._insert(timer)

    # ---- sleeping ------------------------------------------------------------------------------

    def sleep(self, ns: int, state: str = "S", slack_ns: int = SLACK_NS, words: str = "") -> Generator[Any, Any, int]:
        """Sleeps at least `ns`, at most `slack_ns` more plus the wake-up; ns left where something else woke the task.

        nanosleep of user space as it stands; usleep_range(min, max) with the difference as slack and state D.
        """
        k = self.k
        if ns <= 0:
            yield from k.sched.might_resched()
            return 0
        left = yield from self.schedule_until(k.cx.now + ns, slack_ns, state, words)
        return left

    def usleep_range(self, min_us: int, max_us: int, state: str = "D") -> Gen:
        """usleep_range_state: goes back to sleep until `min_us` have passed."""
        until = self.k.cx.now + min_us * 1000
        slack = max(max_us - min_us, 0) * 1000
        words = f"call=usleep_range({min_us},{max_us}) line={self.k.cx.line}"
        while (yield from self.schedule_until(until, slack, state, words)):
            if state == "S" and self.k.current.pending_signal:
                return

    def schedule_until(self, until: int, slack_ns: int, state: str, words: str = "") -> Generator[Any, Any, int]:
        """schedule_hrtimeout_range, absolute: ns left of the time, 0 if it expired."""
        k = self.k
        task = k.current
        timer = self._sleeper(task)
        timer.mode = 0 if words else MODE_REL
        self.start(timer, until, slack_ns)
        task.state = state
        yield from k.sched.schedule("TIMER", f"timer:{timer.obj}", f"until_ns={until} {words}".rstrip())
        expired = not timer.queued
        self.cancel(timer)
        return 0 if expired else max(until - k.cx.now, 1)

    def schedule_hrtimeout(self, time: int, relative: int, delta_ns: int = 0) -> Generator[Any, Any, int]:
        """schedule_hrtimeout_range of C, in the state that was set: 0 expired, -EINTR; a negative time: for ever."""
        k = self.k
        state = k.current.state
        words = f"line={k.cx.line}"
        if state == "R":
            yield from k.sched.might_resched()
            return 0
        if time < 0:
            yield from k.sched.block(state, "CONDITION", "", words)
            return -EINTR
        until = time + k.cx.now if relative else time
        if until <= k.cx.now:
            k.current.state = "R"
            return 0
        left = yield from self.schedule_until(until, delta_ns, state, words)
        return -EINTR if left else 0

    def _sleeper(self, task: Task) -> Hrtimer:
        timer = self._sleepers.get(task.pid)
        if timer is None:
            k = self.k

            def hrtimer_wakeup(_: Hrtimer) -> int:
                k.sched.wake_up(task)
                return NORESTART

            obj = k.obj("hrtimer", task.stack - 0x100, f"{task.comm}'s sleep", "hrtimer_wakeup")
            timer = self._sleepers[task.pid] = Hrtimer(0, hrtimer_wakeup, "hrtimer_wakeup", obj)
        return timer

    # ---- C's timers ----------------------------------------------------------------------------

    def hrtimer_init(self, addr: int, clock: int = 1, mode: int = 0) -> None:
        """hrtimer_init: not queued; the function is set by C afterwards."""
        self.k.mem.load(addr, 1)
        old = self._timers.pop(addr, None)
        if old is not None and old.queued:
            self.k.check("active-object", f"hrtimer_init of {old.name}'s hrtimer, which is still queued")
            self.cancel(old)
        timer = Hrtimer(addr, None, "", -1)
        timer.clock, timer.mode = clock, mode
        self._timers[addr] = timer

    def _timer(self, addr: int) -> Hrtimer:
        k = self.k
        k.mem.load(addr, 8)
        timer = self._timers.get(addr)
        if timer is None:
            timer = self._timers[addr] = Hrtimer(addr, None, "", -1)
        name = k.function_name(k.peek(addr + OFF_FUNCTION, 8))
        if timer.obj < 0:
            timer.name = name
            timer.obj = k.obj("hrtimer", addr, k.object_name(addr, name), name)
        timer.name = name
        return timer

    def _read_expiry(self, timer: Hrtimer) -> None:
        """What hrtimer_forward() and C's own stores made of the expiry."""
        soft = self.k.peek(timer.addr + OFF_SOFT, 8)
        timer.expires = max(self.k.peek(timer.addr + OFF_EXPIRES, 8), soft)
        timer.soft = soft

    def _write_expiry(self, timer: Hrtimer) -> None:
        self.k.poke(timer.addr + OFF_EXPIRES, 8, timer.expires)
        self.k.poke(timer.addr + OFF_SOFT, 8, timer.soft)

    def hrtimer_start(self, addr: int, time: int, delta_ns: int, mode: int) -> None:
        """hrtimer_start_range_ns; `time` is relative if the mode says so."""
        timer = self._timer(addr)
        timer.mode = mode
        self.k.charge("call")
        base = self.k.cx.now if mode & MODE_REL else 0
        self.start(timer, max(time, 0) + base, delta_ns)
        self._write_expiry(timer)

    def hrtimer_try_to_cancel(self, addr: int) -> int:
        """hrtimer_try_to_cancel: 1 it was queued, 0 it was not, -1 its callback runs now."""
        timer = self._timer(addr)
        self.k.charge("call")
        if timer.running:
            return -1
        return int(self.cancel(timer))

    def hrtimer_cancel(self, addr: int) -> Generator[Any, Any, int]:
        """hrtimer_cancel: waits, busily, for a running callback, and keeps it from restarting."""
        while (got := self.hrtimer_try_to_cancel(addr)) < 0:
            yield from self.k.relax()
        return got

    def hrtimer_active(self, addr: int) -> bool:
        """hrtimer_active: queued, or its callback runs."""
        timer = self._timer(addr)
        return timer.queued or timer.running

    def hrtimer_is_queued(self, addr: int) -> bool:
        """hrtimer_is_queued."""
        return self._timer(addr).queued

    def hrtimer_callback_running(self, addr: int) -> bool:
        """hrtimer_callback_running."""
        return self._timer(addr).running

    def move(self, source: Cpu, target: Cpu) -> None:
        """migrate_hrtimer_list: the queue of a CPU that goes off line moves to another one."""
        for timer in self._queues[source.id]:
            timer.cpu = target.id
            insort(self._queues[target.id], timer, key=lambda t: t.key)
        self._queues[source.id].clear()
        self._program(source)
        self._program(target)
