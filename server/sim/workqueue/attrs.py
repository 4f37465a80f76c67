"""Attributes of unbound workqueues, and the calls built on queueing that few modules use (model 2.1, 2.8)."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from server.sim.machine import Gen
from server.sim.workqueue.flush import flush_work
from server.sim.workqueue.pwq import WQ_UNBOUND, Wq
from server.sim.workqueue.unbound import effective_mask, install_pwqs, update_node_max_active
from server.sim.workqueue.work import OFF_ENTRY, Work

if TYPE_CHECKING:
    from server.sim.workqueue.api import WorkqueueApi

EINVAL = 22
WORK_SIZE = 32


def apply(s: WorkqueueApi, wq: Wq, changes: dict[str, Any]) -> Generator[Any, Any, int]:
    """apply_workqueue_attrs: new pwqs for what is queued from now on; what is queued stays. 0 or a negative errno."""
    if not wq.flags & WQ_UNBOUND:
        s.k.oops.warn("apply_workqueue_attrs", 5315, "only unbound workqueues can have attributes")
        return -EINVAL
    wq.nice = changes.get("nice", wq.nice)
    wq.cpumask = changes.get("cpumask", wq.cpumask)
    wq.scope = changes.get("scope", wq.scope)
    wq.strict = changes.get("strict", wq.strict)
    install_pwqs(s, wq)
    update_node_max_active(s, wq)
    yield from s.start_pools()
    return 0


def set_unbound_cpumask(s: WorkqueueApi, mask: frozenset[int]) -> int:
    """workqueue_set_unbound_cpumask: the CPUs of all unbound workqueues. 0 or a negative errno."""
    if not mask & s.possible:
        return -EINVAL
    s.unbound_cpumask = mask & s.possible
    for wq in s.all:
        if wq.flags & WQ_UNBOUND and effective_mask(s, wq):
            install_pwqs(s, wq)
            update_node_max_active(s, wq)
    return 0


def work_on_cpu(s: WorkqueueApi, cpu: int, fn: int, arg: int) -> Generator[Any, Any, int]:
    """work_on_cpu: runs `fn(arg)` on a CPU's worker and waits for its result."""
    answer = [0]
    mem = s.k.mem
    addr = mem.alloc(WORK_SIZE, True, "work")
    mem.store(addr + OFF_ENTRY, 8, addr + OFF_ENTRY)
    mem.store(addr + OFF_ENTRY + 8, 8, addr + OFF_ENTRY)

    def body(_: Work) -> Gen:
        answer[0] = yield from s.k.ccall(fn, arg)

    work = s.kernel_work(body, "work_for_cpu_fn")
    work.addr = addr  # what current_work() says
    s.works[addr] = work
    s.enqueue(cpu, s.named["system_wq"], work)
    yield from flush_work(s, work)
    del s.works[addr]
    mem.free(addr)
    return answer[0]
