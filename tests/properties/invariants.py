"""What must hold of the workqueues after every step of the engine; `Watcher.look` raises where it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from server.sim.engine import Engine, Entry
from server.sim.workqueue.pool import IDLE, NOT_RUNNING, WorkerPool
from server.sim.workqueue.pwq import WQ_BH, NodeActive, PoolWorkqueue, Wq, node_active
from server.sim.workqueue.work import Work
from server.trace.events import KIND_BY_NAME
from tests.laws.script import Play

ACTIVATE = KIND_BY_NAME["workqueue_activate_work"]
MAX_STEPS = 150_000  # of a scenario: more means that it does not come to an end


class Checked(Engine):
    """An engine that looks at the kernel after each entry, once there is one."""

    __slots__ = ("after", "steps")

    def __init__(self, cx: Any) -> None:
        super().__init__(cx)
        self.after: Callable[[], None] = lambda: None
        self.steps = 0

    def at(self, t_ns: int, phase: int, cpu: int, fn: Callable[[], None]) -> Entry:
        """As Engine.at."""

        def step() -> None:
            fn()
            self.steps += 1
            assert self.steps < MAX_STEPS, "the scenario does not end"
            self.after()

        return super().at(t_ns, phase, cpu, step)


class Watcher:
    """Looks at one kernel; keeps what it saw last, for rules about changes."""

    def __init__(self, play: Play) -> None:
        self.play = play
        k = self.k = play.k
        works = self.works = [item.work for item in play.items.values() if item.work is not None]
        self.limits_set = 0  # by the script, as of the last look
        self.time = 0
        self.pwqs: list[PoolWorkqueue] = []  # also those that a workqueue has let go
        self.active: dict[PoolWorkqueue, int] = {}
        self.nodes: dict[NodeActive, int] = {}
        by_obj = {work.obj: work for work in works}
        emit = k.emit

        def heard(kind: int, *args: int | str) -> None:
            if kind == ACTIVATE and int(args[0]) in by_obj:
                self._oldest_first(by_obj[int(args[0])])
            emit(kind, *args)

        k.emit = heard  # type: ignore[method-assign]

    def look(self) -> None:
        """All rules."""
        k = self.k
        assert k.engine.time >= self.time, "time went back"
        self.time = k.engine.time
        wqs = [wq for wq in self.play.wqs.values() if not wq.destroyed]
        for wq in wqs:
            self.pwqs += [pwq for pwq in wq.pwqs if pwq not in self.active]
            for pwq in wq.pwqs:
                self.active.setdefault(pwq, 0)
        self._places()
        for pool in k.wq.pools:
            _pool(pool)
        for wq in wqs:
            for pwq in wq.pwqs:
                self._pwq(wq, pwq)
            self._node_limits(wq)
        for work in self.works:
            _work(work)
        self.limits_set = self.play.limits_set

    def _lists(self) -> Iterator[list[Work]]:
        for pool in self.k.wq.pools:
            yield pool.worklist
            for worker in pool.workers:
                yield worker.scheduled
        for pwq in self.pwqs:
            yield pwq.inactive

    def _places(self) -> None:
        """Each item is on one list, the one that it says."""
        seen: dict[Work, bool] = {}
        for members in self._lists():
            for work in members:
                assert work not in seen, f"{work} is on two lists"
                assert work.place is members, f"{work} is not where it says"
                seen[work] = True
        for work in self.works:
            assert (work.place is not None) == (work in seen), f"{work} says that it is on a list"

    def _pwq(self, wq: Wq, pwq: PoolWorkqueue) -> None:
        running = [w for w in pwq.pool.busy if w.current_pwq is pwq and w.current_work is not None]
        queued = [w for members in (pwq.pool.worklist, *(x.scheduled for x in pwq.pool.workers)) for w in members
                  if w.pwq is pwq]  # fmt: skip
        counted = [w for w in queued if not w.inactive]
        mine = [w for w in running if w.current_work is not None and w.current_work.barrier_of is None]
        assert pwq.nr_active == len(counted) + len(mine), f"{wq.name}: nr_active {pwq.nr_active}, {counted} {mine}"
        in_flight = len(queued) + len(running) + len(pwq.inactive)
        assert sum(pwq.nr_in_flight) == in_flight, f"{wq.name}: in flight {pwq.nr_in_flight}, are {in_flight}"
        limited = not wq.flags & WQ_BH and self.limits_set == self.play.limits_set
        if pwq.nr_active > self.active[pwq] and node_active(pwq) is None and limited:
            assert pwq.nr_active <= wq.max_active, f"{wq.name}: more active than max_active allows"
        self.active[pwq] = pwq.nr_active

    def _oldest_first(self, work: Work) -> None:
        """Items of a pwq are activated in the order of queueing."""
        pwq = work.pwq
        if pwq is None or work.place is not pwq.inactive:
            assert pwq is None or not pwq.inactive, f"{work} is activated at once, {pwq.inactive} wait"
        else:
            assert pwq.inactive[0] is work, f"{work} is activated before {pwq.inactive[0]}"

    def _node_limits(self, wq: Wq) -> None:
        """wq_node_nr_active: the sum of its pwqs, and within the limit when it grows."""
        for node, nna in wq.nodes.items():
            total = sum(pwq.nr_active for pwq in self.pwqs if pwq.wq is wq and pwq.pool.node == node)
            assert nna.nr == total, f"{wq.name}: node {node} counts {nna.nr}, its pwqs {total}"
            if nna.nr > self.nodes.get(nna, 0) and self.limits_set == self.play.limits_set:
                assert nna.nr <= nna.max, f"{wq.name}: node {node} has {nna.nr} active of {nna.max}"
            self.nodes[nna] = nna.nr


def _pool(pool: WorkerPool) -> None:
    """The counters of a pool are those of its workers."""
    if not pool.is_bh:
        counted = sum(1 for w in pool.workers if not w.flags & NOT_RUNNING and not w.sleeping)
        assert pool.nr_running == counted, f"pool {pool.id}: nr_running {pool.nr_running}, counted {counted}"
        for worker in pool.idle:
            assert worker.flags & IDLE and worker.current_work is None, f"{worker.name} is not idle"
        assert len({w.id for w in pool.workers if w.id >= 0}) == sum(1 for w in pool.workers if w.id >= 0)
    for worker in pool.busy:
        assert worker.current_work is not None and worker in pool.workers, f"{worker.name} is not busy"
    assert all(w in pool.workers for w in pool.idle)


def _work(work: Work) -> None:
    """PENDING and the place agree (model 1.1)."""
    if work.pwq is not None:
        assert work.pending and work.place is not None, f"{work} is queued and not pending"
        on_inactive = work.place is work.pwq.inactive
        assert work.inactive == on_inactive, f"{work}: INACTIVE is {work.inactive}, its list says {on_inactive}"
    else:
        assert work.place is None and not work.inactive and not work.linked, f"{work} is on a list of nobody"
    if work.timer is not None and work.timer.pending:
        assert work.pending and work.pwq is None, f"{work}: its timer is armed"
    assert work.disable >= 0
