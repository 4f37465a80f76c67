"""Facts: what several runs of the same module on a real kernel have in common, held against a candidate's trace.

A fact counts only where it held in *every* reference, so what the kernel leaves open (which of two racing CPUs wins) is
never asked; what is asked follows from the references alone, so an event that the candidate lacks breaks every fact
that speaks of it. A work item is its function and address; flush barriers, which live on stacks, count as one. Facts:

    counts     how often each item was queued, activated, started and ended
    order      which of two events came first: of one item, or at least a jiffy apart in every reference
    workers    whether two executions ran on the same kworker
    placement  the kind of kworker, and for a bound one its CPU
    timing     queue to start and start to end, where they last a jiffy: within 3 jiffies, 3 %, or twice the spread
    console    the printed lines and their order, less what differs from boot to boot, and dumps of all tasks

Times are integer microseconds, the resolution of a trace.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import msgspec

from server.trace.ftrace_in import parse_line

JIFFY_US = 4_000  # the reference kernel runs at HZ=250
SLACK_US = 3 * JIFFY_US
BROKEN_TOLD = 5
FACTS = ("counts", "order", "workers", "placement", "timing", "console")

Key = tuple[str, str, int]  # kind of event, item (or masked line), occurrence
Names = Mapping[tuple[str, str], str]  # of items, by function and address

_KINDS = {
    "workqueue_queue_work": "queue",
    "workqueue_activate_work": "activate",
    "workqueue_execute_start": "start",
    "workqueue_execute_end": "end",
}
_WORK = re.compile(r"work struct[ =](?P<addr>[^\s:]+):? function[ =](?P<function>\S+)")
_STAMP = re.compile(r"^\[[^\]]*\]\s*")
_MASKS = (
    (re.compile(r"\b(pid|PID)([ =:]*)\d+"), r"\1\2#"),
    (re.compile(r"\b(0x)?[0-9a-f]{8,}\b"), "ADDR"),
    (re.compile(r"kworker/\S+"), "kworker"),
    (re.compile(r"-?\b\d+(\.\d+)?( ?)(ns|us|ms|jiffies|s)\b"), r"#\2\3"),
)
# What sysrq t prints, in one go, is about whatever the machine runs, not about the module.
DUMP = "sysrq: Show State"
DUMP_GAP_US = 100_000
_HIGHPRI = re.compile(r"\d+:\d+H")

BEFORE, AFTER, SAME, DIFFERENT, MISSING = "before", "after", "the same kworker as", "another kworker than", "missing"
_EVENTS = {"queue": "queueing", "activate": "activation", "start": "start", "end": "end"}
_STRETCHES = {"latency": "from queueing to start", "duration": "from start to end"}


class Run:
    """What one trace says; the dicts are in order of the events."""

    def __init__(self) -> None:
        self.times: dict[Key, int] = {}
        self.positions: dict[Key, int] = {}
        self.workers: dict[Key, tuple[str, int, int]] = {}  # of starts: comm, pid, CPU
        self.console: Counter[str] = Counter()
        self.counts: Counter[tuple[str, str]] = Counter()
        self.names: dict[tuple[str, str], str] = {}  # of items, by function and address
        self.lines: dict[Key, int] = {}  # number of the line that told an event

    def note(self, key: Key, t_us: int, line: int) -> None:
        """Appends an event."""
        self.times[key] = t_us
        self.positions[key] = len(self.positions)
        self.lines[key] = line

    def sequence(self, a: Key, b: Key) -> str:
        """How two events follow each other: BEFORE, AFTER or MISSING."""
        first, second = self.positions.get(a), self.positions.get(b)
        if first is None or second is None:
            return MISSING
        return BEFORE if first < second else AFTER

    def settled(self, a: Key, b: Key) -> bool:
        """Whether a came before b, and not by chance: both of one item, or a jiffy apart."""
        times = self.times
        if a not in times or b not in times:
            return False
        if a[1] == b[1]:
            return self.positions[a] < self.positions[b]
        return times[b] - times[a] >= JIFFY_US

    def together(self, a: Key, b: Key) -> str:
        """Whether two executions shared a kworker: SAME, DIFFERENT or MISSING."""
        one, two = self.workers.get(a), self.workers.get(b)
        if one is None or two is None:
            return MISSING
        return SAME if one[:2] == two[:2] else DIFFERENT

    def kind(self, start: Key) -> str:
        """The kind of worker that an execution had."""
        return worker_kind(self.workers[start][0]) if start in self.workers else MISSING

    def cpu(self, start: Key) -> str:
        """The CPU on which an execution began."""
        return f"CPU {self.workers[start][2]}" if start in self.workers else MISSING


Value = object  # what a fact says of its events: how often, in which order, where, how long


class Fact(msgspec.Struct):
    """One kind of fact: how many were asked and held, and the first broken ones."""

    held: int = 0
    asked: int = 0
    broken: list[str] = []

    def ask(self, holds: bool, about: tuple[Key, ...], want: Value, got: Value) -> None:
        """Counts one fact: of the events `about`, the references say `want` and the candidate says `got`."""
        self.asked += 1
        self.held += holds
        if not holds and len(self.broken) < BROKEN_TOLD:
            self.broken.append(f"{sentence(about, want)}; here {answer(got)}")

    def leave(self, about: tuple[Key, ...], want: Value) -> None:
        """What the first reference says and another does not: the kernel leaves it open, so nobody is asked."""


class Report(msgspec.Struct):
    """A candidate's result."""

    case: str
    ok: bool
    facts: dict[str, Fact]

    def text(self) -> str:
        """One line of figures, then the broken facts."""
        figures = "  ".join(f"{name} {fact.held}/{fact.asked}" for name, fact in self.facts.items() if fact.asked)
        lines = [f"{'ok  ' if self.ok else 'FAIL'} {self.case}  {figures}"]
        lines += [f"       {name}: {what}" for name, fact in self.facts.items() for what in fact.broken]
        return "\n".join(lines)


