"""What Linux leaves open in a run: those of its facts that are otherwise in other runs of the same module.

One run is one of those that Linux could have made. It is held against others: of the simulator with other seeds, and
recorded ones of the real kernel. A fact is open where the runs of one kind differ among themselves, the run itself
among those of its own kind; that all real runs differ from all simulated ones is another thing (`compare.py`). Facts:

    order      which of two executions started or ended first; which of two lines was printed first
    cpu        on which CPU an execution began
    worker     on what kind of worker it ran, and whether on the kworker of another
    presence   whether there is this execution, or this line, at all
    end        how the run ends, and what the checks find (`verdict`)

Lives and lines are named as in `compare.py`; simulated runs share addresses, and so names, whatever comes first.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence

import msgspec

from server.trace import compare, ftrace
from server.trace.compare import Key
from server.trace.events import KIND_BY_NAME
from server.trace.recording import Recording
from server.trace.resting import Resting, spans
from server.trace.timeline import Timeline

CHECK = KIND_BY_NAME["wqp:check"]
KEYS_MAX = 2000  # events of a sort that are held against others
PAIRS_MAX = 20_000  # that one other run has the other way round
TOLD_MAX = 3  # orders of one event that are told, those of the nearest events; lives of one item that may not be
FACTS_MAX = 1000
LINE_CHARS_MAX = 60
_FIRST = {compare.BEFORE: True, compare.AFTER: False, compare.MISSING: None}
_ENDS = {
    "completed": "completed",
    "crashed": "crashed the machine",
    "deadlock": "ended in a deadlock",
    "stalled": "stalled",
}


class Open(msgspec.Struct, frozen=True):
    """One open fact, at the event numbered `seq`; of an order `other` is the second event, else -1."""

    fact: str
    seq: int
    other: int
    text: str


class Opens(msgspec.Struct, frozen=True, tag_field="type", tag="open"):
    """All of a run, as docs/protocol.md has it.

    `seeds` and `recorded` are the runs that were looked at, the run itself included; `summary` says what came of it.
    `spans` are executions at whose start or end something is open, `waits` are waits whose cause rests on an open fact:
    their numbers in the timeline, each with an index of `facts`. `verdict` is what a badge adds to the verdict, ""
    where every seed ends so; `ends` says it in full.
    """

    seeds: int
    recorded: int
    summary: str
    facts: list[Open]
    spans: list[tuple[int, int]]
    waits: list[tuple[int, int]]
    verdict: str = ""
    ends: str = ""

    def by_event(self) -> dict[int, list[Open]]:
        """The facts of each event, by its number."""
        found: dict[int, list[Open]] = {}
        for fact in self.facts:
            found.setdefault(fact.seq, []).append(fact)
            if fact.other >= 0:
                found.setdefault(fact.other, []).append(fact)
        return found

    def by_wait(self) -> dict[int, Open]:
        """The fact on which a wait rests, by the wait's number."""
        return {wait: self.facts[fact] for wait, fact in self.waits}

    def by_span(self) -> dict[int, list[Open]]:
        """The facts of each span, by its number."""
        found: dict[int, list[Open]] = {}
        for span, fact in self.spans:
            found.setdefault(span, []).append(self.facts[fact])
        return found


def _summary(seeds: int, recorded: int, count: int) -> str:
    looked = [f"{n} {what}s" for n, what in ((seeds, "seed"), (recorded, "recorded real run")) if n > 1]
    if not looked:
        return "What Linux leaves open in this run is not known: no other run of it was looked at."
    what = "nothing" if not count else "one fact" if count == 1 else f"{count:,} facts"
    return f"Linux leaves {what} of this run open, as far as {' and '.join(looked)} show."


class _Seen:
    """One run, as far as it can differ from another."""

    def __init__(self, run: compare.Run, end: str = "", checks: tuple[str, ...] = ()) -> None:
        self.run = run
        self.outcome = (end, checks)


def _seen(recording: Recording, rows: list[int], names: compare.Names | None = None) -> _Seen:
    checks = sorted({str(e.args[0]) for e in recording.events() if e.kind == CHECK})
    end = recording.outcome.kind if recording.outcome else ""
    return _Seen(_read(ftrace.lines(recording, rows), names), end, tuple(checks))


def _read(lines: Iterable[str], names: compare.Names | None = None) -> compare.Run:
    try:
        return compare.read(lines, names)
    except ValueError:  # a run in which the module never got to queue or print anything
        return compare.Run()


