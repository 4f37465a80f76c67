"""Questions about a run, made from its events: predict, then reveal.

Each question stands at a moment, the event numbered `seq`: whoever is asked may have seen that event and none after
it (`cut()` gives a recording that ends there). The kinds:

    next    which item starts next          cpu     on which CPU an item starts
    why     whether it waits, and why       end     how long it takes
    line    which line is printed next

The same recording and seed give the same questions. Of the options exactly one is right; the others are what could
have happened as well: items that wait, causes that this kernel knows, durations without the naps, lines of this log.

Witnesses are other runs of the scenario. Other seeds tell what is open: each option that one of them showed counts. At
the edge of what costs may be, a run must not show anything else: a question that is so near to a tie is not asked.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from random import Random

import msgspec

from server.trace.compare import mask
from server.trace.durations import duration, moment
from server.trace.events import KINDS
from server.trace.facts import NEVER, SHORT_NS, Facts, Life, Line, name_of, ordinals
from server.trace.recording import Recording
from server.trace.rows import STEPS

OPTIONS_MAX = 4
QUESTIONS_MAX = 20
CLEAR = 0.6  # a cause explains a wait when it has so much of it
APART = 1.5  # durations among the options differ by this factor
NEAR = 2  # a witness' duration is that of the nearest option, up to this factor
TIMES = (2, 1 / 2, 3, 1 / 3, 5, 1 / 5, 8, 1 / 8)  # durations that are offered besides
LINE_CHARS_MAX = 120
RACE_NS = 20_000
INFO_LEVEL = 5  # lines of reports (warnings and worse) make no questions

WHY = {
    "": "No: it starts as soon as a worker has the CPU",
    "MAX_ACTIVE": "Yes: max_active is reached, a slot must become free",
    "ORDERED": "Yes: its queue is ordered, the item before it must return",
    "CONCURRENCY": "Yes: another item of the pool computes and must sleep or end",
    "CPU_BUSY": "Yes: the CPU is busy with something other than work",
    "NO_IDLE_WORKER": "Yes: the pool has no worker left, one must be made",
    "NOT_REENTRANT": "Yes: the same item still runs",
    "RESCUER": "Yes: the queue's rescuer must come",
    "HIGHER_PRIORITY": "Yes: something of higher priority has the CPU",
}
_NO_WAIT = ("WORKER_WAKING",)


Key = tuple[str | int, ...]


class Question(msgspec.Struct, frozen=True):
    """One question, with its answer. `t_ns` counts from the origin, `subject` is the item asked about.

    `key` is what any seed's run would call what is asked about; `ns` are the options that are durations.
    """

    id: str
    kind: str
    seq: int
    t_ns: int
    text: str
    options: list[str]
    answer: int
    explanation: str
    subject: str = ""
    key: Key = ()
    ns: dict[str, int] = {}


class _Draft(msgspec.Struct):
    kind: str
    seq: int
    text: str
    right: str
    wrong: list[str]
    explanation: str
    key: Key
    subject: str = ""
    keep_order: bool = False
    ns: dict[str, int] = {}  # of options that are durations


class Quiz:
    """All that may be asked about a run."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        columns = facts.timeline.rows.steps.columns
        own = {life.number: life for life in facts.lives}
        steps = zip(columns["seq"], columns["item"], columns["step"], strict=True)
        self.steps = [(seq, own[item], STEPS[step]) for seq, item, step in sorted(steps) if item in own]
        self.ordinals = ordinals(facts)
        self.cpu_of = [values[2] for values in facts.recording.packed()]
        self.step_seq = {(life.number, step): seq for seq, life, step in self.steps}
        self._drafts: dict[str, list[_Draft]] = {}

    def drafts(self, kind: str) -> list[_Draft]:
        """All questions of a kind, as drafts, in order of their moments."""
        if kind not in self._drafts:
            self._drafts[kind] = self._made(kind)
        return self._drafts[kind]

    @cached_property
    def by_key(self) -> dict[Key, _Draft]:
        """The draft of each key."""
        return {draft.key: draft for kind in KINDS_OF_QUESTIONS for draft in reversed(self.drafts(kind))}

    def _made(self, kind: str) -> list[_Draft]:
        makers: dict[str, Callable[[], Iterator[_Draft]]] = {
            "next": self._next,
            "cpu": self._cpu,
            "why": self._why,
            "end": self._end,
            "line": self._line,
        }
        return [draft for draft in makers[kind]() if self.facts.times[draft.seq] >= 0 and draft.wrong]

    def _next(self) -> Iterator[_Draft]:
        starts = [(seq, life) for seq, life, step in self.steps if step == "started"]
        known: set[int] = set()
        waiting: dict[int, Life] = {}  # armed or queued, and not started
        executing: dict[int, Life] = {}
        begun = 0
        for seq, life, step in self.steps:
            known.add(life.number)
            waiting.pop(life.number, None)
            executing.pop(life.number, None)
            begun += step == "started"
            if step in ("armed", "queued", "activated"):
                waiting[life.number] = life
            elif step == "started":
                executing[life.number] = life
            if step not in ("queued", "ended", "started") or begun + 1 >= len(starts):
                continue
            (first_seq, first), (second_seq, _) = starts[begun : begun + 2]
            if self.facts.times[second_seq] == self.facts.times[first_seq]:
                continue
            if self._races(seq, first_seq) or self._races(first_seq, second_seq):
                continue
            right = name_of(first)
            if first.number not in known or right in {name_of(x) for x in executing.values()}:
                continue  # nobody can name an item that is not there yet
            others = [life for life in (*waiting.values(), *executing.values()) if life is not first]
            wrong = list(dict.fromkeys(name_of(life) for life in others if name_of(life) != right))
            if wrong:
                key = ("next", *self.ordinals[life.number], step)
                yield _Draft("next", seq, "Which item starts next?", right, wrong, self.facts.story(first), key, right)

    def _races(self, seq: int, after: int) -> bool:
        """Whether an event of another CPU follows so closely that it might as well have come before."""
        near = self.facts.times[after] - self.facts.times[seq] < RACE_NS
        return near and self.cpu_of[seq] != self.cpu_of[after]

    def _queued_lives(self) -> Iterator[tuple[int, Life]]:
        """Items that started, with the event before their queueing: what follows is not to be seen."""
        for life in self.facts.lives:
            seq = self.step_seq.get((life.number, "queued"), 0)
            if life.started != NEVER and seq > 0:
                yield seq - 1, life

    def _cpu(self) -> Iterator[_Draft]:
        cpus = self.facts.recording.header.machine.cpus
        if cpus < 2:
            return
        for seq, life in self._queued_lives():
            others = [f"CPU {cpu}" for cpu in range(cpus) if cpu != life.cpu]
            text = f"{name_of(life)} is about to be queued on {life.wq}. On which CPU does it start?"
            pool = "an unbound pool" if "/u" in life.worker else f"the pool of CPU {life.cpu}"
            told = f"It goes to {pool}. {self.facts.story(life)}"
            key = ("cpu", *self.ordinals[life.number])
            yield _Draft("cpu", seq, text, f"CPU {life.cpu}", others, told, key, name_of(life), keep_order=True)

    def _why(self) -> Iterator[_Draft]:
        waited: defaultdict[int, Counter[str]] = defaultdict(Counter)
        for wait in self.facts.waits:
            if not wait.task and wait.cause != "TIMER":
                cause = "" if wait.cause in _NO_WAIT else wait.cause
                waited[wait.item][cause] += wait.end - wait.start
        for seq, life in self._queued_lives():
            by_cause = waited[life.number]
            total = life.started - life.queued
            cause = max(by_cause, key=lambda c: by_cause[c], default="") if total >= SHORT_NS else ""
            if cause not in WHY or (cause and by_cause[cause] < CLEAR * total):
                continue
            text = f"{name_of(life)} is about to be queued on {life.wq}. Will it wait before it starts, and why?"
            also = {*by_cause, "CPU_BUSY", "HIGHER_PRIORITY"} if not cause else {*by_cause}
            also |= {"MAX_ACTIVE"} if cause == "ORDERED" else set()  # an ordered queue has one slot: both are true
            wrong = [words for code, words in WHY.items() if code != cause and code not in also - {""}]
            key = ("why", *self.ordinals[life.number])
            yield _Draft("why", seq, text, WHY[cause], wrong, self.facts.story(life), key, name_of(life))

    def _end(self) -> Iterator[_Draft]:
        others: list[int] = []
        for value in sorted({life.ended - life.started for life in self.facts.lives if life.ended != NEVER}):
            if value > 0 and (not others or value >= APART * others[-1]):
                others.append(value)
        tick = self.facts.recording.header.tick_ns
        for life in self.facts.lives:
            if life.ended == NEVER or (life.number, "started") not in self.step_seq:
                continue
            actual = life.ended - life.started
            near = [life.anatomy.running, actual + 2 * tick, *others, *(round(actual * times) for times in TIMES)]
            wrong: list[int] = []
            for value in near:
                apart = all(max(value, x) >= APART * min(value, x) for x in [actual, *wrong])
                if value > 0 and apart and duration(value) != duration(actual):
                    wrong.append(value)
            told = f"It ends at {moment(life.ended)}: {duration(life.anatomy.running)} on the CPU"
            asleep = life.anatomy.sleeping + life.anatomy.blocked
            told += f", {duration(asleep)} asleep." if asleep else ", without sleeping."
            text = f"{name_of(life)} starts now, on {life.worker}. How long until it has ended?"
            seq = self.step_seq[life.number, "started"]
            key, ns = ("end", *self.ordinals[life.number]), {duration(v): v for v in (actual, *wrong)}
            yield _Draft("end", seq, text, duration(actual), list(ns)[1:], told, key, name_of(life), ns=ns)

    def _line(self) -> Iterator[_Draft]:
        lines = [line for line in self.facts.log if line.t_ns >= 0]
        count: Counter[str] = Counter()
        for i, (line, after) in enumerate(zip(lines, lines[1:], strict=False)):
            count[mask(line.text)] += 1
            if min(line.level, after.level) < INFO_LEVEL or line.seq == after.seq:
                continue
            if self._races(line.seq, after.seq) or any(self._races(after.seq, x.seq) for x in lines[i + 2 : i + 4]):
                continue
            texts = [self._cut(x) for x in [*lines[i + 2 :], *lines[:i]] if x.level >= INFO_LEVEL]
            right = self._cut(after)
            wrong = list(dict.fromkeys(text for text in texts if text != right))
            told = f"It is printed at {moment(after.t_ns)}, {duration(after.t_ns - line.t_ns)} after the line before."
            key = ("line", mask(line.text), count[mask(line.text)])
            yield _Draft("line", line.seq, "Which line is printed next?", right, wrong[:8], told, key)

    @staticmethod
    def _cut(line: Line) -> str:
        return line.text[:LINE_CHARS_MAX]

    def questions(
        self,
        seed: int,
        count: int = 5,
        kinds: tuple[str, ...] = (),
        seeds: Sequence[Quiz] = (),
        edges: Sequence[Quiz] = (),
    ) -> list[Question]:
        """Questions in order of their moments, of kinds in turn; fewer where a run does not have so many.

        `seeds` are runs of other seeds, `edges` runs at the edge of what costs may be.
        """
        rng = Random(f"quiz {seed}")  # of a text: the same on every machine
        count = max(0, min(count, QUESTIONS_MAX))
        piles = {kind: list(self.drafts(kind)) for kind in (kinds or KINDS_OF_QUESTIONS)}
        for pile in piles.values():
            rng.shuffle(pile)
        chosen: list[Question] = []
        while len(chosen) < count and any(piles.values()):
            for pile in piles.values():
                while pile and len(chosen) < count:
                    found = self._settled(pile.pop(), rng, seeds, edges)
                    if found is not None:
                        chosen.append(found)
                        break
        return sorted(chosen, key=lambda question: (question.seq, question.kind))

    def _settled(self, draft: _Draft, rng: Random, seeds: Sequence[Quiz], edges: Sequence[Quiz]) -> Question | None:
        """The question of a draft, or None: few seeds come to ask it, or an edge has an answer that no seed has."""
        if sum(draft.key in seed.by_key for seed in seeds) < len(seeds) / 2:
            return None
        if draft.ns:
            took = [d.ns[d.right] for quiz in (*seeds, *edges) if (d := quiz.by_key.get(draft.key))]
            draft = _apart(draft, took)
        if not draft.wrong:
            return None
        question = self._finish(draft, rng)
        accepted = self.outcomes(question, seeds).counts
        at_edge = [d for edge in edges if (d := edge.by_key.get(draft.key))]
        return question if all(_option(question, d) in accepted for d in at_edge) else None

    def _finish(self, draft: _Draft, rng: Random) -> Question:
        wrong = draft.wrong if len(draft.wrong) < OPTIONS_MAX else rng.sample(draft.wrong, OPTIONS_MAX - 1)
        options = [draft.right, *wrong]
        if draft.keep_order:
            options.sort(key=lambda text: (len(text), text))
        else:
            rng.shuffle(options)
        name = f"{draft.kind} {draft.seq} {draft.subject} {options}"
        return Question(
            hashlib.sha256(name.encode()).hexdigest()[:12],
            draft.kind,
            draft.seq,
            self.facts.times[draft.seq],
            draft.text,
            options,
            options.index(draft.right),
            draft.explanation,
            draft.subject,
            draft.key,
            draft.ns,
        )

    def outcomes(self, question: Question, others: Sequence[Quiz]) -> Outcomes:
        """What other seeds of the scenario say of a question: where they differ, the fact is open."""
        counts = Counter({question.answer: 1})
        asked = 1
        took = [ns for ns in [question.ns.get(question.options[question.answer])] if ns is not None]
        for other in others:
            draft = other.by_key.get(question.key)
            if draft is None:
                continue  # there it is not so, or not so clearly, that it could be asked
            asked += 1
            took += [draft.ns[draft.right]] if question.ns else []
            found = _option(question, draft)
            if found is not None:
                counts[found] += 1
        for number, text in enumerate(question.options if question.ns else []):
            if min(took) <= question.ns[text] <= max(took):
                counts[number] += 0  # between two that were seen: it may be, too
        return Outcomes(dict(counts), asked)