def worker_kind(comm: str) -> str:
    """The kind of kworker that a name tells; other tasks (ksoftirqd, swapper) run BH work."""
    if not comm.startswith("kworker/"):
        return "bh-or-task"
    name = comm.removeprefix("kworker/")
    if name.startswith("R-"):
        return "rescuer"
    if name.startswith("u"):
        return "unbound"
    return "bound-highpri" if _HIGHPRI.match(name) else "bound"


def mask(line: str) -> str:
    """A console line without what differs from boot to boot: PIDs, addresses, worker names, measured times."""
    for pattern, replacement in _MASKS:
        line = pattern.sub(replacement, line)
    return line.strip()


def read(lines: Iterable[str], names: Names | None = None) -> Run:
    """The run in a trace. Raises ValueError where there is no event in it.

    `names` are those of another run, where items have the same addresses; else items are named as they appear.
    """
    run = Run()
    run.names.update(names or {})
    per_function = Counter(function for function, _ in run.names)
    dumped, dumped_us = ("", -1), 0
    for number, raw in enumerate(lines):
        line = None if raw.startswith("#") else parse_line(raw)
        if line is None:
            continue
        t_us = line.t_ns // 1000
        if line.event == "console":
            said = mask(_STAMP.sub("", line.rest.lstrip()))
            if said == DUMP or (dumped == (line.comm, line.pid) and t_us < dumped_us + DUMP_GAP_US):
                dumped, dumped_us = (line.comm, line.pid), t_us
            elif said:
                run.note(("console", said, run.console[said]), t_us, number)
                run.console[said] += 1
            continue
        kind, work = _KINDS.get(line.event), _WORK.search(line.rest)
        if kind is None or work is None:
            continue
        function = work["function"]
        ident = (function, "stack" if function == "wq_barrier_func" else work["addr"])
        if ident not in run.names:  # items of one function are numbered in order of first appearance
            run.names[ident] = f"{function}#{per_function[function]}"
            per_function[function] += 1
        item = run.names[ident]
        key = (kind, item, run.counts[kind, item])
        run.counts[kind, item] += 1
        run.note(key, t_us, number)
        if kind == "start":
            run.workers[key] = (line.comm, line.pid, line.cpu)
    if not run.positions:
        raise ValueError("no workqueue event in it")
    return run


def event(key: Key) -> str:
    """An event, a stretch of an item's life, or a line of the log, in words."""
    kind, item, n = key
    again = f", run {n + 1}" if n else ""
    if kind == "console":
        return f"“{item}”" + (f" ({n + 1})" if n else "")
    if kind in _STRETCHES:
        return f"{item}{again}, {_STRETCHES[kind]}"
    return f"{_EVENTS[kind]} of {item}{again}"


def answer(value: Value) -> str:
    """A value in words."""
    if isinstance(value, tuple):
        low, high = (f"{us / 1e3:.1f}" for us in value)
        return f"{low} ms" if low == high else f"{low} to {high} ms"
    if isinstance(value, int):
        return "once" if value == 1 else f"{value} times"
    return str(value)


def sentence(about: tuple[Key, ...], value: Value) -> str:
    """A fact in words: what the references say of its events."""
    if len(about) == 2:
        return f"{event(about[0])} {'on ' if value in (SAME, DIFFERENT) else ''}{value} {event(about[1])}"
    return f"{event(about[0])}: {answer(value)}"


