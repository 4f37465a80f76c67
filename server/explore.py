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


def record(scenario: Scenario, unit: Unit, limits: Limits, header: Header) -> Recording:
    """One run, kept whole. Raises sim.InputError for a bad session."""
    from server.sim import simulate

    made = Recording(msgspec.structs.replace(header, origin_ns=-1))
    made.outcome = simulate(scenario, unit, limits, made)
    return made
