"""What a recording says of its own items, as plain values: for assertions (`expect.py`) and questions (`quiz.py`).

Times are in ns since the origin, the entry of the first module_init; -1 is never.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property

import msgspec

from server.trace.causes import CODES
from server.trace.durations import duration, moment
from server.trace.events import KIND_BY_NAME
from server.trace.infer import explained
from server.trace.recording import Recording
from server.trace.rows import STEPS
from server.trace.stats import Anatomy, Stats
from server.trace.timeline import Timeline

NEVER = -1
SHORT_NS = 200_000  # less is no waiting: a worker's way to the CPU
CONSOLE, CHECK, WQP_WAIT = KIND_BY_NAME["console"], KIND_BY_NAME["wqp:check"], KIND_BY_NAME["wqp:wait"]
WARNING_LEVEL = 4  # KERN_WARNING; less is worse
_BOILERPLATE = re.compile(r"tainting kernel|taints kernel")


class Life(msgspec.Struct):
    """One queueing of an item, from its first step to its last. `number` is its row in the timeline's items."""

    number: int
    name: str
    function: str
    wq: str
    nth: int
    armed: int = NEVER
    queued: int = NEVER
    activated: int = NEVER
    started: int = NEVER
    ended: int = NEVER
    cancelled: int = NEVER
    cpu: int = -1
    worker: str = ""
    line: int = -1
    anatomy: Anatomy = msgspec.field(default_factory=Anatomy)

    def called(self, pattern: str) -> bool:
        """Whether a pattern means this item: its name, what its name ends in, or its function; `*` stands for any."""
        exact = re.compile(".*".join(re.escape(part) for part in pattern.split("*")))
        short = self.name.removesuffix(".work").removesuffix("->work")
        names = (self.name, short, short.rpartition(".")[2], self.function)
        return any(exact.fullmatch(name) for name in names)


def name_of(life: Life) -> str:
    """A life's name as people say it: without the member that makes a delayed work of it."""
    return life.name.removesuffix(".work")


class Line(msgspec.Struct, frozen=True):
    """A line of the kernel's log, or of the session's terminal."""

    t_ns: int
    seq: int
    text: str
    level: int


class WaitFact(msgspec.Struct, frozen=True):
    """A wait of an item (`item` is a life's number) or of a task (`item` is -1)."""

    item: int
    task: str
    cause: str
    start: int
    end: int
    sentence: str


