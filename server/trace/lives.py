"""The lives of work items: each queueing (or arming) of a work up to its end, with its phases, rows and waits.

    timer_start   queue_work     activate      execute_start     execute_end
        | armed       | held         | queued        | executing      |
        + timer lane  + held row     + worklist row  + worker's lane

`held` is what the kernel calls inactive. An item that is queued is undecided until the kernel's next event on that
CPU: activate_work follows at once, or not, and then the item is held from the beginning. While an item executes, its
worker's track (`server/trace/tracks.py`) tells what it does; before that, this module keeps exactly one wait open.
"""

from __future__ import annotations

from server.trace import explain
from server.trace.causes import HELD_CAUSES
from server.trace.lanes import Lanes, pool_of_object
from server.trace.recording import Recording
from server.trace.rows import ARMED, CANCELLED, COUNTERS, HELD, QUEUED, Rows
from server.trace.tracks import Told

TIMER_IN_DELAYED_WORK = 32  # offsetof(struct delayed_work, timer) without lockdep

COUNT_WORKLIST, COUNT_HELD = COUNTERS.index("worklist"), COUNTERS.index("held")


class Life:
    """One life. `phase` is told, armed, undecided, held, queued, executing or over."""

    __slots__ = (
        "item",
        "obj",
        "wq",
        "phase",
        "pool",
        "pool_known",
        "span",
        "lane",
        "row_kind",
        "wait",
        "cause",
        "suggested",
        "queue_ns",
        "queue_seq",
        "from_lane",
        "line",
    )

    def __init__(self, item: int, obj: int) -> None:
        self.item = item
        self.obj = obj
        self.wq = ""
        self.phase = "told"
        self.pool = ""
        self.pool_known = False
        self.span = -1
        self.lane = -1
        self.row_kind = ""  # of the pool's rows it lies on
        self.wait = -1
        self.cause = ""
        self.suggested = False  # the cause is only what phase and neighbours suggest
        self.queue_ns = -1
        self.queue_seq = -1
        self.from_lane = -1
        self.line = -1


