"""An interpreter of probe scripts: the same lines that a probe module ran in the real kernel, in ours.

A script makes workqueues and items and does things to them; `Play` runs it and keeps what happened as lines of time,
CPU, thread and text, the form of the recordings in `data/` (the README here explains both).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from server.scenario import Limits, Machine
from server.sim.cmodule.faults import LimitReached
from server.sim.kernel import Kernel
from server.sim.machine import Gen, Task
from server.sim.workqueue import cancel, create, flush, queue
from server.sim.workqueue.pwq import WQ_LEGACY, WQ_ORDERED, WQ_UNBOUND, Wq
from server.sim.workqueue.work import Work
from server.trace.events import KIND_BY_NAME, KINDS
from tests.laws.neighbours import Item, Neighbours

MS = 1_000_000
CONSOLE = KIND_BY_NAME["console"]
SHORT = {"workqueue_queue_work": "queue", "workqueue_activate_work": "activate", "workqueue_execute_start": "start",
         "workqueue_execute_end": "end", "sched_kthread_work_queue_work": "kqueue",
         "sched_kthread_work_execute_start": "kstart", "sched_kthread_work_execute_end": "kend"}  # fmt: skip
KINDS_OF_BARRIER = {"barrier": "barrier", "kthread_barrier": "flush"}
Hook = Callable[["Play"], Any]
Spin = Callable[[str, int], int]


class Line(NamedTuple):
    """One line: `text` is `queue a q0 req=1 cpu=1`, `activate a`, `start a`, `end a`, or a probe's mark."""

    t_ns: int
    cpu: int
    comm: str
    text: str
    jiffies: int = -1