class Outcomes(msgspec.Struct, frozen=True):
    """How many of `seeds` seeds gave each option of a question (by number); others gave none of them."""

    counts: dict[int, int]
    seeds: int

    @property
    def is_open(self) -> bool:
        """Whether the fact asked about is one that the kernel leaves open."""
        return max(self.counts.values()) < self.seeds


def _apart(draft: _Draft, took: list[int]) -> _Draft:
    """A draft about a duration without the options that are nearer to what it takes elsewhere than the right one is;
    without any where it takes now this, now that.

    A duration that a witness has and that is another one stays among the options: it is for `outcomes`.
    """
    right = draft.ns[draft.right]
    same = [right, *(ns for ns in took if _ratio(ns, right) < NEAR)]
    other = [ns for ns in took if _ratio(ns, right) >= NEAR]
    if _ratio(min(same), max(same)) >= APART:
        return msgspec.structs.replace(draft, wrong=[])  # mere overhead: nobody can tell how long it takes
    low, high = min(same) ** 2 / right, max(same) ** 2 / right

    def stays(ns: int) -> bool:
        return not low <= ns <= high or any(_ratio(ns, x) < NEAR for x in other)

    wrong = [text for text in draft.wrong if stays(draft.ns[text])]
    return msgspec.structs.replace(draft, wrong=wrong, ns={text: draft.ns[text] for text in (draft.right, *wrong)})