def opens(recording: Recording, seeds: Iterable[Recording], recorded: Sequence[str]) -> Opens:
    """What is open in a run, held against runs of other seeds and the texts of recorded traces.

    The event numbers are those of `recording`; of a real run that has waits then (`infer.explained`). `recorded` does
    not have the run itself.
    """
    rows = ftrace.own_rows(recording)
    mine = _seen(recording, rows)
    names = mine.run.names if recording.header.producer == "simulator" else None
    others = [_seen(other, ftrace.own_rows(other), names) for other in seeds]
    return _Opens(recording, mine, rows, others, [_Seen(_read(text.splitlines())) for text in recorded]).found()


def turned(keys: Sequence[Key], run: compare.Run) -> list[tuple[int, int]]:
    """Pairs of these events that another run has the other way round, by their indices; at most PAIRS_MAX."""
    found: list[tuple[int, int]] = []
    before: list[tuple[int, int]] = []  # positions in the other run, in order, and indices
    for j, key in enumerate(keys):
        position = run.positions.get(key)
        if position is None:
            continue
        found += [(i, j) for _, i in before[bisect_right(before, (position, j)) :]]
        if len(found) > PAIRS_MAX:
            return found[:PAIRS_MAX]
        insort(before, (position, j))
    return found


def sharing(starts: Sequence[Key], run: compare.Run) -> dict[Key, Key]:
    """For each execution the first of `starts` that had the same kworker in this run."""
    first: dict[tuple[str, int], Key] = {}
    return {key: first.setdefault(run.workers[key][:2], key) for key in starts if key in run.workers}


