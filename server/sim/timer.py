"""The tick and the timer wheel (kernel/time/timer.c, tick-sched.c): jiffies, bases, bucket rounding, LIFO buckets.

A timer goes into the bucket that its level gives, `(expires // g + 1) * g` with g = 8**level jiffies, and fires with
that jiffy, last armed first. Each CPU has a base for pinned timers, one for the others, one for deferrable ones.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from server.sim.cmodule.faults import Fault
from server.sim.engine import HARDIRQ, NEVER, Engine
from server.sim.machine import Cpu, Gen, Task
from server.trace.events import KIND_BY_NAME

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

LOCAL, GLOBAL, DEFERRABLE = 0, 1, 2  # BASE_LOCAL, BASE_GLOBAL, BASE_DEF
LEVEL_LIMITS = tuple(63 << (3 * level) for level in range(9))  # LVL_START(level + 1)
TIMER_SOFTIRQ = 1
# what else a machine does (vmstat) wakes an idle CPU about so often: deferrable timers run then
OFF_PPREV = 8  # struct timer_list: entry.pprev, which timer_pending() reads
PENDING_MARK = 0xDEAD000000000122
NOISE_NS = 1_000_000_000
MAX_JIFFY_OFFSET = (1 << 62) - 1
TIMER_START = KIND_BY_NAME["timer_start"]
TIMER_ENTRY = KIND_BY_NAME["timer_expire_entry"]
TIMER_EXIT = KIND_BY_NAME["timer_expire_exit"]
TIMER_CANCEL = KIND_BY_NAME["timer_cancel"]
# as timer_start prints them, by deferrable, pinned, irqsafe
FLAGS = {
    (False, False, False): "", (False, False, True): "I", (False, True, False): "P", (False, True, True): "P|I",
    (True, False, False): "D", (True, False, True): "D|I", (True, True, False): "D", (True, True, True): "D|I",
}  # fmt: skip

Callback = Callable[["Timer"], Gen | None]


class Timer:
    """A timer_list. `fn` is called with the timer: a plain function, or one that returns a generator (C code)."""

    __slots__ = ("fn", "name", "obj", "expires", "bucket", "level", "base", "seq", "pending", "pinned", "deferrable",
                 "irqsafe", "data", "running_cpu", "cpu", "shutdown", "armed_by", "addr")  # fmt: skip

    def __init__(
        self,
        fn: Callback,
        name: str,
        obj: int,
        *,
        pinned: bool = False,
        deferrable: bool = False,
        irqsafe: bool = False,
        data: Any = None,
    ) -> None:
        self.fn = fn
        self.name = name
        self.obj = obj
        self.expires = 0
        self.bucket = 0
        self.level = 0
        self.base: Base | None = None
        self.seq = 0
        self.pending = False
        self.pinned = pinned
        self.deferrable = deferrable
        self.irqsafe = irqsafe
        self.data = data
        self.running_cpu = -1
        self.cpu = 0
        self.shutdown = False
        self.armed_by = -1
        self.addr = 0  # of the timer_list in C's memory, if there is one


class Base:
    """One wheel of a CPU: buckets by expiry jiffy; `due` is a heap of the jiffies that have one."""

    __slots__ = ("cpu", "kind", "buckets", "due", "clk_bias", "lost")

    def __init__(self, cpu: int, kind: int) -> None:
        self.cpu = cpu
        self.kind = kind
        self.buckets: dict[int, list[Timer]] = {}
        self.due: list[int] = []
        self.lost: list[int] = []  # buckets that were filled while the CPU was off line: see forget()
        self.clk_bias = 0  # 1 while its timers expire: the clock already stands at the next jiffy

    def next_due(self) -> int | None:
        """The first jiffy with a pending timer."""
        while self.due and not self.buckets.get(self.due[0]):
            self.buckets.pop(heappop(self.due), None)
        return self.due[0] if self.due else None

    def forget(self) -> None:
        """timers_prepare_cpu: the CPU comes on line, and its clock stands at now. What was armed on it meanwhile stays
        in its bucket, but nobody looks for it until another timer is put on the wheel.
        """
        self.lost = sorted(bucket for bucket, timers in self.buckets.items() if timers)
        self.due.clear()

    def find(self, after: int) -> None:
        """A timer is put into bucket `after`: whoever looks for the next one behind it finds the lost ones, too, where
        the wheel comes by their place again.
        """
        lost, self.lost = self.lost, []
        for bucket in lost:
            for timer in self.buckets.pop(bucket, []):
                turn = 64 << 3 * timer.level
                timer.bucket = after + 1 + (bucket - after - 1) % turn
                if timer.bucket not in self.buckets:
                    self.buckets[timer.bucket] = []
                    heappush(self.due, timer.bucket)
                self.buckets[timer.bucket].append(timer)


def wheel_bucket(expires: int, clk: int) -> tuple[int, int]:
    """The jiffy at which a timer for `expires` fires, and its level (calc_wheel_index, law L50)."""
    delta = expires - clk
    if delta < 0:
        return clk, 0
    if delta < LEVEL_LIMITS[0]:
        return expires + 1, 0
    level = next((i for i, limit in enumerate(LEVEL_LIMITS) if delta < limit), 9)
    if level == 9:
        level = 8
        expires = clk + LEVEL_LIMITS[8] - 1
    shift = 3 * level
    return ((expires >> shift) + 1) << shift, level


class Timers:
    """All wheels and ticks of the machine."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.tick_ns = k.profile.tick_ns
        self.origin_jiffies = k.profile.initial_jiffies
        self.bases = [[Base(c.id, kind) for kind in (LOCAL, GLOBAL, DEFERRABLE)] for c in k.cpus]
        self._seq = 0
        self.by_addr: dict[int, Timer] = {}  # timers of C
        self.on_tick: list[Callable[[Cpu], None]] = []  # workqueue's and the watchdogs' hooks
        self.groups = [[c for c in k.cpus if c.id // 8 == g] for g in range(len(k.cpus) // 8 + 1)]  # of the migrators
        self._ticks = {c.id: self._ticker(c) for c in k.cpus}

    # ---- jiffies -------------------------------------------------------------------------------

    @property
    def jiffies(self) -> int:
        """The jiffy counter at local time."""
        return self.origin_jiffies + self.k.cx.now // self.tick_ns

    def time_of(self, jiffies: int) -> int:
        """When a jiffy begins, ns since boot."""
        return (jiffies - self.origin_jiffies) * self.tick_ns

    def msecs_to_jiffies(self, ms: int) -> int:
        """Rounded up; negative means for ever."""
        if ms >= 1 << 31:
            return MAX_JIFFY_OFFSET
        return -(-ms * self.k.profile.hz // 1000)

    # ---- arming --------------------------------------------------------------------------------

    def mod(self, timer: Timer, expires: int, cpu: int | None = None) -> bool:
        """mod_timer, or add_timer_on if `cpu` is given; whether it was pending. A shut-down timer stays off."""
        k = self.k
        if timer.shutdown:
            return False
        was = timer.pending
        target = cpu if cpu is not None else k.cpu.id
        if cpu is not None:
            timer.pinned = True  # add_timer_on() sets TIMER_PINNED; only add_timer_global() takes it back
        pinned = timer.pinned
        kind = DEFERRABLE if timer.deferrable else LOCAL if pinned else GLOBAL
        base = self.bases[target][kind]
        if timer.running_cpu >= 0 and timer.base is not None:
            base = timer.base  # stays where its callback runs
        jiffies = self.origin_jiffies + k.cx.now // self.tick_ns
        clk = jiffies + base.clk_bias
        bucket, level = wheel_bucket(expires, clk)
        if was and timer.base is base and timer.bucket == bucket:
            timer.expires = expires
            return True
        if was:
            self._detach(timer)
        self._seq += 1
        timer.expires, timer.bucket, timer.level, timer.base, timer.seq = expires, bucket, level, base, self._seq
        timer.pending, timer.cpu = True, base.cpu
        timer.armed_by = k.current.index
        timers = base.buckets.get(bucket)
        if timers is None:
            timers = base.buckets[bucket] = []
            heappush(base.due, bucket)
        timers.append(timer)
        if base.lost and k.cpus[base.cpu].online:
            base.find(bucket)
        flags = FLAGS[timer.deferrable, pinned, timer.irqsafe]
        if timer.addr:
            k.poke(timer.addr + OFF_PPREV, 8, PENDING_MARK)
        k.emit(TIMER_START, timer.obj, timer.name, expires, expires - jiffies, bucket, base.cpu, level, flags)
        self.tick_wanted(k.cpus[base.cpu])
        return was

    def _detach(self, timer: Timer) -> None:
        assert timer.base is not None
        timer.base.buckets[timer.bucket].remove(timer)
        timer.pending = False

    def delete(self, timer: Timer) -> bool:
        """timer_delete: whether it was pending. Does not wait for a running callback."""
        if not timer.pending:
            return False
        self._detach(timer)
        if timer.addr:
            self.k.poke(timer.addr + OFF_PPREV, 8, 0)
        self.k.emit(TIMER_CANCEL, timer.obj)
        return True

    def delete_sync(self, timer: Timer) -> Gen:
        """timer_delete_sync: also waits, spinning, for a callback that runs on another CPU."""
        while timer.running_cpu >= 0 and timer.running_cpu != self.k.cpu.id:
            yield from self.k.relax()
        return self.delete(timer)

    # ---- the tick ------------------------------------------------------------------------------

    def tick_wanted(self, cpu: Cpu) -> None:
        """Programs the next timer interrupt: every jiffy on a busy CPU, for the next timer on an idle one."""
        k = self.k
        if not cpu.online:
            return
        now = k.engine.time
        if cpu.clock_ns > now:
            now = cpu.clock_ns
        if cpu.current is not cpu.idle or cpu.rq or cpu.rt:
            t = (now // self.tick_ns + 1) * self.tick_ns
            tick = cpu.tick
            if tick is None or tick[0] != t or tick[4] is None:  # most often it is programmed already
                self._program(cpu, t)
            return
        if cpu.frames:
            return  # programmed when the interrupt returns to idle
        group = self.groups[cpu.id // 8]
        for other in group:
            if (other.current is not other.idle or other.rq or other.rt) and other.online:
                self._program_idle(cpu, now, watched=True)  # a busy CPU of the group expires the global timers
                return
        for other in group:
            if (
                other.online
                and other is not cpu
                and not other.frames
                and self.bases[other.id][GLOBAL].next_due() is not None
            ):
                self._program_idle(other, now, watched=False)
        self._program_idle(cpu, now, watched=False)

    def _program_idle(self, cpu: Cpu, now: int, *, watched: bool) -> None:
        own = self.bases[cpu.id]
        first = own[LOCAL].next_due()
        if not watched:
            due = own[GLOBAL].next_due()
            if first is None or (due is not None and due < first):
                first = due
        t = NEVER if first is None else self.time_of(first)
        lazy = own[DEFERRABLE].next_due()
        if lazy is not None:
            t = min(t, -(-self.time_of(lazy) // NOISE_NS) * NOISE_NS)
        if t < NEVER:
            self._program(cpu, max(t, now + 1))
        else:
            Engine.cancel(cpu.tick)
            cpu.tick = None

    def _program(self, cpu: Cpu, t: int) -> None:
        tick = cpu.tick
        if tick is not None and tick[4] is not None:
            if tick[0] == t:
                return
            tick[4] = None
        cpu.tick = self.k.engine.at(t, HARDIRQ, cpu.id, self._ticks[cpu.id])

    def _ticker(self, cpu: Cpu) -> Callable[[], None]:
        """What the engine calls when the tick of `cpu` is due."""

        def due() -> None:
            cpu.tick = None
            cpu.clock_ns = self.k.engine.time
            self.k.exec.interrupt(cpu, tick)

        def tick() -> Gen:
            return self._tick(cpu)

        return due

    def _tick(self, cpu: Cpu) -> Gen:
        """The timer interrupt: due wheels raise the softirq, then the scheduler's tick (order of model 10.1)."""
        k = self.k
        k.cx.now += k.cost("irq")
        if self._due_bases(cpu):
            cpu.softirq_pending |= 1 << TIMER_SOFTIRQ
        if cpu.current is not cpu.idle:
            k.sched.fair.update_curr(cpu, k.cx.now)
            k.sched.balance(cpu)
            for hook in self.on_tick:
                hook(cpu)
        self.tick_wanted(cpu)
        return
        yield

    def _due_bases(self, cpu: Cpu) -> list[Base]:
        """The bases that `cpu` expires now: its own, and the global ones of idle CPUs of its group (model 7.4)."""
        jiffies = self.jiffies
        own = self.bases[cpu.id]
        idle = cpu.current is cpu.idle
        group = self.groups[cpu.id // 8]
        busy = [c for c in group if c.online and c.current is not c.idle]
        bases = [own[LOCAL]]
        if not (idle and busy):
            bases.append(own[GLOBAL])
        bases.append(own[DEFERRABLE])
        if not idle and busy and busy[0] is cpu:
            bases += [self.bases[c.id][GLOBAL] for c in group if c.current is c.idle]
        return [b for b in bases if (d := b.next_due()) is not None and d <= jiffies]

    def run_softirq(self, cpu: Cpu) -> Gen:
        """run_timer_softirq: expires what is due; ascending jiffies, higher levels first, last
        armed first (law L51).
        """
        k = self.k
        cx = k.cx
        for base in self._due_bases(cpu):
            base.clk_bias = 1
            while (due := base.next_due()) is not None and due <= self.jiffies:
                bucket = base.buckets.pop(due)
                if len(bucket) > 1:
                    bucket.sort(key=lambda t: (-t.level, -t.seq))
                while bucket:
                    timer = bucket.pop(0)
                    base.buckets[due] = bucket  # the others are still pending for those who delete them
                    timer.pending = False
                    if timer.addr:
                        self._unlink(timer)
                    timer.running_cpu = cpu.id
                    if cx.now >= cx.horizon:
                        yield None
                    k.emit(TIMER_ENTRY, timer.obj, timer.name, self.jiffies, due)
                    cx.now += k.cost("timer_callback")
                    if cx.now >= cx.horizon:
                        yield None
                    made = timer.fn(timer)
                    if made is not None:
                        yield from self._call(timer, made)
                    else:
                        k.emit(TIMER_EXIT, timer.obj)
                    timer.running_cpu = -1
                base.buckets.pop(due, None)
            base.clk_bias = 0
        self.tick_wanted(cpu)

    def _call(self, timer: Timer, callback: Gen) -> Gen:
        """call_timer_fn for a function of C's, which may leave the preempt count changed."""
        k = self.k
        entered = k.preempt_count()
        yield from callback
        k.emit(TIMER_EXIT, timer.obj)
        left = k.preempt_count()
        if left != entered:
            name, _, module = timer.name.partition(" ")
            text = " ".join(
                filter(None, (f"timer: {name}+0x0/0x50", module, f"preempt leak: {entered:08x} -> {left:08x}"))
            )
            k.oops.warn_once("call_timer_fn", 1801, text, file="kernel/time/timer.c")
            k.set_preempt_count(entered)

    def _unlink(self, timer: Timer) -> None:
        """detach_timer writes into the timer_list: where its memory is gone the machine dies here. Raises Fault."""
        try:
            self.k.mem.store(timer.addr + OFF_PPREV, 8, 0)
        except Fault as fault:
            fault.what = "__run_timers"
            raise

    # ---- sleeping ------------------------------------------------------------------------------

    def schedule_timeout(self, jiffies: int, state: str = "D", detail: str = "") -> Generator[Any, Any, int]:
        """schedule_timeout: sleeps up to `jiffies`, in `state`; returns what is left of them (0: expired)."""
        k = self.k
        task = k.current
        if jiffies >= MAX_JIFFY_OFFSET:
            yield from k.sched.block(state, "CONDITION", "", detail)
            return jiffies
        expires = self.jiffies + max(jiffies, 0)
        timer = self._timeout_of(task)
        self.mod(timer, expires)
        until = self.time_of(timer.bucket)
        task.state = state
        yield from k.sched.schedule("TIMER", f"timer:{timer.obj}", f"until_ns={until} {detail}".rstrip())
        if timer.pending:
            self.delete(timer)
        return max(expires - self.jiffies, 0)

    def _timeout_of(self, task: Task) -> Timer:
        """The timer on a task's stack: the same one again, unless its last expiry is still under way."""
        timer = task.timeout
        if timer is None or timer.pending or timer.running_cpu >= 0:
            k = self.k

            def process_timeout(_: Timer) -> None:
                k.sched.wake_up(task)

            timer = task.timeout = Timer(process_timeout, "process_timeout", k.sleep_timer(task))
        return timer

    def msleep(self, ms: int, *, interruptible: bool = False) -> Generator[Any, Any, int]:
        """msleep: sleeps until its jiffies are used up; what is left in ms where a signal ended it."""
        left = self.msecs_to_jiffies(ms)
        k = self.k
        words = f"call=msleep({ms}) line={k.cx.line}"
        if left <= 0:
            yield from k.sched.might_resched()
        while left > 0:
            left = yield from self.schedule_timeout(left, "S" if interruptible else "D", words)
            if interruptible and k.current.pending_signal:
                break
        return left * 1000 // k.profile.hz
