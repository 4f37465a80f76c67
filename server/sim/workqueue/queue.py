"""Queueing: queue_work_on, delayed and rcu work, mod (model 2.1 to 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.cmodule.faults import Fault
from server.sim.machine import Gen
from server.sim.timer import Timer
from server.sim.workqueue.activate import insert_active, insert_work, tell_depth
from server.sim.workqueue.cancel import clear_pending_if_disabled, grab_pending
from server.sim.workqueue.pwq import (
    WQ_DESTROYING,
    WQ_DRAINING,
    WQ_UNBOUND,
    PoolWorkqueue,
    Wq,
    tryinc_nr_active,
)
from server.sim.workqueue.work import OFF_ENTRY, OFF_TIMER, Work
from server.trace.events import KIND_BY_NAME

if TYPE_CHECKING:
    from server.sim.workqueue.system import Workqueues

QUEUE = KIND_BY_NAME["workqueue_queue_work"]
NO_PERCPU = 0xFFFF_F000_0000_0000  # per-CPU memory of CPUs that do not exist: mapped nowhere


def queue_work_on(s: Workqueues, cpu: int, wq: Wq, work: Work) -> bool:
    """queue_work_on: False if it was pending already or is disabled (laws L1, L3)."""
    if work.pending:
        return False
    work.pending = True
    if work.disable and clear_pending_if_disabled(s, work):
        return False
    queue_work(s, cpu, wq, work)
    return True


def queue_work(s: Workqueues, cpu: int, wq: Wq, work: Work) -> None:
    """__queue_work: PENDING is owned; picks CPU and pool, inserts, kicks."""
    k = s.k
    if work.obj < 0:
        s.identify(work)
    if wq.flags & (WQ_DESTROYING | WQ_DRAINING) and not s.is_chained_work(wq):
        # PENDING stays set with the item nowhere, as in 6.12 (model 2.1 A)
        s.mirror(work)
        k.oops.warn_once("__queue_work", 2294, f"queueing on {wq.name} while it is drained")
        s.waits.tell(work, "DRAINING", "", f"wq={wq.name}")
        return
    req_cpu = cpu
    if cpu >= s.cpu_unbound:
        cpu = s.select_unbound_cpu(k.cpu.id) if wq.flags & WQ_UNBOUND else k.cpu.id
    pwq = wq.cpu_pwq.get(cpu)
    if pwq is None:  # no such CPU: the kernel reads per-CPU memory that is nobody's
        raise Fault("wild", NO_PERCPU + 8 * cpu, "read", 8, k.cx.line)
    if work.last_pool is not pwq.pool:
        pwq = _not_reentrant(wq, pwq, work)
    s.refresh_function(work)
    if not work.told:
        work.queued_ns = k.cx.now
    k.emit(QUEUE, work.obj, work.fn_name, wq.name, req_cpu, pwq.pool.cpu)
    if work.addr and not s.entry_is_empty(work):
        k.oops.warn(
            "__queue_work", 2327, f"entry of work at {work.addr + OFF_ENTRY:#x} is not empty: was it initialised?"
        )
        return
    pwq.nr_in_flight[pwq.work_color] += 1
    work.color = pwq.work_color
    pwq.refs += 1
    pool = pwq.pool
    if not pwq.inactive and tryinc_nr_active(pwq, False):
        insert_active(s, pwq, work)
        tell_depth(s, pwq)
        if not pool.nr_running:
            s.waits.about_to_kick(pool, work)
            s.kick(pool)
        s.waits.refresh(pool)
    else:
        work.inactive = True
        insert_work(s, pwq, work, pwq.inactive)
        tell_depth(s, pwq)
        s.waits.refresh_inactive(pwq)
    k.charge_cold("queue_work")


def _not_reentrant(wq: Wq, pwq: PoolWorkqueue, work: Work) -> PoolWorkqueue:
    """An item that runs for this workqueue on another pool goes there, so that it never runs twice at once (law L6)."""
    last = work.last_pool
    if last is not None and last is not pwq.pool and not wq.ordered:
        worker = last.executing(work)
        if worker is not None and worker.current_pwq is not None and worker.current_pwq.wq is wq:
            return worker.current_pwq
    return pwq


# ---- delayed work ------------------------------------------------------------------------------


def delayed_work_timer_fn(s: Workqueues, work: Work) -> None:
    """The timer of a delayed work expired: queue it, seen from the CPU that runs the timer (law L54)."""
    assert work.wq is not None
    queue_work(s, work.cpu, work.wq, work)


def _arm(s: Workqueues, cpu: int, wq: Wq, work: Work, delay: int) -> None:
    """__queue_delayed_work: PENDING is owned."""
    k = s.k
    if delay == 0:
        queue_work(s, cpu, wq, work)
        return
    work.wq, work.cpu = wq, cpu
    if work.obj < 0:
        s.identify(work)
    timer = work.timer or delayed_timer(s, work)
    s.refresh_function(work)
    pinned_cpu = cpu if cpu < s.cpu_unbound else None
    timer.pinned = False  # add_timer_global(); with a CPU add_timer_on() sets it
    k.timers.mod(timer, k.timers.jiffies + delay, pinned_cpu)
    k.cx.now += k.cost("call")
    s.waits.tell(work, "TIMER", f"timer:{timer.obj}", f"until_ns={k.timers.time_of(timer.bucket)} jiffies={delay}")


def delayed_timer(s: Workqueues, work: Work) -> Timer:
    """Makes the timer_list inside a delayed_work."""
    obj = s.k.obj("timer", work.addr + 32 if work.addr else 0, work.name, "delayed_work_timer_fn")
    work.timer = timer = Timer(lambda _: delayed_work_timer_fn(s, work), "delayed_work_timer_fn", obj, irqsafe=True)
    timer.addr = work.addr + OFF_TIMER if work.addr else 0
    return timer


def queue_delayed_work_on(s: Workqueues, cpu: int, wq: Wq, work: Work, delay: int) -> bool:
    """queue_delayed_work_on: False, and no change, if pending already (law L53)."""
    if work.pending:
        return False
    work.pending = True
    if work.disable and clear_pending_if_disabled(s, work):
        return False
    s.mirror(work)
    _arm(s, cpu, wq, work, delay)
    return True


def mod_delayed_work_on(s: Workqueues, cpu: int, wq: Wq, work: Work, delay: int) -> Gen:
    """mod_delayed_work_on: True if it was pending (timer or queue), False if idle; armed in both cases (law L52)."""
    was = yield from grab_pending(s, work, delayed=True)
    if not clear_pending_if_disabled(s, work):
        s.mirror(work)
        _arm(s, cpu, wq, work, delay)
    return was


# ---- rcu work ----------------------------------------------------------------------------------


def queue_rcu_work(s: Workqueues, wq: Wq, work: Work) -> bool:
    """queue_rcu_work: queued when a grace period has passed."""
    if work.pending:
        return False
    work.pending = True
    if clear_pending_if_disabled(s, work):
        s.k.oops.warn_once("queue_rcu_work", 2661, "rcu work is disabled")
        return False
    work.wq = wq
    s.identify(work)
    work.rcu_pending = True
    s.mirror(work)
    s.refresh_function(work)

    def elapsed() -> None:
        work.rcu_pending = False
        assert work.wq is not None
        queue_work(s, s.cpu_unbound, work.wq, work)

    s.k.rcu.call_rcu(elapsed, hurry=True)
    s.waits.tell(work, "GRACE_PERIOD", "", "")
    return True