class _Opens:
    def __init__(
        self, recording: Recording, mine: _Seen, rows: list[int], seeds: list[_Seen], recorded: list[_Seen]
    ) -> None:
        self.recording = recording
        self.mine = mine
        self.seq = {key: rows[line] for key, line in mine.run.lines.items()}
        self.is_real = recording.header.producer != "simulator"
        self.groups = (seeds, recorded)
        self.totals = (len(seeds) + (not self.is_real), len(recorded) + self.is_real)
        self.timeline = Timeline(recording)
        self.timeline.feed()
        columns = self.timeline.rows.steps.columns
        self.item_at = dict(zip(columns["seq"], columns["item"], strict=True))
        self.facts: list[Open] = []
        self.orders: dict[tuple[int, int], Open] = {}  # all that are open, by their events; `facts` has some

    def found(self) -> Opens:
        """The answer."""
        keys = list(self.mine.run.positions)
        executions = [key for key in keys if key[0] in ("start", "end")][:KEYS_MAX]
        starts = [key for key in executions if key[0] == "start"]
        lines = [key for key in keys if key[0] == "console"][:KEYS_MAX]
        self._orders(executions)
        self._orders(lines)
        for key in starts:
            self._cpu(key)
            self._kind(key)
        self._workers(starts)
        told: Counter[str] = Counter()
        for key in (*starts, *lines):
            if told[key[1]] < TOLD_MAX:  # of a life that may not be, those after it may not be either
                told[key[1]] += self._presence(key)
        self.facts.sort(key=lambda fact: (fact.seq, fact.other, fact.fact))
        del self.facts[FACTS_MAX:]
        waits = Resting(self.timeline, self.orders, {(f.fact, f.seq): f for f in self.facts}).waits()
        self.facts += dict.fromkeys(fact for fact in waits.values() if fact not in self.facts)
        place = {fact: i for i, fact in enumerate(self.facts)}
        found = [(wait, place[fact]) for wait, fact in sorted(waits.items())]
        verdict, ends = self._verdict()
        summary = _summary(*self.totals, len(self.facts) + bool(verdict))
        shown = spans(self.timeline, self.facts)
        return Opens(*self.totals, summary, self.facts, shown, found, verdict, ends)

    # -- words

    def name(self, key: Key) -> str:
        """What the reader calls an item, from its second life on with its number; or the text of a line."""
        seq = self.seq[key]
        if key[0] == "console":
            text = str(next(self.recording.events(seq, seq + 1)).args[0])
            return f"“{text if len(text) <= LINE_CHARS_MAX else text[: LINE_CHARS_MAX - 1] + '…'}”"
        item = self.item_at.get(seq, -1)
        if item < 0:
            return key[1]
        rows = self.timeline.rows
        nth = rows.items.nth[item] + 1
        suffix = {1: "", 2: " (2nd)", 3: " (3rd)"}.get(nth, f" ({nth}th)")
        return self.recording.objects[rows.items.object[item]].name + suffix

    def _tell(self, fact: str, keys: tuple[Key, ...], what: str, counts: tuple[int, int], how: str) -> Open:
        runs = [
            f"{count or 'none'} of {total} {name}"
            for count, total, name in zip(counts, self.totals, ("seeds", "recorded real runs"), strict=True)
            if total > 1
        ]
        other = self.seq[keys[1]] if len(keys) > 1 else -1
        return Open(fact, self.seq[keys[0]], other, f"Linux leaves open {what}: {', '.join(runs)} {how}.")

    # -- facts

    def _ask(self, own: Hashable, of: Callable[[compare.Run], Hashable]) -> tuple[int, int] | None:
        """In how many runs of each kind a fact is otherwise, None where it is not open; `of` without it: None."""
        values = [[value for other in group if (value := of(other.run)) is not None] for group in self.groups]
        differ = [sum(value != own for value in group) for group in values]
        kind = 1 if self.is_real else 0  # what this run is one of
        if differ[kind] or len(set(values[1 - kind])) > 1:
            return differ[0], differ[1]
        return None

    def _orders(self, keys: list[Key]) -> None:
        """Pairs that other runs have the other way round, told of each event with the nearest ones."""
        counts: Counter[tuple[int, int]] = Counter()
        for group in self.groups:
            for other in group:
                counts.update(turned(keys, other.run))
        told: Counter[int] = Counter()
        for i, j in sorted(counts, key=lambda pair: (pair[1] - pair[0], pair)):
            a, b = keys[i], keys[j]
            if a[1] == b[1]:
                continue
            differ = self._ask(True, lambda run, a=a, b=b: _FIRST[run.sequence(a, b)])  # type: ignore[misc]
            if differ is None:
                continue
            fact = self._tell("order", (a, b), self._order(a, b), differ, "had it the other way")
            self.orders[self.seq[a], self.seq[b]] = fact
            if min(told[i], told[j]) < TOLD_MAX:
                told.update((i, j))
                self.facts.append(fact)

    def _order(self, a: Key, b: Key) -> str:
        first, second = self.name(a), self.name(b)
        if a[0] == "console":
            return f"which is printed first, {first} or {second}"
        if a[0] == b[0]:
            return f"which of {first} and {second} {a[0]}s first"
        return f"whether {first} {a[0]}s before {second} {b[0]}s"

    def _cpu(self, key: Key) -> None:
        own = self.mine.run.cpu(key)
        differ = self._ask(own, lambda run: run.cpu(key) if key in run.workers else None)
        if differ:
            what = f"on which CPU {self.name(key)} starts"
            self.facts.append(self._tell("cpu", (key,), what, differ, f"had another than {own}"))

    def _kind(self, key: Key) -> None:
        own = self.mine.run.kind(key)
        differ = self._ask(own, lambda run: run.kind(key) if key in run.workers else None)
        if differ:
            what = f"on what kind of worker {self.name(key)} runs"
            self.facts.append(self._tell("worker", (key,), what, differ, f"had another than this {own} one"))

    def _workers(self, starts: list[Key]) -> None:
        """Whose kworker each execution has."""
        own = sharing(starts, self.mine.run)
        shared = {other.run: sharing(starts, other.run) for group in self.groups for other in group}
        for key in own:
            differ = self._ask(own[key], lambda run, key=key: shared[run].get(key))  # type: ignore[misc]
            if not differ:
                continue
            others = Counter(first for of in shared.values() if (first := of.get(key)) not in (None, key))
            with_ = own[key] if own[key] != key or not others else others.most_common(1)[0][0]
            if with_ is None or with_ == key:
                continue  # only the first execution on a worker: told of those after it
            what = f"whether {self.name(key)} runs on the kworker of {self.name(with_)}"
            self.facts.append(self._tell("worker", (key,), what, differ, "had it otherwise"))

    def _presence(self, key: Key) -> bool:
        differ = self._ask(True, lambda run: key in run.positions)
        if differ:
            does = "is printed" if key[0] == "console" else "starts"
            what = f"whether {self.name(key)} {does}"
            self.facts.append(self._tell("presence", (key,), what, differ, "went without it"))
        return differ is not None

    def _verdict(self) -> tuple[str, str]:
        total = self.totals[0]
        ends = Counter(other.outcome for other in self.groups[0])
        if self.is_real or not ends:
            return "", ""
        ends[self.mine.outcome] += 1
        same = ends[self.mine.outcome]
        if same == total:
            return "", ""
        parts = []
        for (end, checks), count in ends.most_common():
            found = f" ({', '.join(checks)})" if checks else ""
            parts.append(f"{count} {_ENDS.get(end, end)}{found}")
        return (
            f"in {same} of {total} seeds",
            f"Linux leaves open how this run ends. Of {total} seeds: {'; '.join(parts)}.",
        )
