"""The words of a script for a work item's neighbours: timers, tasklets, kthread_work, hotplug, the freezer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server.sim.cmodule.host import Entry
from server.sim.kernel import Kernel
from server.sim.kthread_worker import OFF_FUNC as KWORK_FUNC
from server.sim.machine import Gen
from server.sim.softirq import OFF_FUNC, OFF_USE_CALLBACK
from server.sim.timer import Timer
from server.sim.workqueue.pwq import Wq
from server.sim.workqueue.work import Work


class Item:
    """An item of a script: its steps, and the objects that stand for it."""

    def __init__(self, name: str, steps: list[str]) -> None:
        self.name = name
        self.steps = steps
        self.work: Work | None = None
        self.wq: Wq | None = None
        self.runs = 0
        self.timer: Timer | None = None
        self.tasklet = 0
        self.kwork = 0


class Neighbours:
    """What a script's player inherits."""

    k: Kernel
    items: dict[str, Item]
    extra: dict[str, Any]

    def obj(self, kind: str, addr: int, name: str, info: str) -> int:
        """The sink's number for an object."""
        raise NotImplementedError

    def mark(self, text: str) -> None:
        """A line as a recording has it."""
        raise NotImplementedError

    def _told(self, what: str, got: object, more: str = "") -> None:
        raise NotImplementedError

    def _body(self, item: Item, who: str) -> Gen:
        raise NotImplementedError

    def function(self, call: Callable[..., Gen], name: str) -> int:
        """An address at which the kernel finds a generator function."""
        addr = 0xFFFFFFFFA0000000 + 0x40 * len(self.k.text)
        self.k.text[addr] = Entry(call, True, name)
        return addr

    def _do_timer(self, item: str, jiffies: str, cpu: str = "") -> Gen:
        k, it = self.k, self.items[item]
        if it.timer is None:
            it.timer = Timer(lambda _: self._body(it, "TM"), "wqlab_tm", self.obj("timer", 0, item, ""))
        k.timers.mod(it.timer, k.jiffies + int(jiffies), int(cpu) if cpu else None)
        where = f"timer_on {item} +{jiffies} cpu={cpu}" if cpu else f"timer {item} +{jiffies}"
        self.mark(f"drv {where} jiffies={k.jiffies}")
        return
        yield

    def _do_timeron(self, item: str, jiffies: str, cpu: str) -> Gen:
        return self._do_timer(item, jiffies, cpu)

    def _tasklet(self, name: str) -> int:
        it = self.items[name]
        if not it.tasklet:
            it.tasklet = self.k.mem.alloc(40, True, "tasklet")
            self.k.poke(it.tasklet + OFF_USE_CALLBACK, 1, 1)
            self.k.poke(it.tasklet + OFF_FUNC, 8, self.function(lambda t: self._body(it, "TL"), name))
        return it.tasklet

    def _do_tsched(self, item: str) -> Gen:
        self.k.softirq.tasklet_schedule(self._tasklet(item))
        self.mark(f"drv tasklet_schedule {item}")
        return
        yield

    def _do_thsched(self, item: str) -> Gen:
        self.k.softirq.tasklet_hi_schedule(self._tasklet(item))
        self.mark(f"drv tasklet_hi_schedule {item}")
        return
        yield

    def _do_kwnew(self) -> Gen:
        self.extra["kworker"] = yield from self.k.kthread_workers.kthread_create_worker(0, "wqlab_kw", -1)

    def _kwork(self, name: str) -> int:
        it = self.items[name]
        if not it.kwork:
            it.kwork = self.k.mem.alloc(40, True, "kthread_work")
            for offset in (0, 8):
                self.k.poke(it.kwork + offset, 8, it.kwork)
            self.k.poke(it.kwork + KWORK_FUNC, 8, self.function(lambda w: self._body(it, "KW"), name))
        return it.kwork

    def _do_kwq(self, item: str) -> Gen:
        got = self.k.kthread_workers.kthread_queue_work(self.extra["kworker"], self._kwork(item))
        self._told(f"kwq {item}", got)
        return
        yield

    def _do_kwkill(self) -> Gen:
        yield from self.k.kthread_workers.kthread_destroy_worker(self.extra["kworker"])

    def _do_off(self, cpu: str) -> Gen:
        self.mark(f"drv remove_cpu {cpu} call")
        self._told("remove_cpu", (yield from self.k.hotplug.cpu_down(int(cpu))))

    def _do_on(self, cpu: str) -> Gen:
        self.mark(f"drv add_cpu {cpu} call")
        self._told("add_cpu", (yield from self.k.hotplug.cpu_up(int(cpu))))

    def _do_freeze(self) -> Gen:
        self.k.freezer.freeze_workqueues_begin()
        self.mark("drv freeze")
        return
        yield

    def _do_thaw(self) -> Gen:
        self.k.freezer.thaw_workqueues()
        self.mark("drv thaw")
        return
        yield
