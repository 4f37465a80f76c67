"""Latency anatomy: where the time of each item went, of each cause, workqueue and worker."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from server.trace.causes import CAUSES, CODES
from server.trace.durations import duration
from server.trace.rows import ARMED, BLOCKED, HELD, IDLE, QUEUED, RUNNABLE, RUNNING, SLEEPING, STEPS
from server.trace.timeline import Timeline

ITEM_STATES = (ARMED, HELD, QUEUED, RUNNING, SLEEPING, BLOCKED, RUNNABLE)
# Not worth a sentence: a worker's way to the CPU, and a sleep that the item asked for.
_ORDINARY = frozenset(CODES.index(code) for code in ("WORKER_WAKING", "TIMER", "UNKNOWN"))


class Anatomy(msgspec.Struct):
    """Durations of one life, in ns."""

    armed: int = 0
    held: int = 0
    queued: int = 0
    running: int = 0
    sleeping: int = 0
    blocked: int = 0
    runnable: int = 0

    @property
    def total(self) -> int:
        """From the first step to the last."""
        return sum(msgspec.structs.astuple(self))


class CauseTotal(msgspec.Struct):
    """Waiting for one cause; `item` waited longest."""

    count: int = 0
    total: int = 0
    longest: int = 0
    item: int = -1


class QueueTotal(msgspec.Struct):
    """One workqueue; `latency` is from queueing to start, `run` from start to end, both sums in ns."""

    queued: int = 0
    started: int = 0
    ended: int = 0
    cancelled: int = 0
    held: int = 0
    latency: int = 0
    latency_max: int = 0
    run: int = 0


class WorkerTotal(msgspec.Struct):
    """One worker's time, in ns."""

    name: str = ""
    items: int = 0
    running: int = 0
    sleeping: int = 0
    idle: int = 0


