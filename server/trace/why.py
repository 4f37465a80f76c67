"""Why each item waited, as plain text with file:line, fit for a mail.

task_2 (dedicated_fn) on demo_wq
     3.134 ms  queued by insmod on CPU 0, module.c:83
     3.134 ms      held 1.018 s: demo_wq is ordered: behind task_0, task_1  [pwq_tryinc_nr_active]
  1021.406 ms  activated
  1021.410 ms  started on kworker/u8:0, CPU 1
  1021.502 ms      sleeping 511.9 ms: waits until its timer expires, module.c:51  [process_timeout]
  1535.113 ms  ended

What Linux leaves open carries a number, and stands below: `started on kworker/u8:0, CPU 1 [1]`.
"""

from __future__ import annotations

from server.trace.causes import CAUSES, CODES
from server.trace.durations import duration
from server.trace.infer import explained
from server.trace.recording import Event, Recording
from server.trace.rows import STATES, STEPS
from server.trace.stats import Stats
from server.trace.timeline import Timeline


class UnknownItem(Exception):
    """Nothing in the recording is called so; the text says what is."""


def report(recording: Recording, item: str = "") -> str:
    """The lives of all items, or of those called `item` (by name, function, or both as `name@time`).

    Raises UnknownItem.
    """
    recording = explained(recording)
    timeline = Timeline(recording)
    timeline.feed()
    teller = _Teller(timeline)
    parts = [teller.life(number) for number in range(len(timeline.rows.items)) if teller.is_called(number, item)]
    if not parts:
        if not item:
            return "no item was queued\n"
        names = sorted({teller.name(number) for number in range(len(timeline.rows.items))})
        raise UnknownItem(f"no item is called '{item}'; there are: {', '.join(names) or 'none'}")
    basis = "" if recording.header.producer == "simulator" else " (waits inferred from the trace)"
    return f"{Stats(timeline).summary()}{basis}\n\n" + "\n".join([*parts, *teller.notes()])


class _Teller:
    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.rows = timeline.rows
        self.recording = timeline.recording
        self.origin_ns = self.recording.origin()
        self.steps: dict[int, list[tuple[int, str, str]]] = {}
        columns = self.rows.steps.columns
        for item, step, seq, cause in zip(
            columns["item"], columns["step"], columns["seq"], self.rows.step_causes, strict=True
        ):
            self.steps.setdefault(item, []).append((seq, STEPS[step], cause))
        opens = self.recording.opens
        self.open_events = opens.by_event() if opens else {}
        self.open_waits = opens.by_wait() if opens else {}
        self.noted: dict[str, int] = {}
        self.waits: dict[int, list[int]] = {}
        for wait in range(len(self.rows.waits)):
            self.waits.setdefault(self.rows.waits.item[wait], []).append(wait)

    def name(self, item: int) -> str:
        return self.recording.objects[self.rows.items.object[item]].name

    def notes(self) -> list[str]:
        """What is open: of the run, and each fact that was told of; none where no other run was looked at."""
        opens = self.recording.opens
        if opens is None:
            return []
        head = [opens.summary, *([opens.ends] if opens.ends else [])]
        return ["\n".join([*head, *(f"[{number}] {text}" for text, number in self.noted.items())]) + "\n"]

    def _note(self, text: str) -> str:
        return f"[{self.noted.setdefault(text, len(self.noted) + 1)}]"

    def is_called(self, item: int, wanted: str) -> bool:
        row = self.recording.objects[self.rows.items.object[item]]
        function, _, module = row.info.partition(" ")
        own = self.recording.header.module
        if not wanted:  # the kernel's own items only when they are asked for
            return not own or module == f"[{own}]"
        return wanted in (row.name, function, row.info)

    def life(self, item: int) -> str:
        """One life as text."""
        row = self.recording.objects[self.rows.items.object[item]]
        wq, nth = self.rows.items.wq[item], self.rows.items.nth[item]
        function = row.info.partition(" ")[0]
        head = row.name + (f" ({function})" if function and function != row.name else "")
        head += f" on {self.recording.strings[wq]}" if wq >= 0 else ""
        head += f", time {nth + 1}" if nth else ""
        entries = [(self._event(seq).t_ns, seq, self._step(seq, step, cause)) for seq, step, cause in self._steps(item)]
        for wait in self.waits.get(item, ()):
            if self.rows.waits.end[wait] == self.rows.waits.start[wait]:
                continue
            entries.append((self.rows.waits.start[wait], self.rows.waits.seq[wait], self._wait(wait)))
        entries.sort(key=lambda entry: (entry[0], entry[1]))
        lines = [f"{self._time(t_ns)}  {text}" for t_ns, _, text in entries]
        return "\n".join([head, *lines]) + "\n"

    def _steps(self, item: int) -> list[tuple[int, str, str]]:
        return self.steps.get(item, [])

    def _event(self, seq: int) -> Event:
        return next(self.recording.events(seq, seq + 1))

    def _time(self, t_ns: int) -> str:
        micros = (t_ns - self.origin_ns) // 1000
        sign = "-" if micros < 0 else ""
        return f"{sign}{abs(micros) // 1000}.{abs(micros) % 1000:03d} ms".rjust(15)

    def _place(self, line: int) -> str:
        return f", module.c:{line}" if line > 0 else ""

    def _step(self, seq: int, step: str, cause: str) -> str:
        event = self._event(seq)
        comm = self.recording.tasks[event.task].comm
        marks = "".join(f" {self._note(fact.text)}" for fact in self.open_events.get(seq, ()))
        return self._said(event, comm, step, cause) + marks

    def _said(self, event: Event, comm: str, step: str, cause: str) -> str:
        place = self._place(event.line)
        if step in ("queued", "armed"):
            who = f"{cause}, on CPU {event.cpu}" if cause else f"by {comm} on CPU {event.cpu}"
            return f"{step} {who}{place}"
        if step == "started":
            return f"started on {comm}, CPU {event.cpu}"
        if step == "cancelled":
            return f"cancelled by {comm}{f' ({cause})' if cause else ''}{place}"
        return step + (place if step == "activated" else "")

    def _wait(self, wait: int) -> str:
        waits = self.rows.waits
        cause = CAUSES[CODES[waits.cause[wait]]]
        end, span = waits.end[wait], waits.span[wait]
        state = STATES[self.rows.spans.state[span]] if span >= 0 else "waiting"
        length = duration(end - waits.start[wait]) if end >= 0 else "until the trace ends"
        rule = f"  [{cause.rule}]" if cause.rule else ""
        sentence = self.timeline.lives.explainer.sentence(wait)
        fact = self.open_waits.get(wait)
        rests = f"; in this run, open {self._note(fact.text)}" if fact else ""
        return f"    {state} {length}: {sentence}{self._place(waits.line[wait])}{rule}{rests}"