class _Comparison:
    def __init__(self, candidate: Run, references: Sequence[Run], facts: Mapping[str, Fact]) -> None:
        self.candidate = candidate
        self.references = references
        self.first = references[0]
        self.facts = facts
        self.starts = [key for key in self.first.workers if all(key in r.workers for r in references)]

    def judge(self, fact: str, about: tuple[Key, ...], wants: Sequence[Value], got: Value) -> None:
        """Asks what all references say alike, and leaves what they do not."""
        want = wants[0]
        if all(value == want for value in wants):
            self.facts[fact].ask(got == want, about, want, got)
        else:
            self.facts[fact].leave(about, want)

    def counts(self) -> None:
        """How often each event of each item came."""
        for kind, item in sorted(set(self.candidate.counts).union(*(r.counts for r in self.references))):
            wants = [r.counts[kind, item] for r in self.references]
            self.judge("counts", ((kind, item, 0),), wants, self.candidate.counts[kind, item])

    def order(self) -> None:
        """Which of two events came first; of two console lines that is a console fact, where all logs say the same."""
        others = self.references[1:]
        same_lines = all(r.console == self.first.console for r in others)
        for text, count in self.first.console.items():
            if same_lines or any(r.console[text] != count for r in others):
                wants = [r.console[text] for r in self.references]
                self.judge("console", (("console", text, 0),), wants, self.candidate.console[text])
        for (a, t_a), (b, t_b) in combinations(self.first.times.items(), 2):
            if a[1] != b[1] and t_b - t_a < JIFFY_US:
                continue
            lines = a[0] == b[0] == "console"
            fact = self.facts["console" if lines else "order"]
            if (same_lines or not lines) and all(r.settled(a, b) for r in others):
                got = self.candidate.sequence(a, b)
                fact.ask(got == BEFORE, (a, b), BEFORE, got)
            else:
                fact.leave((a, b), BEFORE)

    def workers(self) -> None:
        """Which executions share a kworker."""
        for a, b in combinations(self.starts, 2):
            wants = [r.together(a, b) for r in self.references]
            self.judge("workers", (a, b), wants, self.candidate.together(a, b))

    def placement(self) -> None:
        """Where each execution ran: on what kind of worker, and of a bound one on which CPU."""
        for key in self.starts:
            kinds = [r.kind(key) for r in self.references]
            self.judge("placement", (key,), kinds, self.candidate.kind(key))
            if kinds[0].startswith("bound") and all(kind == kinds[0] for kind in kinds):
                self.judge("placement", (key,), [r.cpu(key) for r in self.references], self.candidate.cpu(key))

    def timing(self) -> None:
        """How long each item waited and ran, where that is a jiffy or more."""
        spans, mine = [_spans(r) for r in self.references], _spans(self.candidate)
        for key in spans[0]:
            real = sorted(s[key] for s in spans if key in s)
            low, high = real[0], real[-1]
            if high < JIFFY_US:
                continue
            if len(real) < len(spans):
                self.facts["timing"].leave((key,), (low, high))
                continue
            slack = 100 * max(SLACK_US, 2 * (high - low))
            slack = max(slack, 3 * high)  # in hundredths, so that 3 % is exact
            value = mine.get(key)
            holds = value is not None and 100 * low - slack <= 100 * value <= 100 * high + slack
            self.facts["timing"].ask(holds, (key,), (low, high), MISSING if value is None else (value, value))


def _spans(run: Run) -> dict[Key, int]:
    """Latency (queue to start) and duration (start to end) of each execution, in us."""
    out: dict[Key, int] = {}
    for (kind, item, n), t_us in run.times.items():
        if kind == "start":
            queued, ended = run.times.get(("queue", item, n)), run.times.get(("end", item, n))
            if queued is not None and queued <= t_us:
                out["latency", item, n] = t_us - queued
            if ended is not None:
                out["duration", item, n] = ended - t_us
    return out


def collect(candidate: Run, references: Sequence[Run], facts: Mapping[str, Fact]) -> None:
    """Asks the candidate every fact that all references share, by `facts`, one for each of `FACTS`."""
    comparison = _Comparison(candidate, references, facts)
    comparison.counts()
    comparison.order()
    comparison.workers()
    comparison.placement()
    comparison.timing()


def compare(case: str, candidate: Run, references: Sequence[Run]) -> Report:
    """The candidate's result, with the first broken facts."""
    facts = {name: Fact(broken=[]) for name in FACTS}
    collect(candidate, references, facts)
    return Report(case, all(fact.held == fact.asked for fact in facts.values()), facts)