class Stats:
    """All figures of a timeline, as it stands."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.rows = timeline.rows
        self.now = timeline.t_ns
        self.lane_kinds = {lane.id: lane.kind for lane in self.rows.lanes}
        self.items = self._items()
        self.causes = self._causes()
        self.workqueues = self._workqueues()
        self.workers = self._workers()

    def _span_ns(self, span: int) -> int:
        end = self.rows.spans.end[span]
        return (end if end >= 0 else self.now) - self.rows.spans.start[span]

    def _wait_ns(self, wait: int) -> int:
        end = self.rows.waits.end[wait]
        return (end if end >= 0 else self.now) - self.rows.waits.start[wait]

    def _items(self) -> list[Anatomy]:
        spans = self.rows.spans
        names = {ARMED: "armed", HELD: "held", QUEUED: "queued", RUNNING: "running", SLEEPING: "sleeping"}
        names |= {BLOCKED: "blocked", RUNNABLE: "runnable"}
        out = [Anatomy() for _ in range(len(self.rows.items))]
        for span in range(len(spans)):
            item, name = spans.item[span], names.get(spans.state[span])
            if item >= 0 and name and self.lane_kinds.get(spans.lane[span]) != "cpu":
                setattr(out[item], name, getattr(out[item], name) + self._span_ns(span))
        return out

    def _causes(self) -> dict[int, CauseTotal]:
        waits = self.rows.waits
        out: dict[int, CauseTotal] = {}
        for wait in range(len(waits)):
            if waits.item[wait] < 0:
                continue
            total, ns = out.setdefault(waits.cause[wait], CauseTotal()), self._wait_ns(wait)
            total.count += 1
            total.total += ns
            if ns > total.longest or total.item < 0:
                total.longest, total.item = ns, waits.item[wait]
        return dict(sorted(out.items()))

    def _workqueues(self) -> dict[str, QueueTotal]:
        strings, items = self.timeline.recording.strings, self.rows.items
        out: dict[str, QueueTotal] = {}
        for item, life in enumerate(self.timeline.lives.by_item):
            if items.wq[item] < 0:
                continue
            total = out.setdefault(strings[items.wq[item]], QueueTotal())
            anatomy = self.items[item]
            waited = anatomy.held + anatomy.queued
            total.held += anatomy.held > 0
            if life.phase in ("executing", "over"):
                total.latency += waited
                total.latency_max = max(total.latency_max, waited)
            total.run += anatomy.running + anatomy.sleeping + anatomy.blocked + anatomy.runnable
        columns = self.rows.steps.columns
        for item, step in zip(columns["item"], columns["step"], strict=True):
            name = STEPS[step]
            if items.wq[item] >= 0 and name in ("queued", "started", "ended", "cancelled"):
                total = out[strings[items.wq[item]]]
                setattr(total, name, getattr(total, name) + 1)
        return out

    def _workers(self) -> dict[int, WorkerTotal]:
        spans, lanes = self.rows.spans, self.rows.current_lanes()
        out: dict[int, WorkerTotal] = {}
        executed: dict[int, set[int]] = {}
        for span in range(len(spans)):
            lane = lanes.get(spans.lane[span])
            if lane is None or lane.kind != "worker":
                continue
            total, state, ns = out.setdefault(lane.id, WorkerTotal(lane.name)), spans.state[span], self._span_ns(span)
            if state == RUNNING:
                total.running += ns
            elif state == IDLE:
                total.idle += ns
            else:
                total.sleeping += ns
            if spans.item[span] >= 0:
                executed.setdefault(lane.id, set()).add(spans.item[span])
        for lane_id, total in out.items():
            total.items = len(executed.get(lane_id, ()))
        return out

    def _told(self) -> list[bool]:
        """Which items a sentence is about: the module's own; where a trace does not say whose they are, all."""
        recording = self.timeline.recording
        mark = f"[{recording.header.module}]"
        own = [recording.objects[obj].info.endswith(mark) for obj in self.rows.items.object]
        return own if any(own) else [True] * len(own)

    def _waited(self, *, executing: bool) -> dict[int, dict[int, int]]:
        """Of each item that waited for a jiffy and more, the time by cause: before it started, or while executing."""
        waits = self.rows.waits
        told = self._told()
        by_item: dict[int, dict[int, int]] = {}
        for wait in range(len(waits)):
            item, cause = waits.item[wait], waits.cause[wait]
            if item >= 0 and told[item] and (waits.task[wait] >= 0) is executing and cause not in _ORDINARY:
                causes = by_item.setdefault(item, {})
                causes[cause] = causes.get(cause, 0) + self._wait_ns(wait)
        shortest = self.timeline.recording.header.tick_ns  # less is not worth a sentence
        return {item: causes for item, causes in by_item.items() if sum(causes.values()) >= shortest}

    def summary(self) -> str:
        """One sentence: how many items waited to start, else how many while they executed, and the longest of it."""
        if not len(self.rows.items):
            return "no item was queued"
        by_item = self._waited(executing=False)
        said = f"{len(by_item)} item{'s' if len(by_item) > 1 else ''} waited"
        if not by_item:
            by_item = self._waited(executing=True)
            said = f"no item waited to start, {len(by_item)} waited while executing"
        if not by_item:
            return "no item waited for another"
        item = max(by_item, key=lambda i: sum(by_item[i].values()))
        cause = max(by_item[item], key=lambda c: by_item[item][c])
        return f"{said}; longest {duration(sum(by_item[item].values()))}: {CAUSES[CODES[cause]].chip}"

    def message(self) -> dict[str, object]:
        """The `stats` of the `end` message."""
        items: dict[str, list[int]] = {"item": list(range(len(self.items)))}
        for name in Anatomy.__struct_fields__:
            items[name] = [getattr(anatomy, name) for anatomy in self.items]
        items["total"] = [anatomy.total for anatomy in self.items]
        lanes = self.rows.current_lanes()
        return {
            "summary": self.summary(),
            "items": items,
            "causes": {"cause": list(self.causes), **_columns(list(self.causes.values()), CauseTotal)},
            "workqueues": {"name": list(self.workqueues), **_columns(list(self.workqueues.values()), QueueTotal)},
            "workers": {
                "pid": [lanes[lane].pid for lane in self.workers],
                **_columns(list(self.workers.values()), WorkerTotal),
            },
        }


def _columns(rows: Sequence[msgspec.Struct], kind: type[msgspec.Struct]) -> dict[str, list[object]]:
    return {name: [getattr(row, name) for row in rows] for name in kind.__struct_fields__}
