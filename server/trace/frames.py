"""A timeline as the messages of `docs/protocol.md`.

Cut by rows, never by the clock: message n is the same at every replay.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable

import msgspec

from server.scenario import Diagnostic, Limits, Outcome
from server.trace import rows, wire
from server.trace.causes import CAUSES
from server.trace.events import KIND_BY_NAME, KINDS
from server.trace.recording import NO_LINE, Recording
from server.trace.stats import Stats
from server.trace.timeline import Timeline

VERSION = 2
ROWS_FIRST, ROWS_NEXT = 256, 4096

CONSOLE, TTY, CHECK = (KIND_BY_NAME[name] for name in ("console", "wqp:tty", "wqp:check"))

Message = dict[str, object]
_encode = msgspec.json.Encoder().encode


def words() -> dict[str, object]:
    """The enumerations of the protocol, in the order of their numbers."""
    return {
        "states": rows.STATES,
        "causes": list(CAUSES.values()),
        "events": [
            {"name": k.name, "system": k.system, "fields": list(k.fields.items()), "text": k.text} for k in KINDS
        ],
        "lanes": rows.LANES,
        "steps": rows.STEPS,
        "arrows": rows.ARROWS,
        "counters": rows.COUNTERS,
        "culprits": rows.CULPRITS,
        "values": rows.VALUES,
        "basis": rows.BASIS,
    }


def delta(column: Iterable[int]) -> list[int]:
    """The first entry, then differences."""
    values = list(column)
    return [value - before for before, value in zip([0, *values], values, strict=False)]


class Frames:
    """Cuts one run into messages and hands each, encoded, to `send`.

    `cuts` are the rows of the first batch, and of each further one; `whole` as in `Timeline`.
    """

    def __init__(
        self,
        recording: Recording,
        run: str,
        limits: Limits,
        send: Callable[[bytes], None],
        cuts: tuple[int, int] = (ROWS_FIRST, ROWS_NEXT),
        whole: Recording | None = None,
    ) -> None:
        self.recording = recording
        self.timeline = Timeline(recording, whole)
        self.run = run
        self.limits = limits
        self.send = send
        self.n = 0
        self.seq = 0  # rows sent
        self.told_meta = False
        self.findings: list[Diagnostic] = []  # `wqp:check` events, told as diagnostics after their batch
        self.sent: dict[str, int] = {}
        self.recordsfirst, self.recordsnext = cuts
        recording.on_cut, recording.cut_at = self.cut, self.recordsfirst

    def _message(self, kind: str, content: Message) -> None:
        self.send(_encode({"type": kind, "n": self.n, **content}))
        self.n += 1

    @classmethod
    def replay(
        cls,
        source: Recording,
        run: str,
        limits: Limits,
        send: Callable[[bytes], None],
        cuts: tuple[int, int] = (ROWS_FIRST, ROWS_NEXT),
    ) -> None:
        """Sends a finished recording, as if it happened now: the same messages as when it did."""
        recording = Recording(msgspec.structs.replace(source.header))
        frames = cls(recording, run, limits, send, cuts, source)
        for diagnostic in source.diagnostics:
            frames.diagnostic(diagnostic)
        for task in source.tasks:
            recording.task(task.pid, task.comm, task.kind)
        for o in source.objects:
            recording.obj(o.kind, o.addr, o.name, o.info)
        for event in source.events():
            recording.event(event.t_ns, event.cpu, event.kind, event.task, event.line, event.args)
        frames.end(source.outcome or Outcome("completed", source.last_ns(), ""))

    # -- messages

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        """Sends a diagnostic; before the run, or a finding amid it."""
        fields = Diagnostic.__struct_fields__
        self._message("diagnostic", {name: getattr(diagnostic, name) for name in fields})

    def error(self, code: str, message: str, retry_after_ms: int = 0) -> None:
        """Sends the error after which nothing follows."""
        self._message("error", {"code": code, "message": message, "retry_after_ms": retry_after_ms})

    def cut(self) -> None:
        """Sends what has come since the last cut; holds it back as long as the origin is unknown."""
        recording = self.recording
        recording.cut_at = recording.rows + self.recordsnext
        if recording.header.origin_ns < 0 and not self.told_meta and recording.rows < self.recordsnext:
            recording.cut_at = recording.rows + self.recordsfirst
            return
        self._meta()
        if recording.rows > self.seq:
            self.timeline.feed()
            self._batch()

    def end(self, outcome: Outcome) -> None:
        """Sends the rest, and the end."""
        self._meta()
        if self.recording.rows > self.seq:
            self.timeline.feed()
            self._batch()
        self._message(
            "end",
            {
                "outcome": {name: getattr(outcome, name) for name in Outcome.__struct_fields__},
                "rows": self.recording.rows,
                "digest": self.recording.digest(),
                "stats": Stats(self.timeline).message(),
            },
        )

    def _meta(self) -> None:
        if self.told_meta:
            return
        self.told_meta = True
        header = self.recording.header
        content: Message = {"v": VERSION, "run": self.run, "origin_ns": self.recording.origin()}
        for name in ("producer", "engine", "kernel", "time_base", "module", "title", "tick_ns"):
            content[name] = getattr(header, name)
        content["machine"] = {n: getattr(header.machine, n) for n in header.machine.__struct_fields__}
        content["limits"] = {n: getattr(self.limits, n) for n in self.limits.__struct_fields__}
        content["words"] = words()
        self._message("meta", content)

    def _since(self, name: str, length: int) -> int:
        first = self.sent.get(name, 0)
        self.sent[name] = length
        return first

    def _batch(self) -> None:
        table = self.timeline.rows
        content: Message = {"seq0": self.seq, "span0": table.spans.sent, "wait0": table.waits.sent}
        content["item0"] = first_item = self._since("items", len(table.items))
        content["t_ns"] = self.timeline.t_ns
        parts: Message = {"tables": self._tables(), "lanes": self._lanes()}
        items = table.items
        parts["items"] = {
            name: column[first_item:].tolist()
            for name, column in (("object", items.object), ("nth", items.nth), ("wq", items.wq))
            if len(column) > first_item
        }
        parts["events"], console = self._events()
        parts["spans"], parts["waits"] = self._spans(), self._waits()
        parts["closed"] = self._closed()
        parts["steps"] = self._plain("steps", table.steps, ("seq",), cause=table.step_causes)
        parts["arrows"] = self._arrows()
        parts["counters"] = self._plain("counters", table.counters, ("t",))
        parts["values"] = self._values()
        self._message("batch", content | {name: _columns(part) for name, part in parts.items() if part})
        if console:
            self._message("console", _columns(console))
        for finding in self.findings:
            self.diagnostic(finding)
        self.findings.clear()

    # -- parts of a batch

    def _tables(self) -> Message:
        recording = self.recording
        strings = recording.strings[self._since("strings", len(recording.strings)) :]
        tasks = recording.tasks[self._since("tasks", len(recording.tasks)) :]
        objects = recording.objects[self._since("objects", len(recording.objects)) :]
        out: Message = {"strings": strings} if strings else {}
        if tasks:
            out["tasks"] = {n: [getattr(t, n) for t in tasks] for n in ("pid", "comm", "kind")}
        if objects:
            out["objects"] = {n: [getattr(o, n) for o in objects] for n in ("kind", "name", "info")}
            out["objects"] |= {"addr": [f"{o.addr:x}" for o in objects]}  # type: ignore[operator]
        return out

    def _lanes(self) -> Message:
        lanes = self.timeline.rows.lanes
        new = lanes[self._since("lanes", len(lanes)) :]
        names = rows.Lane.__struct_fields__
        out: Message = {name: [getattr(lane, name) for lane in new] for name in names} if new else {}
        if new:
            out["kind"] = [rows.LANES.index(lane.kind) for lane in new]
        return out

    def _events(self) -> tuple[Message, Message]:
        records = list(self.recording.packed(self.seq))
        args: list[int] = []
        for row in records:
            args += row[5:]
        events: Message = {
            "t": delta([row[0] for row in records]),
            "kind": [row[1] for row in records],
            "cpu": [row[2] for row in records],
            "task": [row[4] for row in records],
            "line": [-1 if row[3] == NO_LINE else row[3] for row in records],
            "args": args,
        }
        console: list[tuple[int, int, str]] = []
        strings = self.recording.strings
        for seq, row in enumerate(records, self.seq):
            kind = row[1]
            if kind == CONSOLE:
                console.append((seq, 0, strings[row[5]]))
            elif kind == CHECK:
                code, text = strings[row[5]], strings[row[6]]
                line = 0 if row[3] == NO_LINE else row[3]
                self.findings.append(Diagnostic("module.c", line, 0, "warning", code, text))
            elif kind == TTY:
                terminal = strings[row[5]]
                console.append((seq, int(terminal) if terminal.isdigit() else 1, strings[row[6]]))
        self.seq += len(records)
        if not console:
            return events, {}
        seqs, streams, texts = zip(*console, strict=True)
        return events, {"seq": delta(seqs), "stream": streams, "text": texts}

    def _spans(self) -> Message:
        spans = self.timeline.rows.spans
        first, spans.sent = spans.sent, len(spans)
        if first == len(spans):
            return {}
        start, end, seq, last = spans.start[first:], spans.end[first:], spans.seq[first:], spans.last[first:]
        return {
            "lane": spans.lane[first:].tolist(),
            "state": spans.state[first:].tolist(),
            "start": delta(start),
            "dur": _lengths(start, end),
            "item": spans.item[first:].tolist(),
            "task": spans.task[first:].tolist(),
            "line": spans.line[first:].tolist(),
            "seq": delta(seq),
            "last": _lengths(seq, last),
        }

    def _waits(self) -> Message:
        waits = self.timeline.rows.waits
        first, waits.sent = waits.sent, len(waits)
        if first == len(waits):
            return {}
        start, end = waits.start[first:], waits.end[first:]
        return {
            "item": waits.item[first:].tolist(),
            "task": waits.task[first:].tolist(),
            "start": delta(start),
            "dur": _lengths(start, end),
            "cause": waits.cause[first:].tolist(),
            "culprits": waits.culprits[first:],
            "text": waits.text[first:],
            "basis": waits.basis[first:].tolist(),
            "line": waits.line[first:].tolist(),
            "span": waits.span[first:].tolist(),
            "seq": delta(waits.seq[first:]),
        }

    def _closed(self) -> Message:
        spans, waits = self.timeline.rows.spans, self.timeline.rows.waits
        out: Message = {}
        if spans.closed:
            ids = spans.closed
            ends, lasts = [spans.end[i] for i in ids], [spans.last[i] for i in ids]
            out["spans"] = {"id": delta(ids), "end": delta(ends), "last": delta(lasts)}
        if waits.closed:
            out["waits"] = {"id": delta(waits.closed), "end": delta(waits.end[i] for i in waits.closed)}
        spans.closed, waits.closed = [], []
        return out

    def _plain(self, name: str, table: rows.Columns, deltas: tuple[str, ...], **texts: list[str]) -> Message:
        first = self._since(name, len(table))
        if first == len(table):
            return {}
        out: Message = {}
        for column_name, column in table.columns.items():
            part = column[first:]
            out[column_name] = delta(part) if column_name in deltas else part.tolist()
        return out | {column_name: column[first:] for column_name, column in texts.items()}

    def _arrows(self) -> Message:
        out = self._plain("arrows", self.timeline.rows.arrows, ())
        if out:
            columns = self.timeline.rows.arrows.columns
            first = len(columns["from"]) - len(out["from"])  # type: ignore[arg-type]
            source, target = columns["from"][first:], columns["to"][first:]
            out["from"], out["to"] = delta(source), [b - a for a, b in zip(source, target, strict=True)]
        return out

    def _values(self) -> Message:
        table = self.timeline.rows
        first = self.sent.get("values", 0)
        out = self._plain("values", table.values, ("seq",))
        if out:
            out["name"] = [name for name, _ in table.value_texts[first:]]
            out["value"] = [value for _, value in table.value_texts[first:]]
        return out


def _columns(part: object) -> Message:
    """A table, or tables of tables, with its long columns packed."""
    assert isinstance(part, dict)
    return {name: _columns(it) if isinstance(it, dict) else wire.column(it) for name, it in part.items()}


def _lengths(start: array[int], end: array[int]) -> list[int]:
    return [b - a if b >= 0 else -1 for a, b in zip(start, end, strict=True)]
