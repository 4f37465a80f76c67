"""<linux/workqueue.h> as kapi calls it: addresses in, addresses and truth values out."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from server.sim.machine import Gen
from server.sim.workqueue import attrs, cancel, create, flush, queue
from server.sim.workqueue.pwq import (
    WQ_FREEZABLE,
    WQ_LEGACY,
    WQ_MEM_RECLAIM,
    WQ_ORDERED,
    WQ_UNBOUND,
    Wq,
)
from server.sim.workqueue.system import Workqueues
from server.sim.workqueue.work import Work

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

Blocking = Generator[Any, Any, int]
BUSY_PENDING, BUSY_RUNNING = 1, 2


class WorkqueueApi(Workqueues):
    """The exported functions, named as in the kernel. `dwork` and `rwork` addresses are those of their work."""

    def __init__(self, k: Kernel) -> None:
        super().__init__(k)

    def _wq(self, addr: int, function: str) -> Wq:
        """The workqueue at an address. A bad one faults as the kernel's first access to it would."""
        wq = self.by_addr.get(addr)
        if wq is None:
            self.k.oops.bad_workqueue(addr, function)
        assert wq is not None
        return wq

    def _touch(self, addr: int) -> Work:
        """The item, after an access that KASAN and the page tables get to see."""
        self.k.mem.load8(addr)
        return self.works.get(addr) or self.work(addr)

    # ---- creation --------------------------------------------------------------------------------

    def alloc_workqueue(self, name: str, flags: int, max_active: int) -> Blocking:
        """alloc_workqueue() with its name formatted; the address, or 0."""
        wq = yield from create.alloc_workqueue(self, name, flags, max_active)
        return wq.addr if wq is not None else 0

    def alloc_ordered_workqueue(self, name: str, flags: int) -> Blocking:
        """alloc_ordered_workqueue()."""
        return self.alloc_workqueue(name, WQ_UNBOUND | WQ_ORDERED | flags, 1)

    def create_workqueue(self, name: str) -> Blocking:
        """create_workqueue(): per-CPU, one item a CPU."""
        return self.alloc_workqueue(name, WQ_LEGACY | WQ_MEM_RECLAIM, 1)

    def create_freezable_workqueue(self, name: str) -> Blocking:
        """create_freezable_workqueue(): unbound, not ordered since 6.9."""
        return self.alloc_workqueue(name, WQ_LEGACY | WQ_FREEZABLE | WQ_UNBOUND | WQ_MEM_RECLAIM, 1)

    def create_singlethread_workqueue(self, name: str) -> Blocking:
        """create_singlethread_workqueue(): ordered."""
        return self.alloc_ordered_workqueue(name, WQ_LEGACY | WQ_MEM_RECLAIM)

    def destroy_workqueue(self, wq: int) -> Gen:
        """destroy_workqueue()."""
        yield from create.destroy_workqueue(self, self._wq(wq, "destroy_workqueue"))

    def workqueue_set_max_active(self, wq: int, max_active: int) -> None:
        """workqueue_set_max_active()."""
        create.set_max_active(self, self._wq(wq, "workqueue_set_max_active"), max_active)

    def workqueue_set_min_active(self, wq: int, min_active: int) -> None:
        """workqueue_set_min_active()."""
        create.set_min_active(self, self._wq(wq, "workqueue_set_min_active"), min_active)

    def system(self, variable: str) -> int:
        """The address that a system workqueue's variable (`system_wq`) holds."""
        return self.named[variable].addr

    # ---- items -----------------------------------------------------------------------------------

    def init_work(self, addr: int, kind: str = "work") -> None:
        """INIT_WORK() and its kin, after C has stored the members."""
        self.fresh_work(addr, kind)

    def queue_work_on(self, cpu: int, wq: int, work: int) -> bool:
        """queue_work_on()."""
        target = self.by_addr.get(wq) or self._wq(wq, "queue_work_on")
        self.load8(work)
        return queue.queue_work_on(self, cpu, target, self.works.get(work) or self.work(work))

    def queue_work_node(self, node: int, wq: int, work: int) -> bool:
        """queue_work_node(): unbound workqueues only; a CPU of the node issues it."""
        target = self._wq(wq, "queue_work_node")
        if not target.unbound:
            self.k.oops.warn_once("queue_work_node", 2500, "the workqueue is not unbound")
        nodes = self.k.topology.nodes
        cpu = self.cpu_unbound
        if 0 <= node < len(nodes) and self.k.cpu.id not in nodes[node]:
            cpu = next((c for c in nodes[node] if self.k.cpus[c].online), cpu)
        elif 0 <= node < len(nodes):
            cpu = self.k.cpu.id
        return queue.queue_work_on(self, cpu, target, self._touch(work))

    def queue_delayed_work_on(self, cpu: int, wq: int, dwork: int, delay: int) -> bool:
        """queue_delayed_work_on()."""
        target = self.by_addr.get(wq) or self._wq(wq, "queue_delayed_work_on")
        return queue.queue_delayed_work_on(self, cpu, target, self._delayed(dwork), delay)

    def _delayed(self, dwork: int) -> Work:
        self.load8(dwork)
        return self.works.get(dwork) or self.work(dwork, "delayed_work")

    def mod_delayed_work_on(self, cpu: int, wq: int, dwork: int, delay: int) -> Blocking:
        """mod_delayed_work_on()."""
        return queue.mod_delayed_work_on(self, cpu, self._wq(wq, "mod_delayed_work_on"), self._delayed(dwork), delay)

    def queue_rcu_work(self, wq: int, rwork: int) -> bool:
        """queue_rcu_work()."""
        return queue.queue_rcu_work(self, self._wq(wq, "queue_rcu_work"), self._touch(rwork))

    def flush_work(self, work: int) -> Blocking:
        """flush_work()."""
        return flush.flush_work(self, self._touch(work))

    def flush_delayed_work(self, dwork: int) -> Blocking:
        """flush_delayed_work()."""
        return flush.flush_delayed_work(self, self._delayed(dwork))

    def flush_rcu_work(self, rwork: int) -> Blocking:
        """flush_rcu_work()."""
        return flush.flush_rcu_work(self, self._touch(rwork))

    def flush_workqueue(self, wq: int) -> Gen:
        """__flush_workqueue()."""
        yield from flush.flush_workqueue(self, self._wq(wq, "__flush_workqueue"))

    def drain_workqueue(self, wq: int) -> Gen:
        """drain_workqueue()."""
        yield from flush.drain_workqueue(self, self._wq(wq, "drain_workqueue"))

    def cancel_work(self, work: int) -> Blocking:
        """cancel_work()."""
        return cancel.cancel(self, self._touch(work), delayed=False)

    def cancel_work_sync(self, work: int) -> Blocking:
        """cancel_work_sync()."""
        return cancel.cancel_sync(self, self._touch(work), delayed=False)

    def cancel_delayed_work(self, dwork: int) -> Blocking:
        """cancel_delayed_work()."""
        return cancel.cancel(self, self._delayed(dwork), delayed=True)

    def cancel_delayed_work_sync(self, dwork: int) -> Blocking:
        """cancel_delayed_work_sync()."""
        return cancel.cancel_sync(self, self._delayed(dwork), delayed=True)

    def disable_work(self, work: int) -> Blocking:
        """disable_work()."""
        return cancel.cancel(self, self._touch(work), delayed=False, disable=True)

    def disable_work_sync(self, work: int) -> Blocking:
        """disable_work_sync()."""
        return cancel.cancel_sync(self, self._touch(work), delayed=False, disable=True)

    def disable_delayed_work(self, dwork: int) -> Blocking:
        """disable_delayed_work()."""
        return cancel.cancel(self, self._delayed(dwork), delayed=True, disable=True)

    def disable_delayed_work_sync(self, dwork: int) -> Blocking:
        """disable_delayed_work_sync()."""
        return cancel.cancel_sync(self, self._delayed(dwork), delayed=True, disable=True)

    def enable_work(self, work: int) -> Blocking:
        """enable_work() and enable_delayed_work()."""
        return cancel.enable(self, self._touch(work))

    # ---- questions -------------------------------------------------------------------------------

    def work_busy(self, work: int) -> int:
        """work_busy(): 1 pending, 2 running on the pool where it was queued or ran last (law L72)."""
        return self.busy(self._touch(work))

    def busy(self, item: Work) -> int:
        """work_busy, by object."""
        pool = item.pwq.pool if item.pwq is not None else item.last_pool
        running = pool is not None and pool.executing(item) is not None
        return BUSY_PENDING * item.pending | BUSY_RUNNING * running

    def work_pending(self, work: int) -> bool:
        """work_pending(): the PENDING bit."""
        return self._touch(work).pending

    def current_work(self) -> int:
        """current_work(): the address of the running item of this kworker, 0 elsewhere (law L71)."""
        worker = self.k.current.worker if not self.k.irq_depth else None
        return worker.current_work.addr if worker is not None and worker.current_work is not None else 0

    def workqueue_congested(self, cpu: int, wq: int) -> bool:
        """workqueue_congested(): the CPU's pwq has inactive items."""
        target = self._wq(wq, "workqueue_congested")
        return bool(target.cpu_pwq[self.k.cpu.id if cpu >= self.cpu_unbound else cpu].inactive)

    def set_worker_desc(self, text: str) -> None:
        """set_worker_desc(): what ps shows behind the worker's name, 31 bytes."""
        worker = self.k.current.worker
        if worker is not None:
            worker.desc = text[:31]

    # ---- attributes and rarer calls ----------------------------------------------------------------

    def apply_attributes(self, wq: Wq, changes: dict[str, Any]) -> Blocking:
        """What writing the sysfs files of a WQ_SYSFS workqueue does: nice, cpumask, scope, strict."""
        return attrs.apply(self, wq, changes)

    def set_unbound_cpumask(self, mask: frozenset[int]) -> int:
        """workqueue_set_unbound_cpumask()."""
        return attrs.set_unbound_cpumask(self, mask)

    def work_on_cpu(self, cpu: int, fn: int, arg: int) -> Blocking:
        """work_on_cpu()."""
        return attrs.work_on_cpu(self, cpu, fn, arg)

    def destroy_work_on_stack(self, addr: int) -> None:
        """destroy_work_on_stack(): the address means nothing from here on."""
        self.works.pop(addr, None)

    def delayed_work_timer_fn(self, timer: int) -> None:
        """delayed_work_timer_fn(), called by hand with the address of the timer."""
        work = self.work(timer - 32, "delayed_work")
        if work.wq is not None:
            queue.delayed_work_timer_fn(self, work)
