"""Chrome's JSON trace format, which the Perfetto UI opens: a track per CPU, worker, timer and task, with flow arrows.

A group of lanes is a process there, a lane a thread, a span a complete event (`X`); arrows are flows (`s`, `f`),
counters `C`, console lines instants (`i`). Times are microseconds with three decimals, exact to the nanosecond. The UI
ties an arrow's ends to the spans around them, and reports an error for one that has none: such an arrow is left out,
and one that leaves a span at its very end leaves it 1 ns before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

import msgspec

from server.trace import rows
from server.trace.causes import CAUSES, CODES
from server.trace.events import KIND_BY_NAME
from server.trace.infer import explained
from server.trace.recording import Recording
from server.trace.rows import Lane
from server.trace.timeline import Timeline

CONSOLE = KIND_BY_NAME["console"]
_encode = msgspec.json.Encoder().encode
_FIRST_POOL = 10
_GROUPS = {"cpu": (1, "CPUs"), "timer": (2, "timers"), "task": (3, "tasks")}
# Names of Catapult's palette, which Perfetto maps to its own.
_COLOURS = {"running": "thread_state_running", "runnable": "thread_state_runnable", "blocked": "thread_state_iowait"}


def micros(ns: int) -> msgspec.Raw:
    """A time in ns as a JSON number of microseconds."""
    return msgspec.Raw(f"{ns // 1000}.{ns % 1000:03d}".encode())


def write(recording: Recording) -> Iterator[bytes]:
    """One JSON object, an event a line."""
    recording = explained(recording)
    timeline = Timeline(recording)
    timeline.feed()
    writer = _Writer(timeline)
    header = recording.header
    yield b'{"displayTimeUnit":"ns","otherData":'
    other = {n: getattr(header, n) for n in ("producer", "engine", "kernel", "time_base", "module")}
    if recording.opens:
        other["open"] = " ".join(filter(None, (recording.opens.summary, recording.opens.ends)))
    yield _encode(other)
    yield b',"traceEvents":['
    first = True
    for event in writer.events():
        yield (b"\n" if first else b",\n") + _encode(event)
        first = False
    yield b"\n]}\n"


class _Writer:
    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.recording = timeline.recording
        self.rows = timeline.rows
        self.lanes = self.rows.current_lanes()
        self.drawn: dict[int, tuple[list[int], list[int]]] = {}  # by lane: starts and ends of what _spans wrote, in ns
        opens = self.recording.opens
        self.open_events = opens.by_event() if opens else {}
        self.open_spans = opens.by_span() if opens else {}
        self.open_waits = opens.by_wait() if opens else {}
        self.waits_of: dict[int, list[int]] = {}
        for wait, span in enumerate(self.rows.waits.span):
            self.waits_of.setdefault(span, []).append(wait)

    def place(self, lane: Lane) -> dict[str, object]:
        """The process and thread of a lane."""
        if lane.kind in _GROUPS:
            return {"pid": _GROUPS[lane.kind][0], "tid": lane.id + 1}
        pool = lane.parent if lane.parent >= 0 else lane.id
        return {"pid": _FIRST_POOL + pool, "tid": lane.id + 1}

    def events(self) -> Iterator[dict[str, object]]:
        """All entries of the trace."""
        yield from self._names()
        yield from self._spans()
        yield from self._arrows()
        yield from self._counters()
        yield from self._console()

    def _names(self) -> Iterator[dict[str, object]]:
        pools = [lane for lane in self.lanes.values() if lane.kind == "pool"]
        groups = [(pid, name, pid) for pid, name in _GROUPS.values()]
        groups += [(_FIRST_POOL + p.id, f"{p.name} ({p.sub})" if p.sub else p.name, p.order) for p in pools]
        for pid, name, order in groups:
            yield {"ph": "M", "name": "process_name", "pid": pid, "tid": 0, "args": {"name": name}}
            yield {"ph": "M", "name": "process_sort_index", "pid": pid, "tid": 0, "args": {"sort_index": order}}
        for lane in self.lanes.values():
            if lane.kind != "pool":
                place = self.place(lane)
                name = f"{lane.name} ({lane.sub})" if lane.sub else lane.name
                yield {"ph": "M", "name": "thread_name", **place, "args": {"name": name}}
                yield {"ph": "M", "name": "thread_sort_index", **place, "args": {"sort_index": lane.order}}

    def _name(self, item: int) -> str:
        return self.recording.objects[self.rows.items.object[item]].name

    def _spans(self) -> Iterator[dict[str, object]]:
        spans = self.rows.spans
        for span in range(len(spans)):
            lane, state = self.lanes.get(spans.lane[span]), rows.STATES[spans.state[span]]
            if lane is None or state == "idle":
                continue
            task, start = spans.task[span], spans.start[span]
            end = spans.end[span] if spans.end[span] >= 0 else self.timeline.t_ns
            args: dict[str, object] = {"state": state}
            if task >= 0:
                args |= {"comm": self.recording.tasks[task].comm, "pid": self.recording.tasks[task].pid}
            if spans.line[span] > 0:
                args["line"] = f"module.c:{spans.line[span]}"
            waits = self.waits_of.get(span, [])
            if waits:
                args["why"] = "; ".join(self._why(wait) for wait in waits)
            if span in self.open_spans:
                args["open"] = " ".join(fact.text for fact in self.open_spans[span])
            starts, ends = self.drawn.setdefault(lane.id, ([], []))
            starts.append(start)
            ends.append(end)
            shown: dict[str, object] = {"ph": "X", "cat": state, "name": self._title(span, lane, waits)}
            shown |= {**self.place(lane), "ts": micros(start), "dur": micros(end - start), "args": args}
            if state in _COLOURS:
                shown["cname"] = _COLOURS[state]
            yield shown

    def _why(self, wait: int) -> str:
        words = self.timeline.lives.explainer.sentence(wait)
        return f"{words} (in this run; {self.open_waits[wait].text})" if wait in self.open_waits else words

    def _title(self, span: int, lane: Lane, waits: list[int]) -> str:
        """The item first, then what it does or waits for."""
        spans = self.rows.spans
        item, task, state = spans.item[span], spans.task[span], rows.STATES[spans.state[span]]
        if item < 0 and lane.kind == "cpu" and state == "running" and task >= 0:
            return self.recording.tasks[task].comm
        words = CAUSES[CODES[self.rows.waits.cause[waits[0]]]].chip if waits else state
        return (
            f"{self._name(item)} · {words}"
            if item >= 0 and state != "running"
            else self._name(item)
            if item >= 0
            else words
        )

    def _arrows(self) -> Iterator[dict[str, object]]:
        columns = self.rows.arrows.columns
        names = ("kind", "from", "to", "from_lane", "to_lane")
        for i, (kind, source, target, lane_a, lane_b) in enumerate(zip(*(columns[n] for n in names), strict=True)):
            if lane_a < 0 or lane_b < 0:
                continue
            leaves, arrives = self._tied(lane_a, source), self._tied(lane_b, target)
            if leaves is None or arrives is None:
                continue
            common: dict[str, object] = {"cat": "flow", "name": rows.ARROWS[kind], "id": i + 1}
            yield {"ph": "s", **common, **self.place(self.lanes[lane_a]), "ts": micros(leaves)}
            yield {"ph": "f", "bp": "e", **common, **self.place(self.lanes[lane_b]), "ts": micros(arrives)}

    def _tied(self, lane: int, seq: int) -> int | None:
        """When the event `seq` happened, in ns, moved into the span on this lane that it ends; None without a span."""
        t_ns = next(self.recording.packed(seq, seq + 1))[0]
        starts, ends = self.drawn.get(lane, ([], []))
        for i in range(bisect_right(starts, t_ns) - 1, -1, -1):
            if starts[i] < ends[i]:
                return t_ns if t_ns < ends[i] else t_ns - 1 if t_ns == ends[i] else None
        return None

    def _counters(self) -> Iterator[dict[str, object]]:
        columns = self.rows.counters.columns
        for lane_id, name, t_ns, value in zip(*(columns[n] for n in ("lane", "name", "t", "value")), strict=True):
            label = rows.COUNTERS[name]
            pid = self.place(self.lanes[lane_id])["pid"]
            yield {"ph": "C", "name": label, "pid": pid, "ts": micros(t_ns), "args": {label: value}}

    def _console(self) -> Iterator[dict[str, object]]:
        for event in self.recording.events():
            if event.kind == CONSOLE:
                lane = self.timeline.cpus.get(event.cpu)
                place = self.place(self.lanes[lane.lane]) if lane else {"pid": 1, "tid": 0}
                line: dict[str, object] = {"ph": "i", "s": "t", "cat": "console", "name": str(event.args[0]), **place}
                line["ts"] = micros(event.t_ns)
                if event.seq in self.open_events:
                    line["args"] = {"open": " ".join(fact.text for fact in self.open_events[event.seq])}
                yield line
