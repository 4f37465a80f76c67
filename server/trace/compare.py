"""Facts: what several runs of the same module on a real kernel have in common, held against a candidate's trace.

A fact counts only where it held in *every* reference, so what the kernel leaves open (which of two racing CPUs wins) is
never asked; what is asked follows from the references alone, so an event that the candidate lacks breaks every fact
that speaks of it. A work item is its function and address; flush barriers, which live on stacks, count as one. Facts:

    counts     how often each item was queued, activated, started and ended
    order      which of two events came first: of one item, or at least a jiffy apart in every reference
    workers    whether two executions ran on the same kworker
    placement  the kind of kworker, and for a bound one its CPU
    timing     queue to start and start to end, where they last a jiffy: within 3 jiffies, 3 %, or twice the spread
    console    the printed lines and their order, with what differs from boot to boot masked

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
_HIGHPRI = re.compile(r"\d+:\d+H")


class Run:
    """What one trace says; the dicts are in order of the events."""

    def __init__(self) -> None:
        self.times: dict[Key, int] = {}
        self.positions: dict[Key, int] = {}
        self.workers: dict[Key, tuple[str, int, int]] = {}  # of starts: comm, pid, CPU
        self.console: Counter[str] = Counter()
        self.counts: Counter[tuple[str, str]] = Counter()

    def note(self, key: Key, t_us: int) -> None:
        """Appends an event."""
        self.times[key] = t_us
        self.positions[key] = len(self.positions)

    def before(self, a: Key, b: Key) -> bool:
        """Whether both happened, a first."""
        first, second = self.positions.get(a), self.positions.get(b)
        return first is not None and second is not None and first < second


class Fact(msgspec.Struct):
    """One kind of fact: how many were asked and held, and the first broken ones."""

    held: int = 0
    asked: int = 0
    broken: list[str] = []

    def ask(self, holds: bool, what: str) -> None:
        """Counts one fact."""
        self.asked += 1
        self.held += holds
        if not holds and len(self.broken) < BROKEN_TOLD:
            self.broken.append(what)


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


def read(text: Iterable[str]) -> Run:
    """The run in a trace. Raises ValueError where there is no event in it."""
    run = Run()
    names: dict[tuple[str, str], str] = {}
    per_function: Counter[str] = Counter()
    for raw in text:
        line = None if raw.startswith("#") else parse_line(raw)
        if line is None:
            continue
        t_us = line.t_ns // 1000
        if line.event == "console":
            said = mask(_STAMP.sub("", line.rest.lstrip()))
            if said:
                run.note(("console", said, run.console[said]), t_us)
                run.console[said] += 1
            continue
        kind, work = _KINDS.get(line.event), _WORK.search(line.rest)
        if kind is None or work is None:
            continue
        function = work["function"]
        ident = (function, "stack" if function == "wq_barrier_func" else work["addr"])
        if ident not in names:  # items of one function are numbered in order of first appearance
            names[ident] = f"{function}#{per_function[function]}"
            per_function[function] += 1
        item = names[ident]
        key = (kind, item, run.counts[kind, item])
        run.counts[kind, item] += 1
        run.note(key, t_us)
        if kind == "start":
            run.workers[key] = (line.comm, line.pid, line.cpu)
    if not run.positions:
        raise ValueError("no workqueue event in it")
    return run


class _Comparison:
    def __init__(self, candidate: Run, references: Sequence[Run], facts: Mapping[str, Fact]) -> None:
        self.candidate = candidate
        self.references = references
        self.facts = facts
        self.shared = [key for key in references[0].positions if all(key in r.positions for r in references)]

    def common(self, values: list[object]) -> object | None:
        """The value that all references have, or None."""
        return values[0] if all(value == values[0] for value in values) else None

    def counts(self) -> None:
        """How often each event of each item came."""
        keys = set(self.candidate.counts).union(*(r.counts for r in self.references))
        for key in sorted(keys):
            want = self.common([r.counts[key] for r in self.references])
            if want is not None:
                got = self.candidate.counts[key]
                self.facts["counts"].ask(got == want, f"{key}: {got} times, not {want}")

    def settled(self) -> Iterable[tuple[Key, Key]]:
        """Pairs (first, second) of shared events that came in this order everywhere, and not by chance."""
        columns = [[(r.times[key], r.positions[key]) for r in self.references] for key in self.shared]
        keyed = list(zip(self.shared, columns, strict=True))
        for (a, at_a), (b, at_b) in combinations(keyed, 2):
            if a[1] != b[1]:
                for (t_a, _), (t_b, _) in zip(at_a, at_b, strict=True):
                    if -JIFFY_US < t_b - t_a < JIFFY_US:
                        break
                else:
                    if all(x[1] < y[1] for x, y in zip(at_a, at_b, strict=True)):
                        yield a, b
                    elif all(x[1] > y[1] for x, y in zip(at_a, at_b, strict=True)):
                        yield b, a
            elif all(x[1] < y[1] for x, y in zip(at_a, at_b, strict=True)):
                yield a, b
            elif all(x[1] > y[1] for x, y in zip(at_a, at_b, strict=True)):
                yield b, a

    def order(self) -> None:
        """Which of two events came first; of two console lines that is a console fact."""
        same_lines = self.common([r.console for r in self.references])
        if same_lines:
            for text, count in self.references[0].console.items():
                got = self.candidate.console[text]
                self.facts["console"].ask(got == count, f"line {text!r}: {got} times, not {count}")
        for first, second in self.settled():
            if first[0] == second[0] == "console":
                if same_lines:
                    holds = self.candidate.before(first, second)
                    self.facts["console"].ask(holds, f"{first[1]!r} must come before {second[1]!r}")
            else:
                self.facts["order"].ask(self.candidate.before(first, second), f"{first} must come before {second}")

    def workers(self) -> None:
        """Which executions share a kworker."""
        starts = [key for key in self.shared if key[0] == "start"]
        mine = self.candidate.workers
        for a, b in combinations(starts, 2):
            same = self.common([r.workers[a][:2] == r.workers[b][:2] for r in self.references])
            if same is not None:
                holds = a in mine and b in mine and (mine[a][:2] == mine[b][:2]) == same
                which = "the same kworker" if same else "different kworkers"
                self.facts["workers"].ask(holds, f"{a[1:]} and {b[1:]} must run on {which}")

    def placement(self) -> None:
        """Where each execution ran."""
        fact, mine = self.facts["placement"], self.candidate.workers
        for key in (key for key in self.shared if key[0] == "start"):
            kind = self.common([worker_kind(r.workers[key][0]) for r in self.references])
            if kind is None:
                continue
            got = worker_kind(mine[key][0]) if key in mine else "missing"
            fact.ask(got == kind, f"{key[1:]} ran on a {got} worker, not {kind}")
            cpu = self.common([r.workers[key][2] for r in self.references])
            if str(kind).startswith("bound") and cpu is not None:
                got_cpu = mine[key][2] if key in mine else None
                fact.ask(got_cpu == cpu, f"{key[1:]} ran on CPU {got_cpu}, not {cpu}")

    def timing(self) -> None:
        """How long each item waited and ran."""
        spans, mine = [_spans(r) for r in self.references], _spans(self.candidate)
        for key in spans[0]:
            real = sorted(s[key] for s in spans if key in s)
            low, high = real[0], real[-1]
            if len(real) < len(spans) or high < JIFFY_US:
                continue
            slack = 100 * max(SLACK_US, 2 * (high - low))
            slack = max(slack, 3 * high)  # in hundredths, so that 3 % is exact
            value = mine.get(key)
            holds = value is not None and 100 * low - slack <= 100 * value <= 100 * high + slack
            told = "missing" if value is None else f"{value / 1e3:.1f} ms"
            self.facts["timing"].ask(holds, f"{key}: {told}, real {low / 1e3:.1f}..{high / 1e3:.1f} ms")


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
