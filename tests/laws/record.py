"""Recordings of the real kernel, and what they and a play of ours must have in common.

Compared are facts that the rules give: the life of each item (events, results, placement), and the order of what
happened on one CPU. Worker numbers, the CPU of unbound workers and the interleaving of CPUs are races, not rules.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.laws.script import MS, Line, Play

DATA = Path(__file__).parent / "data"
MARKS = ("W", "RW", "KW", "TL", "TM")
WORK_LINES = ("queue", "activate", "start", "end", "kqueue", "kstart", "kend")


class Recording:
    """A file of `data/`: the machine, the script, the lines."""

    def __init__(self, name: str) -> None:
        text = (DATA / f"{name}.txt").read_text()
        script, _, trace = text.partition("\n---\n")
        self.name = name
        self.script = script
        options = re.search(r"^# machine (.*)$", script, re.M)
        assert options is not None
        self.machine: dict[str, Any] = {}
        for word in options[1].split():
            key, _, value = word.partition("=")
            self.machine[key] = value if key == "preempt" else json.loads(value)
        self.workers: dict[str, int] = self.machine.pop("workers", {})
        self.kthreadd: int | None = self.machine.pop("kthreadd", None)
        self.stretch: dict[str, int] = self.machine.pop("stretch", {})
        self.lag: dict[str, int] = self.machine.pop("lag", {})
        self.lines = [self._line(row) for row in trace.splitlines()]

    @staticmethod
    def _line(row: str) -> Line:
        stamp, cpu, comm, text = row.split(" ", 3)
        text, _, jiffies = text.partition(" jiffies=")
        return Line(round(float(stamp) * 1e6) * 1000, int(cpu), comm, text, int(jiffies or -1))

    def durations(self) -> dict[str, list[int]]:
        """How long each busy wait took in the recording, ns; nothing where another item ran meanwhile."""
        found: dict[str, list[int]] = {}
        for i, line in enumerate(self.lines):
            if not re.match(r"\w+ \w+ after [bBu]\d|drv busy \d", line.text):
                continue
            before = [n for n in range(i) if self.lines[n].comm == line.comm]
            alone = all(other.cpu != line.cpu or other.comm == line.comm or other.text.startswith(("queue", "activate"))
                        for other in self.lines[before[-1] : i])  # fmt: skip
            found.setdefault(line.text, []).append(line.t_ns - self.lines[before[-1]].t_ns if alone else 0)
        for what, ms in self.stretch.items():
            found[what.replace("_", " ")] = [ms * MS]
        return found

    def boot_ns(self) -> int:
        """When our machine must start so that its jiffies stand as they did: their phase decides in the timer wheel."""
        first = next((x for x in self.lines if x.jiffies > 0), None)
        if first is None:
            return 3_200_000_000
        before_us = 3800 if first.text == "drv tick" else 2500  # what the driver does first
        return (first.jiffies - (2**32 - 75_000)) * 4 * MS - before_us * 1000

    def play(self, ms: float = 10_000, **how: Any) -> Play:
        """Runs the script on the same machine, with busy waits as long as they were."""
        took = self.durations()

        def spin(what: str, nominal_ns: int) -> int:
            known = took.get(what)
            return (known.pop(0) if known else 0) or nominal_ns

        how = {**self.machine, "boot_ns": str(self.boot_ns()), **how}
        play = Play(self.script, spin=spin, **how)
        for cpu, more in self.workers.items():
            play.add_workers(int(cpu.rstrip("H")), more, highpri=cpu.endswith("H"))
        if self.kthreadd is not None:
            assert play.k.kthreads.kthreadd is not None
            play.k.sched.set_affinity(play.k.kthreads.kthreadd, frozenset((self.kthreadd,)))
        for task in play.k.tasks.values():
            task.vlag = next((ms * MS for comm, ms in self.lag.items() if task.comm.startswith(comm)), 0)
        return play.run(ms)


def comm_class(comm: str) -> str:
    """A thread's name without what is left to chance: `kworker/1:*H`."""
    return re.sub(r"^(kworker/u?\d+):\d+", r"\1:*", comm)


def item_of(line: Line) -> str:
    """The item that a line is about, or the driver."""
    words = line.text.split()
    if words[0] in WORK_LINES or words[0] in MARKS:
        return words[1]
    return words[0]


def told(line: Line) -> str:
    """A line without what may differ."""
    text = re.sub(r" cpu=\d+$", "", line.text) if line.comm.startswith("kworker/u") else line.text
    where = comm_class(line.comm)
    if text.startswith(("queue", "activate")):
        return text  # the rules say where it goes, not always on which CPU a timer expires
    if text.startswith("drv"):
        return text
    return f"{text} [{where}]"


def lives(lines: list[Line]) -> dict[str, list[str]]:
    """By item, and for the driver, what happened in order."""
    found: dict[str, list[str]] = {}
    for line in lines:
        found.setdefault(item_of(line), []).append(told(line))
    return found


def sequences(lines: list[Line]) -> dict[str, list[str]]:
    """By CPU, what bound threads and interrupts did there; by unbound pool, the order of starts."""
    found: dict[str, list[str]] = {}
    for line in lines:
        where = comm_class(line.comm)
        if where.startswith("kworker/u"):
            if line.text.startswith("start"):
                found.setdefault(where, []).append(line.text)
        else:
            found.setdefault(f"cpu {line.cpu}", []).append(told(line))
    return found


def workers(lines: list[Line]) -> dict[str, str]:
    """By `item, run`, the thread that ran it."""
    runs: dict[str, int] = {}
    found = {}
    for line in lines:
        if line.text.startswith("start ") and line.text != "start barrier":
            name = line.text.split()[1]
            runs[name] = runs.get(name, -1) + 1
            found[f"{name} {runs[name]}"] = line.comm
    return found


def regrouped(recorded: list[Line], played: list[Line]) -> list[str]:
    """Runs that shared a worker in the recording and do not in the play, or the other way round."""
    theirs, ours = workers(recorded), workers(played)
    pairs = {(theirs[run], ours[run]) for run in theirs if run in ours}
    return sorted(
        f"{a} is {b}" for a, b in pairs if sum(x == a for x, _ in pairs) > 1 or sum(y == b for _, y in pairs) > 1
    )


def differences(recorded: list[Line], played: list[Line]) -> list[str]:
    """What holds in the recording and not in the play, in words."""
    wrong = []
    for what, ours, theirs in (
        ("life of", lives(played), lives(recorded)),
        ("order on", sequences(played), sequences(recorded)),
    ):
        for key in sorted({*ours, *theirs}):
            a, b = theirs.get(key, []), ours.get(key, [])
            if a != b:
                n = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
                wrong.append(f"{what} {key}, line {n}: real {a[n : n + 3]}, ours {b[n : n + 3]}")
    return wrong
