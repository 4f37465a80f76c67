"""Grab, cancel, disable, enable (model 2.4)."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from server.sim.machine import Gen
from server.sim.workqueue.activate import dec_nr_in_flight, move_linked
from server.sim.workqueue.work import DISABLE_MAX, Work
from server.trace.events import KIND_BY_NAME

if TYPE_CHECKING:
    from server.sim.workqueue.system import Workqueues

CANCELLED = KIND_BY_NAME["wqp:cancelled"]
AGAIN = -11


def clear_pending_if_disabled(s: Workqueues, work: Work) -> bool:
    """True, and PENDING given back, if the item is disabled."""
    if not work.disable or work.pwq is not None:
        return False
    work.pending = False
    s.mirror(work)
    return True


def _try_to_grab(s: Workqueues, work: Work, delayed: bool) -> int:
    """try_to_grab_pending: 1 stolen, 0 was idle and is owned now, AGAIN."""
    if delayed and work.timer is not None and s.k.timers.delete(work.timer):
        return 1
    if not work.pending:
        work.pending = True
        return 0
    pwq = work.pwq
    if pwq is None or work.place is None:
        return AGAIN
    if work.inactive:
        move_linked(s, work, pwq.pool.worklist)
    color, inactive = work.color, work.inactive
    assert work.place is not None
    work.place.remove(work)
    if work in pwq.holders:
        pwq.holders.remove(work)
    work.last_pool = pwq.pool
    work.pwq = work.place = None
    work.inactive = work.linked = False
    dec_nr_in_flight(s, pwq, color, inactive)
    s.waits.refresh(pwq.pool)
    return 1


def grab_pending(s: Workqueues, work: Work, delayed: bool) -> Generator[Any, Any, bool]:
    """work_grab_pending: owns PENDING on return; spins while it cannot be had. Whether it was pending."""
    cx = s.k.cx
    if cx.now >= cx.horizon:
        yield None
    while (got := _try_to_grab(s, work, delayed)) == AGAIN:
        s.k.spinning_on(work)
        yield from s.k.relax()
    if got:
        s.k.emit(CANCELLED, work.obj, work.fn_name, "grabbed")
        s.waits.forget(work)
    return bool(got)


def cancel(s: Workqueues, work: Work, *, delayed: bool, disable: bool = False) -> Generator[Any, Any, bool]:
    """__cancel_work: takes a pending item back; with `disable` also deepens its disable depth.
    Whether it was pending.
    """
    was = yield from grab_pending(s, work, delayed)
    if disable:
        if work.disable < DISABLE_MAX:
            work.disable += 1
        else:
            s.k.oops.warn_once("work_offqd_disable", 4311, "workqueue: work disable count overflowed")
    work.pending = False
    s.mirror(work)
    s.k.charge_cold("cancel_work")
    return was


def cancel_sync(s: Workqueues, work: Work, *, delayed: bool, disable: bool = False) -> Generator[Any, Any, bool]:
    """__cancel_work_sync: also waits for a running instance; queueing fails meanwhile (law L44)."""
    was = yield from cancel(s, work, delayed=delayed, disable=True)
    if not work.bh:
        yield from s.k.might_sleep("__flush_work")
    yield from s.flush_for_cancel(work)
    if not disable:
        yield from enable(s, work)
    return was


def enable(s: Workqueues, work: Work) -> Gen:
    """enable_work: one disable less; True if the item can be queued again. At depth 0 it warns,
    and steals (law L48).
    """
    got = yield from grab_pending(s, work, False)
    if work.disable > 0:
        work.disable -= 1
    else:
        s.k.oops.warn_once("enable_work", 4362, "workqueue: work disable count underflowed")
    work.pending = False
    s.mirror(work)
    del got
    return work.disable == 0
