"""Attributes of unbound workqueues, and the calls built on queueing that few modules use (model 2.1, 2.8)."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from server.sim.machine import Gen
from server.sim.workqueue.flush import flush_work
from server.sim.workqueue.pwq import WQ_UNBOUND, Wq
from server.sim.workqueue.unbound import effective_mask, install_pwqs, update_node_max_active
from server.sim.workqueue.work import OFF_ENTRY, OFF_FUNC, Work

if TYPE_CHECKING:
    from server.sim.workqueue.api import WorkqueueApi

EINVAL, ENOMEM = 22, 12
# struct workqueue_attrs: nice 0, cpumask 8, __pod_cpumask 16, affn_strict 24, affn_scope 28, ordered 32
OFF_NICE, OFF_MASK, OFF_STRICT, OFF_SCOPE, ATTRS_SIZE = 0, 8, 24, 28, 40
SCOPES = ("default", "cpu", "smt", "cache", "numa", "system")
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


def read_attrs(s: WorkqueueApi, addr: int) -> dict[str, Any]:
    """The attributes that C has filled in."""
    mem = s.k.mem
    mask = mem.load(mem.load(addr + OFF_MASK, 8), 8)
    cpus = frozenset(c for c in sorted(s.possible) if mask >> c & 1)
    scope = mem.load(addr + OFF_SCOPE, 4)
    return {
        "nice": mem.load(addr + OFF_NICE, 4, True),
        "cpumask": cpus or s.possible,
        "strict": bool(mem.load(addr + OFF_STRICT, 1)),
        "scope": SCOPES[scope] if scope < len(SCOPES) else "default",
    }


def make_attrs(s: WorkqueueApi) -> int:
    """alloc_workqueue_attrs: defaults, all CPUs."""
    mem = s.k.mem
    addr = mem.alloc(ATTRS_SIZE, True, "alloc_workqueue_attrs")
    mask = mem.alloc(1024, True, "alloc_workqueue_attrs")
    if not addr or not mask:
        return 0
    mem.store(mask, 8, sum(1 << c for c in sorted(s.possible)))
    mem.store(addr + OFF_MASK, 8, mask)
    return addr


def free_attrs(s: WorkqueueApi, addr: int) -> None:
    """free_workqueue_attrs."""
    if addr:
        s.k.mem.free(s.k.mem.load(addr + OFF_MASK, 8))
        s.k.mem.free(addr)


def own_item(s: WorkqueueApi, func: int) -> Work:
    """A work item in the kernel's own memory that runs a function of C."""
    mem = s.k.mem
    addr = mem.alloc(WORK_SIZE, True, "work")
    mem.store(addr + OFF_ENTRY, 8, addr + OFF_ENTRY)
    mem.store(addr + OFF_ENTRY + 8, 8, addr + OFF_ENTRY)
    mem.store(addr + OFF_FUNC, 8, func)
    return s.fresh_work(addr)


def schedule_on_each_cpu(s: WorkqueueApi, func: int) -> Generator[Any, Any, int]:
    """schedule_on_each_cpu: one item an online CPU, flushed in ascending order."""
    works = []
    for cpu in s.k.cpus:
        if cpu.online:
            work = own_item(s, func)
            works.append(work)
            s.enqueue(cpu.id, s.named["system_wq"], work)
    for work in works:
        yield from flush_work(s, work)
        s.k.mem.free(work.addr)
    return 0


def work_on_cpu(s: WorkqueueApi, cpu: int, fn: int, arg: int) -> Generator[Any, Any, int]:
    """work_on_cpu: runs `fn(arg)` on a CPU's worker and waits for its result."""
    answer = [0]

    def body(_: Work) -> Gen:
        answer[0] = yield from s.k.ccall(fn, arg)

    work = s.kernel_work(body, "work_for_cpu_fn")
    s.enqueue(cpu, s.named["system_wq"], work)
    yield from flush_work(s, work)
    return answer[0]