class Lives:
    """All lives of a run."""

    def __init__(self, recording: Recording, rows: Rows, lanes: Lanes) -> None:
        self.recording = recording
        self.rows = rows
        self.lanes = lanes
        self.waiting: dict[int, Life] = {}  # by object: told, armed, undecided, held, queued
        self.executing: dict[int, list[Life]] = {}
        self.by_item: list[Life] = []
        self.nth: dict[int, int] = {}
        self.undecided: dict[int, Life] = {}  # by CPU
        self.latest: dict[int, Life] = {}  # by CPU: the item queued last, whose pool a depth event may tell
        self.pool_of: dict[int, tuple[str, int]] = {}  # by object: a pool's key and its CPU, or -1
        self.pool_of_wq: dict[tuple[str, int], str] = {}  # (workqueue, CPU or -1)
        self.depths: dict[tuple[str, int], int] = {}  # (pool, COUNT_*): items now
        self.max_active: dict[str, int] = {}
        self.ordered: dict[str, bool] = {}
        self.explainer = explain.Explainer(recording, rows, self.life_of)

    # -- finding

    def life_of(self, obj: int) -> Life | None:
        """The life that a culprit `item:OBJ` means: the one that executes, else the one that waits."""
        executing = self.executing.get(obj)
        return executing[-1] if executing else self.waiting.get(obj)

    def _born(self, obj: int, wq_index: int = -1) -> Life:
        nth = self.nth.get(obj, 0)
        self.nth[obj] = nth + 1
        life = Life(self.rows.items.add(obj, nth, wq_index), obj)
        self.by_item.append(life)
        return life

    def waiting_life(self, obj: int) -> Life:
        """The life that has not started yet; a new one where there is none."""
        life = self.waiting.get(obj)
        if life is None:
            life = self.waiting[obj] = self._born(obj)
        return life

    # -- waits

    def wait(self, life: Life, t_ns: int, seq: int, told: Told | None) -> None:
        """The item waits, from now on, for what was told; without it, for what its phase and neighbours suggest."""
        waits = self.rows.waits
        suggested = told is None
        told = told or self._suggested(life, seq)
        basis = 1 if suggested else self.explainer.basis
        # What was only suggested gives way, from its beginning on, to the first thing known.
        guess = life.wait >= waits.sent and life.suggested and life.cause in ("UNKNOWN", told.cause)
        if life.wait >= 0 and not guess and not waits.fresh(life.wait, t_ns):
            waits.close(life.wait, t_ns)
            life.wait = -1
        if life.wait < 0:
            life.wait = waits.add(life.item, -1, t_ns, seq, told.line, life.span)
        life.cause, life.suggested = told.cause, suggested
        limit = self.max_active.get(life.wq)
        self.explainer.explain(life.wait, told, basis, life.wq, "" if limit is None else str(limit))

    def _suggested(self, life: Life, seq: int) -> Told:
        if life.phase == "armed":
            return Told(seq, "TIMER", "", "", life.line)
        if life.phase == "held":
            ahead = [x for lives in self.executing.values() for x in lives if x.wq == life.wq][:8]
            cause = "ORDERED" if self.is_ordered(life.wq) else "MAX_ACTIVE"
            return Told(seq, cause, ",".join(f"item:{x.obj}" for x in ahead), "", life.line)
        return Told(seq, "UNKNOWN", "", "", life.line)

    def is_ordered(self, wq: str) -> bool:
        """Whether the object table calls this workqueue ordered."""
        if wq not in self.ordered:
            rows = self.recording.objects
            self.ordered[wq] = any(o.kind == "workqueue" and o.name == wq and "ordered" in o.info for o in rows)
        return self.ordered[wq]

    def told(self, obj: int, t_ns: int, told: Told) -> None:
        """A `wqp:wait` event about an item."""
        if not told.cause:
            return  # the start or the cancelling that follows ends the wait
        if told.cause == "DRAINING" and obj not in self.waiting:
            return  # it was refused: no life begins
        life = self.waiting_life(obj)
        if life.phase == "told" and told.cause == "GRACE_PERIOD":  # queue_rcu_work: the callback is its timer
            life.phase, life.line = "armed", told.line
            self.rows.step(life.item, "armed", told.seq)
        if life.phase == "undecided" and told.cause in HELD_CAUSES:
            self._decide(life, HELD, seq=told.seq)
        self.wait(life, t_ns, told.seq, told)

    # -- phases

    def armed(self, obj: int, t_ns: int, seq: int, line: int) -> Life:
        """A delayed work's timer starts, for the first time or anew."""
        life = self.waiting_life(obj)
        if life.phase == "told":
            life.phase, life.line = "armed", line
            self.rows.step(life.item, "armed", seq)
        if life.wait < 0:
            self.wait(life, t_ns, seq, None)
        return life

    def queued(
        self, obj: int, t_ns: int, seq: int, cpu: int, wq: tuple[int, str, int], from_lane: int, line: int
    ) -> None:
        """queue_work; `wq` is the workqueue's string index, its name, and the CPU of its pool (-1: unbound)."""
        self.settle(cpu, seq)
        wq_index, name, pool_cpu = wq
        life = self.waiting_life(obj)
        self.rows.items.wq[life.item] = wq_index
        life.wq, life.queue_ns, life.queue_seq, life.from_lane, life.line = name, t_ns, seq, from_lane, line
        was_armed = life.phase == "armed"
        life.phase = "undecided"
        life.pool, life.pool_known = self._pool(name, pool_cpu)
        self.lanes.serves(life.pool, name, self.is_ordered(name))
        by = "by RCU" if life.cause == "GRACE_PERIOD" else "by its timer"
        self.rows.step(life.item, "queued", seq, by if was_armed else "")
        if was_armed and life.wait >= 0:
            self.rows.waits.close(life.wait, t_ns)
            life.wait = -1
        self.undecided[cpu] = self.latest[cpu] = life

    def _pool(self, wq: str, cpu: int) -> tuple[str, bool]:
        known = self.pool_of_wq.get((wq, cpu))
        if known:
            return known, cpu >= 0
        if cpu >= 0:
            return f"{cpu}{'H' if 'highpri' in wq and 'bh' not in wq else ''}", False
        return f"wq:{wq}", False

    def settle(self, cpu: int, seq: int) -> None:
        """Another event came on this CPU: an item queued there that was not activated is held."""
        life = self.undecided.get(cpu)
        if life is not None:
            self._decide(life, HELD, seq)

    def _decide(self, life: Life, state: int, seq: int) -> None:
        """The undecided item is held, or queued, since it was queued."""
        for cpu in [c for c, x in self.undecided.items() if x is life]:
            del self.undecided[cpu]
        life.phase = "held" if state == HELD else "queued"
        self._lie(life, state, life.queue_ns, life.queue_seq)
        if life.wait < 0:
            self.wait(life, life.queue_ns, life.queue_seq, None)
        self.rows.waits.span[life.wait] = life.span

    def activated(self, obj: int, t_ns: int, seq: int) -> None:
        """activate_work: from the inactive list, or straight from queue_work, to the worklist."""
        life = self.waiting_life(obj)
        self.rows.step(life.item, "activated", seq)
        if life.phase == "undecided":
            self._decide(life, QUEUED, seq)
            return
        life.phase = "queued"
        self._leave(life, t_ns, seq)
        self._lie(life, QUEUED, t_ns, seq)
        if life.cause in HELD_CAUSES or life.wait < 0:
            self.wait(life, t_ns, seq, None)

    def _lie(self, life: Life, state: int, t_ns: int, seq: int) -> None:
        """Puts the item on a row of its pool and counts it."""
        kind = "held" if state == HELD else "worklist"
        life.row_kind = kind
        life.lane = self.lanes.take(life.pool, kind)
        life.span = self.rows.spans.add(life.lane, state, t_ns, seq, life.item, -1, life.line)
        self._count(life.pool, COUNT_HELD if state == HELD else COUNT_WORKLIST, 1, t_ns)

    def _leave(self, life: Life, t_ns: int, seq: int) -> None:
        """Takes the item from its row."""
        if life.span >= 0:
            self.rows.spans.close(life.span, t_ns, seq)
            self.lanes.give_back(life.pool, life.row_kind, life.lane)
            self._count(life.pool, COUNT_HELD if life.row_kind == "held" else COUNT_WORKLIST, -1, t_ns)
        life.span = life.lane = -1

    def _count(self, pool: str, counter: int, change: int, t_ns: int) -> None:
        value = self.depths[pool, counter] = self.depths.get((pool, counter), 0) + change
        self.rows.counters.add(self.lanes.pool(pool), counter, t_ns, value)

    def started(self, obj: int, t_ns: int, seq: int, pool: str, lane: int) -> Life:
        """execute_start on a worker of `pool`, whose lane is given."""
        life = self.waiting_life(obj)
        if life.phase == "undecided":
            self._decide(life, QUEUED, seq)
        del self.waiting[obj]
        self._leave(life, t_ns, seq)
        if life.wait >= 0:
            self.rows.waits.close(life.wait, t_ns)
            life.wait = -1
        if not life.pool_known and life.wq and pool not in ("rescuers", ""):
            self.serves(life.wq, -1 if pool.startswith("u") else int("".join(filter(str.isdigit, pool)) or 0), pool)
        life.phase = "executing"
        self.executing.setdefault(obj, []).append(life)
        self.rows.step(life.item, "started", seq)
        if life.queue_seq >= 0:
            self.rows.arrow("queued", life.queue_seq, seq, (life.from_lane, lane), life.item)
        return life

    def ended(self, life: Life, seq: int) -> None:
        """execute_end."""
        life.phase = "over"
        lives = self.executing.get(life.obj, [])
        if life in lives:
            lives.remove(life)
        self.rows.step(life.item, "ended", seq)

    def cancelled(self, obj: int, t_ns: int, seq: int, how: str, timer_lane: int) -> None:
        """The item leaves its queue, or its timer's lane, without having run."""
        life = self.waiting.pop(obj, None)
        if life is None:
            return
        if life.phase == "undecided":
            self._decide(life, HELD, seq)
        lane = life.lane if life.lane >= 0 else timer_lane
        self._leave(life, t_ns, seq)
        if life.wait >= 0:
            self.rows.waits.close(life.wait, t_ns)
        if lane >= 0:
            mark = self.rows.spans.add(lane, CANCELLED, t_ns, seq, life.item, -1, life.line)
            self.rows.spans.close(mark, t_ns, seq)
        life.phase = "over"
        self.rows.step(life.item, "cancelled", seq, how)

    # -- pools

    def serves(self, wq: str, cpu: int, pool: str) -> None:
        """It is known that items of `wq`, queued for `cpu` (-1: unbound), go to `pool`."""
        if self.pool_of_wq.get((wq, cpu)) != pool:
            self.pool_of_wq[wq, cpu] = pool
            self.lanes.serves(pool, wq, self.is_ordered(wq))

    def depth(self, t_ns: int, seq: int, cpu: int, wq: str, pool_obj: int, max_active: int) -> None:
        """A pwq's depths changed: tells which pool serves the workqueue, and so the item just queued here."""
        known = self.pool_of.get(pool_obj)
        if known is None:
            row = self.recording.objects[pool_obj]
            key = pool_of_object(row)
            self.lanes.pool_objects.setdefault(key, row)
            pool_cpu = -1 if key.startswith("u") else int("".join(filter(str.isdigit, key)) or 0)
            known = self.pool_of[pool_obj] = key, pool_cpu
        key, pool_cpu = known
        self.max_active[wq] = max_active
        self.serves(wq, pool_cpu, key)
        life = self.latest.get(cpu)
        if life is None or life.wq != wq or life.pool_known:
            return
        life.pool_known = True
        if life.pool != key and life.phase in ("undecided", "held", "queued"):
            state = HELD if life.row_kind == "held" else QUEUED
            lies = life.span >= 0
            self._leave(life, t_ns, seq)
            life.pool = key
            if lies:
                self._lie(life, state, t_ns, seq)
                if life.wait >= 0 and self.rows.waits.fresh(life.wait, t_ns):
                    self.rows.waits.span[life.wait] = life.span


