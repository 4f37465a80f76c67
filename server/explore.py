"""Many seeds of one scenario: which outcomes there are, and other runs to hold one against (`trace/opens.py`).

One deterministic run is one of the runs that Linux could have made. Other seeds jitter what things cost, within the
spread of recorded runs; what changes with them is open, and nobody may call it a rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from multiprocessing import get_context

import msgspec

from server.scenario import Limits, Scenario
from server.sim import Ends
from server.sim.cmodule.ir import Unit
from server.trace.events import KIND_BY_NAME
from server.trace.recording import Header, Recording

CONSOLE = KIND_BY_NAME["console"]
CHECK = KIND_BY_NAME["wqp:check"]
_MASKS = (
    (re.compile(r"\b(pid|PID)([ =:]*)\d+"), r"\1\2#"),
    (re.compile(r"kworker/\S+"), "kworker"),
    (re.compile(r"\b(0x)?[0-9a-f]{8,}\b"), "ADDR"),
)
EVENTS_MAX = 20_000  # of all seeds that are run beside a run, while somebody waits
SEEDS_MIN = 2
STEPS_MAX = 1_000_000  # of each of those
LIMITS_MAX = 2  # so many that came to a limit, and no more is tried
WITNESSES = 12  # of each sort, for a quiz
EDGE = 0.5  # there each cost is off by so much of itself; other seeds have at most 0.35
EDGE_SEED = 1_000_000  # far from what people choose
FIRST = Limits(events=4000, steps=20_000, until_ns=20_000_000_000)  # how much of each witness is run


class Result(msgspec.Struct, frozen=True):
    """What one seed did: its verdict, findings, lines (pids and addresses masked) and length."""

    seed: int
    verdict: str
    checks: list[str]
    lines: list[str]
    events: int

    @property
    def key(self) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """Two seeds with the same key had the same outcome."""
        return self.verdict, tuple(self.checks), tuple(self.lines)


class Group(msgspec.Struct):
    """Seeds with one outcome; `shortest` is the one with the fewest events."""

    count: int
    shortest: Result
    differs: str  # the first line in which it differs from the most frequent outcome


class _Notes:
    """A sink that keeps the lines and findings of a run and counts its events."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.checks: list[str] = []
        self.count = 0
        self._rows = 0

    def task(self, pid: int, comm: str, kind: str) -> int:
        """As `events.Sink.task`."""
        self._rows += 1
        return self._rows - 1

    def obj(self, kind: str, addr: int, name: str, info: str) -> int:
        """As `events.Sink.obj`."""
        return self.task(0, "", "")

    def event(self, t_ns: int, cpu: int, kind: int, task: int, line: int, args: tuple[int | str, ...]) -> None:
        """As `events.Sink.event`."""
        self.count += 1
        if kind == CONSOLE:
            text = str(args[0])
            for pattern, mask in _MASKS:
                text = pattern.sub(mask, text)
            self.lines.append(text)
        elif kind == CHECK:
            self.checks.append(str(args[0]))


def one(scenario: Scenario, unit: Unit, limits: Limits, seed: int) -> Result:
    """Runs one seed. Raises sim.InputError for a bad session."""
    from server.sim import simulate

    notes = _Notes()
    outcome = simulate(msgspec.structs.replace(scenario, seed=seed), unit, limits, notes)
    return Result(seed, outcome.kind, sorted(set(notes.checks)), notes.lines, notes.count)


_job: tuple[Scenario, Unit, Limits] | None = None


def _one(seed: int) -> Result:
    assert _job is not None
    return one(*_job, seed)


def results(scenario: Scenario, unit: Unit, limits: Limits, seeds: Iterable[int], processes: int) -> Iterator[Result]:
    """Runs all seeds, in forked processes; in the order of the seeds."""
    global _job
    _job = (scenario, unit, limits)
    if processes == 1:
        yield from map(_one, seeds)
        return
    with get_context("fork").Pool(processes) as pool:
        yield from pool.imap(_one, seeds, chunksize=4)


