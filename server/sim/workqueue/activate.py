"""Moving items between their lists: insertion, activation, retirement (model 2.1 G, 4.4 step 12, 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.workqueue.pool import WorkerPool
from server.sim.workqueue.pwq import NodeActive, PoolWorkqueue, tryinc_nr_active
from server.sim.workqueue.work import Work
from server.trace.events import KIND_BY_NAME

if TYPE_CHECKING:
    from server.sim.workqueue.system import Workqueues

ACTIVATE = KIND_BY_NAME["workqueue_activate_work"]
DEPTH = KIND_BY_NAME["wqp:depth"]


def tell_depth(s: Workqueues, pwq: PoolWorkqueue) -> None:
    """Emits how full a pwq is."""
    nna = pwq.node_active
    wq = pwq.wq
    limit = wq.max_active if nna is None else nna.max
    s.k.emit(DEPTH, wq.name, pwq.pool.obj, pwq.nr_active, len(pwq.inactive), limit)


def insert_work(s: Workqueues, pwq: PoolWorkqueue, work: Work, place: list[Work], at: int | None = None) -> None:
    """insert_work: the item belongs to `pwq` from now on and stands in `place`, at its end or at `at`."""
    work.pwq = pwq
    work.place = place
    work.swept = False
    if at is None:
        place.append(work)
    else:
        place.insert(at, work)
    s.mirror(work)


def insert_active(s: Workqueues, pwq: PoolWorkqueue, work: Work) -> None:
    """insert_work and __pwq_activate_work in one, of an item that never was inactive."""
    pool = pwq.pool
    s.k.emit(ACTIVATE, work.obj, work.fn_name)
    worklist = pool.worklist
    if not worklist:
        pool.watchdog_ns = s.k.cx.now
    work.pwq = pwq
    work.place = worklist
    work.swept = work.inactive = False
    worklist.append(work)
    pwq.holders.append(work)
    s.mirror(work)


def activate_work(s: Workqueues, pwq: PoolWorkqueue, work: Work) -> None:
    """__pwq_activate_work: an inactive item, with the barriers linked to it, goes to its pool's worklist."""
    pool = pwq.pool
    s.k.emit(ACTIVATE, work.obj, work.fn_name)
    if not pool.worklist:
        pool.watchdog_ns = s.k.cx.now
    move_linked(s, work, pool.worklist)
    work.inactive = False
    pwq.holders.append(work)
    s.mirror(work)


def move_linked(s: Workqueues, work: Work, target: list[Work]) -> None:
    """move_linked_works: `work` and the barriers linked behind it go to the end of `target` as one."""
    source = work.place
    assert source is not None
    if not work.linked:
        source.remove(work)
        target.append(work)
        work.place = target
        work.swept = False
        return
    i = source.index(work)
    chain = [source[i]]
    while chain[-1].linked and i + len(chain) < len(source):
        chain.append(source[i + len(chain)])
    del source[i : i + len(chain)]
    target.extend(chain)
    for moved in chain:
        moved.place, moved.swept = target, False


def activate_first_inactive(s: Workqueues, pwq: PoolWorkqueue, fill: bool) -> bool:
    """pwq_activate_first_inactive: the oldest inactive item, if there is one and a slot for it (law L12)."""
    if pwq.inactive and tryinc_nr_active(pwq, fill):
        activate_work(s, pwq, pwq.inactive[0])
        return True
    return False


def _node_activate_pending(s: Workqueues, nna: NodeActive, caller: WorkerPool) -> None:
    """node_activate_pending_pwq: pwqs that wait for a slot take turns (law L14)."""
    while nna.pending:
        pwq = nna.pending[0]
        if not pwq.inactive:
            nna.pending.popleft()
            continue
        if nna.nr >= nna.max:
            return
        nna.nr += 1
        pwq.nr_active += 1
        activate_work(s, pwq, pwq.inactive[0])
        nna.pending.popleft()
        if pwq.inactive:
            nna.pending.append(pwq)
        if pwq.pool is not caller:
            s.kick(pwq.pool)
        s.waits.refresh(pwq.pool)
        tell_depth(s, pwq)
        return


def dec_nr_active(s: Workqueues, pwq: PoolWorkqueue) -> None:
    """pwq_dec_nr_active: a slot is free again; the next item may have it."""
    pwq.nr_active -= 1
    nna = pwq.node_active
    if nna is None:
        if pwq.inactive:
            activate_first_inactive(s, pwq, False)
        return
    nna.nr -= 1
    if nna.nr < nna.max:
        _node_activate_pending(s, nna, pwq.pool)


def dec_nr_in_flight(s: Workqueues, pwq: PoolWorkqueue, color: int, inactive: bool) -> None:
    """pwq_dec_nr_in_flight: an item has retired (or was stolen); may activate another and end a flush."""
    if color >= 0:
        if not inactive:
            dec_nr_active(s, pwq)
        pwq.nr_in_flight[color] -= 1
        if pwq.flush_color == color and not pwq.nr_in_flight[color]:
            pwq.flush_color = -1
            s.flusher_pwq_done(pwq.wq)
    if pwq.refs > 1:
        pwq.refs -= 1
    else:
        s.put_pwq(pwq)
    if pwq.inactive:
        s.waits.refresh_inactive(pwq)
    tell_depth(s, pwq)