class Facts:
    """The facts of one recording; what is costly is computed when it is first asked for."""

    def __init__(self, recording: Recording) -> None:
        self.recording = explained(recording)
        self.timeline = Timeline(self.recording)
        self.timeline.feed()
        self.origin = self.recording.origin()
        self.end_ns = self.recording.last_ns() - self.origin
        self.outcome = recording.outcome

    @cached_property
    def times(self) -> list[int]:
        """The time of each event, by seq."""
        return [values[0] - self.origin for values in self.recording.packed()]

    @cached_property
    def stats(self) -> Stats:
        """The latency anatomy."""
        return Stats(self.timeline)

    @cached_property
    def all_lives(self) -> list[Life]:
        """Every life, the kernel's own items included, in order of first appearance."""
        rows, recording = self.timeline.rows, self.recording
        lives = []
        for number in range(len(rows.items)):
            row = recording.objects[rows.items.object[number]]
            wq = rows.items.wq[number]
            name = recording.strings[wq] if wq >= 0 else ""
            function = row.info.partition(" ")[0]
            lives.append(
                Life(number, row.name, function, name, rows.items.nth[number], anatomy=self.stats.items[number])
            )
        heads = [values[:5] for values in recording.packed()]
        columns = rows.steps.columns
        for item, step, seq in zip(columns["item"], columns["step"], columns["seq"], strict=True):
            life, name = lives[item], STEPS[step]
            setattr(life, name, self.times[seq])
            if name == "started":
                life.cpu, life.worker = heads[seq][2], recording.tasks[heads[seq][4]].comm
            if name in ("queued", "armed") and life.line < 0:
                life.line = heads[seq][3]
        return lives

    @cached_property
    def lives(self) -> list[Life]:
        """The lives of the module's own items."""
        own = f"[{self.recording.header.module}]"
        rows = self.timeline.rows
        infos = [self.recording.objects[obj].info for obj in rows.items.object]
        return [life for life in self.all_lives if infos[life.number].endswith(own)]

    def of(self, pattern: str) -> list[Life]:
        """The lives that a pattern means; `NAME#2` is the second of that name, or what items of that very name are."""
        if exact := [life for life in self.lives if life.name == pattern]:
            return exact
        name, _, nth = pattern.partition("#")
        found = [life for life in self.lives if life.called(name)]
        return [life for life in found if life.nth == int(nth) - 1] if nth.isdigit() else found

    @cached_property
    def log(self) -> list[Line]:
        """The kernel's log, a row a line."""
        return [
            Line(event.t_ns - self.origin, event.seq, text, int(event.args[1]))
            for event in self.recording.events()
            if event.kind == CONSOLE
            for text in str(event.args[0]).split("\n")
        ]

    @cached_property
    def warnings(self) -> list[Line]:
        """Lines of the log that complain, less what the kernel says of every unsigned module."""
        return [line for line in self.log if line.level <= WARNING_LEVEL and not _BOILERPLATE.search(line.text)]

    @cached_property
    def checks(self) -> list[str]:
        """Findings that this kernel would not have printed, as `code: message`."""
        return [f"{e.args[0]}: {e.args[1]}" for e in self.recording.events() if e.kind == CHECK]

    @cached_property
    def waits(self) -> list[WaitFact]:
        """All waits that lasted, in order of their beginning."""
        waits, explainer = self.timeline.rows.waits, self.timeline.lives.explainer
        found = []
        for i in range(len(waits)):
            end = waits.end[i] if waits.end[i] >= 0 else self.end_ns + self.origin
            if end > waits.start[i]:
                task = self.recording.tasks[waits.task[i]].comm if waits.task[i] >= 0 else ""
                start, cause = waits.start[i] - self.origin, CODES[waits.cause[i]]
                found.append(WaitFact(waits.item[i], task, cause, start, end - self.origin, explainer.sentence(i)))
        return found

    def waited(self, life: Life, cause: str = "") -> int:
        """How long a life waited before its start for a cause, in ns (while it executed too, with a cause given)."""
        return sum(
            w.end - w.start for w in self.waits if w.item == life.number and (w.cause == cause if cause else not w.task)
        )

    def story(self, life: Life) -> str:
        """What became of an item before its start, in a sentence or two: when, where, and the wait's cause."""
        waits = [
            w
            for w in self.waits
            if w.item == life.number and not w.task and w.start >= life.queued and w.end - w.start > SHORT_NS
        ]
        words = f"{name_of(life)} starts at {moment(life.started)} on {life.worker}, CPU {life.cpu}"
        if life.started == NEVER:
            words = f"{name_of(life)} does not start"
        elif life.queued != NEVER:
            words += f", {duration(life.started - life.queued)} after it was queued"
        longest = max(waits, key=lambda w: w.end - w.start, default=None)
        if longest is not None:
            words += f"; it waited {duration(longest.end - longest.start)}: {longest.sentence}"
        return words + "."

    def at_once(self, lives: list[Life]) -> int:
        """The most of these that executed at the same moment, asleep or not."""
        edges = sorted(
            edge
            for life in lives
            if life.started != NEVER
            for edge in ((life.started, 1), (life.ended if life.ended != NEVER else self.end_ns + 1, -1))
        )
        now = most = 0
        for _, change in edges:
            now += change
            most = max(most, now)
        return most


def ordinals(facts: Facts) -> dict[int, tuple[str, int]]:
    """What every seed would call a life, by number: its name, and the how manieth of that name it is, from 1."""
    count: Counter[str] = Counter()
    found = {}
    for life in facts.lives:
        name = name_of(life)
        count[name] += 1
        found[life.number] = (name, count[name])
    return found