def groups(found: list[Result]) -> list[Group]:
    """The distinct outcomes, the most frequent first."""
    by_key: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[Result]] = {}
    for result in found:
        by_key.setdefault(result.key, []).append(result)
    ordered = sorted(by_key.values(), key=lambda rs: (-len(rs), rs[0].seed))
    usual = ordered[0][0]
    return [Group(len(rs), min(rs, key=lambda r: (r.events, r.seed)), _difference(usual, rs[0])) for rs in ordered]


def _difference(usual: Result, other: Result) -> str:
    if other.verdict != usual.verdict:
        return f"ends as {other.verdict}, not {usual.verdict}"
    for here, there in zip(other.lines, usual.lines, strict=False):
        if here != there:
            return f"prints '{here}' where the usual run prints '{there}'"
    if len(other.lines) != len(usual.lines):
        return f"prints {len(other.lines)} lines, not {len(usual.lines)}"
    return "" if other.checks == usual.checks else f"finds {', '.join(other.checks) or 'nothing'}"


def bounded(recording: Recording, limits: Limits, steps: int = STEPS_MAX) -> Limits:
    """The limits of other seeds of a run while somebody waits: they take no longer than it by much."""
    events = min(limits.events, 2 * recording.rows + 1000)
    return msgspec.structs.replace(limits, events=events, steps=min(limits.steps, steps))


def enough(recording: Recording, seeds: int) -> int:
    """How many other seeds of a run are run while somebody waits: fewer of a long one."""
    return min(seeds, max(SEEDS_MIN, EVENTS_MAX // max(1, recording.rows)))


def beside(recording: Recording, scenario: Scenario, unit: Unit, limits: Limits, seeds: int) -> Iterator[Recording]:
    """What so many other seeds of a run's scenario do, less those that come to a limit."""
    limited = 0
    for seed in [seed for seed in range(seeds + 1) if seed != scenario.seed][:seeds]:
        other = record(msgspec.structs.replace(scenario, seed=seed), unit, limits, recording.header)
        limited += other.outcome is not None and other.outcome.kind == "limit"
        if limited >= LIMITS_MAX:
            return
        if other.outcome is not None and other.outcome.kind != "limit":
            yield other


def _edges(cpus: int) -> Iterator[tuple[Ends, ...]]:
    """Where all is dear, all cheap, of each two CPUs one dear while the other is cheap; then, each cost by itself."""
    dear, cheap = (1 + EDGE, 1 + EDGE), (1 - EDGE, 1 - EDGE)
    masks = [0, -1]
    for bit in range((cpus - 1).bit_length()):
        mask = sum(1 << cpu for cpu in range(cpus) if cpu >> bit & 1)
        masks += [mask, ~mask]
    for mask in masks:
        yield tuple(dear if mask >> cpu & 1 else cheap for cpu in range(cpus))
    while True:
        yield ((1 - EDGE, 1 + EDGE),) * cpus


def witnesses(recording: Recording, scenario: Scenario, unit: Unit, limits: Limits) -> Iterator[tuple[bool, Recording]]:
    """How a run begins with other seeds, and at the edge of what costs may be (true), as far as somebody can wait.

    There each cost is at an end of a spread that is wider than that of seeds: what is so also there has a distance from
    being otherwise that jitter will hardly cover.
    """
    most = {name: min(getattr(limits, name), getattr(FIRST, name)) for name in ("events", "steps", "until_ns")}
    short = msgspec.structs.replace(limits, **most)
    for seed in [seed for seed in range(WITNESSES + 1) if seed != scenario.seed][:WITNESSES]:
        yield False, record(msgspec.structs.replace(scenario, seed=seed), unit, short, recording.header)
    for n, ends in zip(range(WITNESSES), _edges(scenario.machine.cpus), strict=False):
        at_edge = msgspec.structs.replace(scenario, seed=EDGE_SEED + n)
        yield True, record(at_edge, unit, short, recording.header, ends)


def record(scenario: Scenario, unit: Unit, limits: Limits, header: Header, ends: tuple[Ends, ...] = ()) -> Recording:
    """One run, kept whole. Raises sim.InputError for a bad session."""
    from server.sim import simulate

    made = Recording(msgspec.structs.replace(header, origin_ns=-1))
    made.outcome = simulate(scenario, unit, limits, made, ends)
    return made