class Timers:
    """Lanes of armed timers: modules' own and those of delayed works; not the kernel's, nor those of sleeping tasks."""

    def __init__(self, recording: Recording, rows: Rows, lanes: Lanes) -> None:
        self.recording, self.rows, self.lanes = recording, rows, lanes
        self.lane: dict[int, int] = {}
        self.span: dict[int, int] = {}
        self.works: dict[int, int] = {}

    def work_of(self, timer: int) -> int:
        """The delayed work whose timer this is, as an object index, or -1."""
        if timer not in self.works:
            self.works[timer] = self._work_at(timer)
        return self.works[timer]

    def _work_at(self, timer: int) -> int:
        row = self.recording.objects[timer]
        if row.info != "delayed_work_timer_fn":
            return -1
        for index in range(len(self.recording.objects) - 1, -1, -1):  # the youngest: memory is used again
            work = self.recording.objects[index]
            if work.kind in ("delayed_work", "work") and work.addr + TIMER_IN_DELAYED_WORK == row.addr:
                return index
        return -1

    def start(self, timer: int, function: str, t_ns: int, seq: int, item: int, task: int, line: int) -> None:
        """The timer is armed."""
        if function != "delayed_work_timer_fn" and not function.endswith("]"):
            return
        self.stop(timer, t_ns, seq)
        if timer not in self.lane:
            self.lane[timer] = self.lanes.timer(self.recording.objects[timer].name, timer)
        self.span[timer] = self.rows.spans.add(self.lane[timer], ARMED, t_ns, seq, item, task, line)

    def stop(self, timer: int, t_ns: int, seq: int) -> None:
        """It expires or is cancelled."""
        span = self.span.pop(timer, -1)
        if span >= 0:
            self.rows.spans.close(span, t_ns, seq)

    def lane_of_work(self, obj: int) -> int:
        """The lane of a delayed work's timer, or -1."""
        return next((self.lane[t] for t, work in self.works.items() if work == obj and t in self.lane), -1)
