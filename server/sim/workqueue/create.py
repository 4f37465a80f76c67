"""Making, changing and destroying workqueues (model 2.7 to 2.9)."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from server.sim.machine import Gen
from server.sim.workqueue.activate import activate_first_inactive, tell_depth
from server.sim.workqueue.flush import drain_workqueue
from server.sim.workqueue.pwq import (
    BH_MAX_ACTIVE,
    WQ_BH,
    WQ_DESTROYING,
    WQ_DFL_ACTIVE,
    WQ_DFL_MIN_ACTIVE,
    WQ_FREEZABLE,
    WQ_HIGHPRI,
    WQ_MAX_ACTIVE,
    WQ_MEM_RECLAIM,
    WQ_ORDERED,
    WQ_POWER_EFFICIENT,
    WQ_SYSFS,
    WQ_UNBOUND,
    Wq,
)
from server.sim.workqueue.rescuer import init_rescuer
from server.sim.workqueue.unbound import init_nodes, install_pwqs, update_node_max_active

if TYPE_CHECKING:
    from server.sim.workqueue.system import Workqueues

NAME_MAX = 31


def clamp_max_active(s: Workqueues, max_active: int, name: str) -> int:
    """wq_clamp_max_active: 1 to 512, with a line in the log when it was neither (law L18)."""
    if not 1 <= max_active <= WQ_MAX_ACTIVE:
        s.k.printk.log(4, f"workqueue: max_active {max_active} requested for {name} is out of range, "
                          f"clamping between 1 and {WQ_MAX_ACTIVE}")  # fmt: skip
    return max(1, min(max_active, WQ_MAX_ACTIVE))


def build(s: Workqueues, name: str, flags: int, max_active: int) -> Wq | None:
    """The non-blocking part of __alloc_workqueue: flags, limits, pwqs. None where the flags contradict each other."""
    k = s.k
    if flags & WQ_BH and (flags & ~(WQ_BH | WQ_HIGHPRI) or max_active):
        k.oops.warn_once("alloc_workqueue", 5720, "WQ_BH takes WQ_HIGHPRI only, and max_active 0")
        return None
    if flags & WQ_POWER_EFFICIENT and s.power_efficient:
        flags |= WQ_UNBOUND
    if len(name) > NAME_MAX:
        name = name[:NAME_MAX]
        k.printk.log_once(4, f"workqueue: name exceeds WQ_NAME_LEN. Truncating to: {name}")
    if flags & WQ_BH:
        limit = BH_MAX_ACTIVE
    else:
        limit = clamp_max_active(s, max_active or WQ_DFL_ACTIVE, name)
    wq = Wq(k.mem.opaque("workqueue_struct"), name, flags, k.obj("workqueue", 0, name, s.describe_flags(flags)))
    wq.max_active = wq.saved_max = limit
    wq.min_active = wq.saved_min = min(limit, WQ_DFL_MIN_ACTIVE)
    wq.owner = k.modules.loading
    if flags & WQ_UNBOUND:
        wq.cpumask = s.possible
        wq.nice = -20 if flags & WQ_HIGHPRI else 0
        init_nodes(s, wq)
        install_pwqs(s, wq)
    else:
        for cpu in k.cpus:
            wq.cpu_pwq[cpu.id] = s.new_pwq(wq, s.cpu_pool(cpu.id, bool(flags & WQ_BH), bool(flags & WQ_HIGHPRI)))
    s.register(wq)
    adjust_max_active(s, wq)
    if wq.owner:
        told: list[int] = []
        for pwq in wq.pwqs:  # which pools serve it, from the start
            if pwq.pool.id not in told:
                told.append(pwq.pool.id)
                tell_depth(s, pwq)
    return wq


def alloc_workqueue(s: Workqueues, name: str, flags: int, max_active: int) -> Generator[Any, Any, Wq | None]:
    """alloc_workqueue: may sleep (allocations, new pools' first workers, the rescuer's thread)."""
    k = s.k
    yield from k.might_sleep("__alloc_workqueue")
    k.charge("alloc_workqueue")
    wq = build(s, name, flags, max_active)
    if wq is None:
        return None
    yield from s.start_pools()
    if flags & WQ_MEM_RECLAIM:
        yield from init_rescuer(s, wq)
    if flags & WQ_SYSFS:
        if flags & WQ_ORDERED:
            k.oops.warn("workqueue_sysfs_register", 7441, "an ordered workqueue has no sysfs directory")
            yield from destroy_workqueue(s, wq)
            return None
        s.sysfs.append(wq)
    return wq


def adjust_max_active(s: Workqueues, wq: Wq) -> None:
    """wq_adjust_max_active: applies saved limits (none while frozen), and fills what is free now,
    in rounds over pwqs.
    """
    if wq.flags & WQ_FREEZABLE and s.freezing:
        wanted = least = 0
    else:
        wanted, least = wq.saved_max, wq.saved_min
    if wq.max_active == wanted and wq.min_active == least and (not wq.nodes or wq.nodes[-1].max == wanted):
        return
    wq.max_active, wq.min_active = wanted, least
    if wq.flags & WQ_UNBOUND:
        update_node_max_active(s, wq)
    if not wanted:
        for pwq in wq.pwqs:
            s.waits.refresh_inactive(pwq)
        return
    again = True
    while again:
        again = False
        for pwq in wq.pwqs:
            if activate_first_inactive(s, pwq, True):
                again = True
                s.kick(pwq.pool)
                s.waits.refresh(pwq.pool)
                s.waits.refresh_inactive(pwq)
            tell_depth(s, pwq)


def set_max_active(s: Workqueues, wq: Wq, max_active: int) -> None:
    """workqueue_set_max_active: raising activates in the caller; lowering revokes nothing."""
    if wq.flags & (WQ_BH | WQ_ORDERED):
        line = 5987 if wq.flags & WQ_BH else 5990
        s.k.oops.warn("workqueue_set_max_active", line, "BH and ordered workqueues have no max_active")
        return
    wq.saved_max = clamp_max_active(s, max_active, wq.name)
    if wq.flags & WQ_UNBOUND:
        wq.saved_min = min(wq.saved_min, wq.saved_max)
    adjust_max_active(s, wq)


def set_min_active(s: Workqueues, wq: Wq, min_active: int) -> None:
    """workqueue_set_min_active: unbound, unordered ones only."""
    if wq.flags & (WQ_BH | WQ_UNBOUND | WQ_ORDERED) != WQ_UNBOUND:
        s.k.oops.warn("workqueue_set_min_active", 6031, "only unbound workqueues have min_active")
        return
    wq.saved_min = max(0, min(min_active, wq.saved_max))
    adjust_max_active(s, wq)


def destroy_workqueue(s: Workqueues, wq: Wq) -> Gen:
    """destroy_workqueue: drains, stops the rescuer, and lets go; a busy one is reported and leaks (model 2.7)."""
    k = s.k
    if wq in s.sysfs:
        s.sysfs.remove(wq)
    wq.flags |= WQ_DESTROYING
    yield from drain_workqueue(s, wq)
    if wq.rescuer is not None:
        rescuer, wq.rescuer = wq.rescuer, None
        assert rescuer.task is not None
        yield from k.kthreads.stop(rescuer.task)
    for pwq in wq.pwqs:
        refs = pwq.refs - (len(k.cpus) if wq.ordered else 0)
        if any(pwq.nr_in_flight) or refs > 1 or pwq.nr_active or pwq.inactive:
            k.oops.warn("destroy_workqueue", 5834, "the workqueue is busy")
            k.printk.log(4, f"destroy_workqueue: {wq.name} has the following busy pwq")
            s.show_pwq(pwq)
            s.show_workqueue(wq)
            return
    s.unregister(wq)
    if wq.unbound and wq.dfl_pwq is not None:
        for pwq in (*wq.cpu_pwq.values(), wq.dfl_pwq):
            s.put_pwq(pwq)
    k.charge("destroy_workqueue")