def _ratio(a: int, b: int) -> float:
    return max(a, b, 1) / max(1, min(a, b))


def _option(question: Question, draft: _Draft) -> int | None:
    """Which option of a question another run's answer is; None for one that is not among them."""
    if question.ns:
        value = draft.ns[draft.right]
        apart = [_ratio(value, question.ns[text]) for text in question.options]
        near = min(range(len(apart)), key=lambda i: apart[i])
        return near if apart[near] < NEAR else None
    if draft.right in question.options or question.kind != "line":
        return question.options.index(draft.right) if draft.right in question.options else None
    order = sorted(range(len(question.options)), key=lambda i: i != question.answer)
    return next((i for i in order if mask(question.options[i]) == mask(draft.right)), None)


KINDS_OF_QUESTIONS = ("next", "why", "cpu", "end", "line")


def cut(recording: Recording, seq: int, into: Recording | None = None) -> Recording:
    """A recording of the events up to, with, number `seq`: nothing in it, tables included, tells what comes later.

    `into` is an empty recording to fill, which may be listened to while it grows.
    """
    made = into if into is not None else Recording()
    made.header = msgspec.structs.replace(recording.header, origin_ns=-1)
    tasks, objects = len(made.tasks), len(made.objects)
    obj_args = [[i for i, kind in enumerate(k.fields.values()) if kind == "obj"] for k in KINDS]
    task_args = [[i for i, n in enumerate(k.fields) if n in ("next_task", "wakee", "holder")] for k in KINDS]
    for event in recording.events(0, seq + 1):
        named = [int(event.args[i]) for i in obj_args[event.kind]] + _named(recording, event.kind, event.args, "item")
        while objects <= max(named, default=-1):
            row = recording.objects[objects]
            made.obj(row.kind, row.addr, row.name, row.info)
            objects += 1
        named = [event.task, *(int(event.args[i]) for i in task_args[event.kind])]
        named += _named(recording, event.kind, event.args, "task")
        while tasks <= max(named):
            task = recording.tasks[tasks]
            made.task(task.pid, task.comm, task.kind)
            tasks += 1
        made.event(event.t_ns, event.cpu, event.kind, event.task, event.line, event.args)
    return made


def _named(recording: Recording, kind: int, args: tuple[int | str, ...], sort: str) -> list[int]:
    """The tasks, or all other objects, that a `wqp:wait` event names: its subject and its culprits."""
    if KINDS[kind].system != "wqp" or KINDS[kind].name != "wait":
        return []
    parts = [f"{args[0]}:{args[1]}", *str(args[3]).split(",")]
    found = [part.partition(":") for part in parts if part]
    size = len(recording.tasks if sort == "task" else recording.objects)
    numbers = [int(n) for s, _, n in found if n.isdigit() and (s == "task") == (sort == "task")]
    return [n for n in numbers if n < size]