class Play(Neighbours):
    """A kernel that runs a script. `hooks` are Python functions for steps and commands `!name`.

    `spin(what, nominal_ns)` gives the length of a busy wait; it is there so that a recording's stretched ones fit.
    """

    def __init__(
        self,
        script: str,
        *,
        cpus: int = 2,
        topology: list[list[list[list[int]]]] | None = None,
        kernel: str = "6.12",
        spin: Spin = lambda what, ns: ns,
        hooks: dict[str, Hook] | None = None,
        seed: int = 0,
        limits: Limits = Limits(),  # noqa: B008
        **config: str,
    ) -> None:
        machine = Machine(cpus=cpus, topology=topology or [], kernel=kernel, costs="tcg", config=config)
        self.tasks: list[str] = []
        self.objects: list[tuple[str, str]] = []
        self.events: list[tuple[int, int, str, str, dict[str, int | str]]] = []
        self.lines: list[Line] = []
        self.spin, self.hooks = spin, hooks or {}
        self.items: dict[str, Item] = {}
        self.wqs: dict[str, Wq] = {}
        self.results: list[tuple[str, object]] = []
        self.running = 0
        self.limits_set = 0
        self.extra: dict[str, Any] = {}
        self.k = Kernel(machine, limits, seed, self, lambda name: None)
        self.wqs["BH"], self.wqs["BHHI"] = self.k.wq.named["system_bh_wq"], self.k.wq.named["system_bh_highpri_wq"]
        self.wqs["events"] = self.k.wq.named["system_wq"]
        for cpu, commands in self._read(script):
            self.running += 1
            comm = "dd" if self.running == 1 else f"dd{self.running}"
            self.k.sched.fork(comm, self._driver(commands), "command", cpu=cpu, pinned=True)

    # ---- sink ------------------------------------------------------------------------------------

    def task(self, pid: int, comm: str, kind: str) -> int:
        """Sink."""
        del pid, kind
        self.tasks.append(comm)
        return len(self.tasks) - 1

    def obj(self, kind: str, addr: int, name: str, info: str) -> int:
        """Sink."""
        del addr, info
        self.objects.append((kind, name))
        return len(self.objects) - 1

    def event(self, t_ns: int, cpu: int, kind: int, task: int, line: int, args: tuple[int | str, ...]) -> None:
        """Sink: every event, and the lines that recordings have."""
        del line
        schema = KINDS[kind]
        fields: dict[str, int | str] = dict(zip(schema.fields, args, strict=True))
        comm = "<idle>" if self.tasks[task].startswith("swapper") else self.tasks[task]
        self.events.append((t_ns, cpu, schema.name, comm, fields))
        short = SHORT.get(schema.name)
        if short is not None:
            kind_name, name = self.objects[int(fields["work"])]
            text = f"{short} {KINDS_OF_BARRIER.get(kind_name) or name.partition('#')[0]}"
            if short == "queue":
                text += f" {fields['workqueue']} req={fields['req_cpu']} cpu={fields['cpu']}"
            self.lines.append(Line(t_ns, cpu, comm, text))
        elif kind == CONSOLE and str(args[0]).startswith("MARK "):
            text, _, jiffies = str(args[0])[5:].partition(" jiffies=")
            self.lines.append(Line(t_ns, cpu, comm, text, int(jiffies or -1)))

    def mark(self, text: str) -> None:
        """A line of the probe's, at no cost in the log."""
        self.k.emit(CONSOLE, f"MARK {text}", 6)
        self.k.charge("printk")

    def add_workers(self, cpu: int, more: int, *, highpri: bool = False) -> None:
        """Idle workers of a CPU beyond the one of booting, as earlier work leaves them behind."""
        for _ in range(more):
            self.k.wq.boot_worker(self.k.wq.cpu_pool(cpu, False, highpri))

    # ---- running ---------------------------------------------------------------------------------

    def run(self, ms: float = 10_000) -> Play:
        """Until all drivers are through and nothing runs any more, or for `ms`."""
        end = self.k.engine.time + int(ms * MS)
        try:
            while (self.running or self._busy_workers()) and self.k.engine.time < end:
                self._until(min(end, self.k.engine.time + 10 * MS))
            self._until(self.k.engine.time + 50 * MS)
        finally:
            self.k.flush_events(1 << 62)
        return self

    def _busy_workers(self) -> bool:
        return any(pool.worklist or pool.busy for pool in self.k.wq.pools)

    def _until(self, t_ns: int) -> None:
        try:
            self.k.engine.run(t_ns)
            self.k.engine.time = max(t_ns, self.k.engine.time)
        except LimitReached as limit:
            if limit.name != "until":
                raise

    def _read(self, script: str) -> list[tuple[int, list[list[str]]]]:
        """(CPU, commands) of each driver; items are known from the start."""
        drivers: list[tuple[int, list[list[str]]]] = []
        for row in script.splitlines():
            words = row.split()
            if words[:1] == ["#cpu"]:
                drivers.append((int(words[1]), []))
            elif not words or words[0].startswith("#"):
                continue
            elif words[0] == "item":
                self._item(words[1], words[2:])
            else:
                if not drivers:
                    drivers.append((0, []))
                drivers[-1][1].append(words)
        return drivers

    def _item(self, name: str, steps: list[str]) -> Item:
        item = self.items[name] = Item(name, steps)
        item.work = self.k.wq.kernel_work(lambda _: self._body(item, "W"), name)
        return item

    # ---- items -----------------------------------------------------------------------------------

    def _busy(self, what: str, ns: int, turns: int = 1) -> Gen:
        """mdelay: turns of 1 ms, so that what interrupts it costs more than it would a single long wait."""
        total = self.spin(what, ns)
        for _ in range(turns):
            yield from self.k.spin(total // turns)

    def _turn(self) -> Gen:
        """As C does before it touches anything: nobody else's step may be due before this one."""
        if self.k.cx.now >= self.k.cx.horizon:
            yield None

    def _body(self, item: Item, who: str) -> Gen:
        k = self.k
        me = f"{who} {item.name}"
        run = item.runs
        self.mark(f"{me} begin run={run} cpu={k.cpu.id} jiffies={k.jiffies}")
        for step in item.steps:
            yield from self._turn()
            if step[0] == "!":
                made = self.hooks[step[1:]](self)
                if made is not None:
                    yield from made
            elif step[1:2] == ":":
                yield from self._call(me, step[0], self.items[step[2:]])
            elif step[0] == "R":
                if run < int(step[1:] or 1) - 1:
                    assert item.wq is not None and item.work is not None
                    self.mark(f"{me} self-requeue={int(k.wq.enqueue(k.wq.cpu_unbound, item.wq, item.work))}")
            else:
                yield from self._pass_time(me, step)
        item.runs += 1
        yield from self._turn()
        self.mark(f"{me} end cpu={k.cpu.id}")

    def _pass_time(self, me: str, step: str) -> Gen:
        k = self.k
        kind, n = step[0], int(step[1:])
        if kind == "s":
            self.mark(f"{me} msleep {n}")
            yield from k.timers.msleep(n)
            self.mark(f"{me} after {step} jiffies={k.jiffies}")
            return
        if kind == "h":
            self.mark(f"{me} usleep {n}")
            yield from k.hrtimers.usleep_range(n, n)
        elif kind == "b":
            yield from self._busy(f"{me} after {step}", n * MS, n)
        elif kind == "u":
            yield from self._busy(f"{me} after {step}", n * 1000)
        else:
            assert kind == "B"
            total = self.spin(f"{me} after {step}", n * MS)
            for _ in range(n):
                yield from k.spin(total // n)
                if not k.sched.full:
                    yield from k.sched.might_resched()
        self.mark(f"{me} after {step}")

    def _call(self, me: str, kind: str, target: Item) -> Gen:
        s = self.k.wq
        assert target.work is not None
        if kind == "q":
            wq = target.wq or self.wqs["q0"]
            target.wq = wq
            self.mark(f"{me} queue_work({target.name})={int(s.enqueue(s.cpu_unbound, wq, target.work))}")
            return
        name = {"f": "flush_work", "c": "cancel_work_sync"}[kind]
        self.mark(f"{me} {name}({target.name}) call")
        if kind == "f":
            got = yield from flush.flush_work(s, target.work)
        else:
            got = yield from cancel.cancel_sync(s, target.work, delayed=False)
        self.results.append((f"{me} {name}({target.name})", int(got)))
        self.mark(f"{me} {name}({target.name})={int(got)}")

    # ---- the driver ------------------------------------------------------------------------------

    def _driver(self, commands: list[list[str]]) -> Gen:
        yield from self.k.spin(3 * MS)  # it has been running for a while: its slice does not protect it any more
        for words in commands:
            yield from self._turn()
            if words[0][0] == "!":
                made = self.hooks[words[0][1:]](self)
                if made is not None:
                    yield from made
                continue
            yield from getattr(self, f"_do_{words[0]}")(*words[1:])
        self.running -= 1
        return 0

    def _told(self, what: str, got: object, more: str = "") -> None:
        self.results.append((what, int(got) if isinstance(got, bool) else got))
        self.mark(f"drv {what} {more}={int(got)}" if more else f"drv {what}={int(got)}")  # type: ignore[call-overload]

    def _cpu(self, cpu: str) -> int:
        return self.k.wq.cpu_unbound if cpu == "-1" else int(cpu)

    def _work(self, name: str, wq: str = "") -> Work:
        item = self.items[name]
        if wq:
            item.wq = self.wqs[wq]
        assert item.work is not None
        return item.work

    def _do_wq(self, name: str, flags: str, limit: str) -> Gen:
        bits = int(flags, 0)
        wq = yield from create.alloc_workqueue(self.k.wq, name, bits, int(limit))
        if wq is not None:
            self.wqs[name] = wq
        self.mark(f"alloc_workqueue({name},{bits:#x},{limit})={'ok' if wq is not None else 'null'}")

    def _do_owq(self, name: str) -> Gen:
        self.wqs[name] = self.k.wq.by_addr[
            (yield from self.k.wq.alloc_workqueue(name, WQ_UNBOUND | WQ_ORDERED, 1))
        ]  # fmt: skip

    def _do_fzwq(self, name: str) -> Gen:
        self.wqs[name] = self.k.wq.by_addr[(yield from self.k.wq.create_freezable_workqueue(name))]

    def _do_stwq(self, name: str) -> Gen:
        """create_singlethread_workqueue(); no recording has it."""
        self.wqs[name] = self.k.wq.by_addr[(yield from self.k.wq.create_singlethread_workqueue(name))]
        assert self.wqs[name].flags & WQ_LEGACY

    def _do_queue(self, wq: str, item: str, cpu: str = "-1") -> Gen:
        got = self.k.wq.enqueue(self._cpu(cpu), self.wqs[wq], self._work(item, wq))
        self._told(f"queue {item}", got, f"cpu={cpu} ")
        return
        yield

    def _do_dqueue(self, wq: str, item: str, delay: str, cpu: str = "-1") -> Gen:
        s = self.k.wq
        got = queue.queue_delayed_work_on(s, self._cpu(cpu), self.wqs[wq], self._work(item, wq), int(delay))
        self.results.append((f"dqueue {item}", int(got)))
        self.mark(f"drv dqueue {item} delay={delay} cpu={cpu} ={int(got)} jiffies={self.k.jiffies}")
        return
        yield

    def _do_mod(self, wq: str, item: str, delay: str) -> Gen:
        s = self.k.wq
        got = yield from queue.mod_delayed_work_on(s, s.cpu_unbound, self.wqs[wq], self._work(item, wq), int(delay))
        self.results.append((f"mod {item}", int(got)))
        self.mark(f"drv mod {item} delay={delay} ={int(got)} jiffies={self.k.jiffies}")

    def _do_rcuq(self, wq: str, item: str) -> Gen:
        self._told(f"rcuq {item}", queue.queue_rcu_work(self.k.wq, self.wqs[wq], self._work(item, wq)))
        return
        yield

    def _do_cancel(self, item: str) -> Gen:
        self._told(f"cancel {item}", (yield from cancel.cancel(self.k.wq, self._work(item), delayed=False)))

    def _do_cancels(self, item: str) -> Gen:
        self.mark(f"drv cancel_sync {item} call")
        self._told(f"cancel_sync {item}", (yield from cancel.cancel_sync(self.k.wq, self._work(item), delayed=False)))

    def _do_canceld(self, item: str) -> Gen:
        self._told(f"canceld {item}", (yield from cancel.cancel_sync(self.k.wq, self._work(item), delayed=True)))

    def _do_flush(self, item: str) -> Gen:
        self.mark(f"drv flush {item} call")
        self._told(f"flush {item}", (yield from flush.flush_work(self.k.wq, self._work(item))))

    def _do_flushd(self, item: str) -> Gen:
        self.mark(f"drv flushd {item} call")
        self._told(f"flushd {item}", (yield from flush.flush_delayed_work(self.k.wq, self._work(item))))

    def _do_flushwq(self, wq: str) -> Gen:
        self.mark(f"drv flushwq {wq} call")
        yield from flush.flush_workqueue(self.k.wq, self.wqs[wq])
        self.mark(f"drv flushwq {wq} done")

    def _do_drain(self, wq: str) -> Gen:
        yield from flush.drain_workqueue(self.k.wq, self.wqs[wq])
        self.mark(f"drv drain {wq} done")

    def _do_destroy(self, wq: str) -> Gen:
        yield from create.destroy_workqueue(self.k.wq, self.wqs[wq])
        self.mark(f"drv destroy {wq} done")

    def _do_disable(self, item: str) -> Gen:
        got = yield from cancel.cancel(self.k.wq, self._work(item), delayed=False, disable=True)
        self._told(f"disable {item}", got)

    def _do_enable(self, item: str) -> Gen:
        self._told(f"enable {item}", (yield from cancel.enable(self.k.wq, self._work(item))))

    def _do_pend(self, item: str) -> Gen:
        work = self._work(item)
        got = self.k.wq.busy(work)
        self.results.append((f"busy {item}", got))
        self.mark(f"drv busy({item})={got} pending={int(work.pending)}")
        return
        yield

    def _do_maxact(self, wq: str, n: str) -> Gen:
        create.set_max_active(self.k.wq, self.wqs[wq], int(n))
        self.limits_set += 1
        self.mark(f"drv set_max_active({wq},{n})")
        return
        yield

    def _do_sleep(self, ms: str) -> Gen:
        yield from self.k.timers.msleep(int(ms))
        self.mark(f"drv slept {ms}")

    def _do_busy(self, ms: str) -> Gen:
        yield from self._busy(f"drv busy {ms}", int(ms) * MS, int(ms))
        self.mark(f"drv busy {ms}")

    def _do_cond(self) -> Gen:
        if not self.k.sched.full:
            yield from self.k.sched.might_resched()
        self.mark("drv cond_resched")

    def _do_tick(self) -> Gen:
        k = self.k
        yield from k.spin(k.timers.tick_ns - k.cx.now % k.timers.tick_ns)
        yield None
        self.mark(f"drv tick jiffies={k.jiffies}")

    def _do_irqoff(self) -> Gen:
        self.k.cpu.irqs_off = True
        return
        yield

    def _do_irqon(self) -> Gen:
        self.k.exec.irqs_on(self.k.cpu)
        yield None

    def _do_bhoff(self) -> Gen:
        self.k.softirq.local_bh_disable()
        return
        yield

    def _do_bhon(self) -> Gen:
        self.mark("drv bhon")
        yield from self.k.softirq.local_bh_enable()
        self.mark("drv bhon done")

    # ---- what tests ask ----------------------------------------------------------------------------

    def texts(self, *starts: str) -> list[str]:
        """The lines that begin with one of `starts`; all of them without."""
        return [x.text for x in self.lines if not starts or x.text.startswith(starts)]

    def order(self, what: str) -> list[str]:
        """The names of the items of all `queue`, `activate`, `start` or `end` lines."""
        return [x.text.split()[1] for x in self.lines if x.text.startswith(f"{what} ")]

    def line(self, text: str, nth: int = 0) -> Line:
        """The nth line that begins with `text`."""
        return [x for x in self.lines if begins(x.text, text)][nth]

    def t(self, text: str, nth: int = 0) -> float:
        """When, in ms since boot, the nth line that begins with `text` happened."""
        return self.line(text, nth).t_ns / MS

    def result(self, what: str) -> list[object]:
        """What the calls `what` returned."""
        return [got for name, got in self.results if name == what]

    @property
    def log(self) -> list[str]:
        """The kernel log."""
        return [r.text for r in self.k.printk.ring]

    def spawn(self, comm: str, gen: Gen, cpu: int = 0) -> Task:
        """Another task."""
        return self.k.sched.fork(comm, gen, "kthread", cpu=cpu, pinned=True)


def begins(text: str, start: str) -> bool:
    """Whether a line begins with these words, the last one whole if it is a name."""
    return text.startswith(start) and not (start[-1].isalnum() and text[len(start) : len(start) + 1].isalnum())


def play(script: str, **how: Any) -> Play:
    """Runs a script to its end."""
    ms = how.pop("ms", 10_000)
    return Play(script, **how).run(ms)
