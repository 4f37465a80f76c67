"""Runs generated modules: `python -m tests.fuzz.harness --count 10000`.

Each input is made by its kind and seed alone, so that a finding is reproduced by the command that is printed. A finding
is: an exception that no user should see, a fault of the front end or of the simulator, or more time than allowed.
"""

from __future__ import annotations

import argparse
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from server.cfront import compile_module
from server.scenario import Limits, Machine, Scenario
from server.sim import InputError, simulate
from tests.fuzz.grammar import Grammar
from tests.fuzz.hostile import KINDS

SECONDS = 60  # processor time of one input; the child that compiles has 3 s of its own
HANG_SECONDS = 1800  # of one input, whatever else this computer does: it waits for something that does not come
MEMORY_BYTES = 3 << 30
LIMITS = Limits(
    events=4_000, steps=300_000, tasks=200, heap_bytes=8 << 20, console_bytes=64 << 10, until_ns=30_000_000_000
)
SESSION = "insmod fuzz.ko\nsleep 0.5\nrmmod fuzz\n"
WEIGHTS = {"grammar": 4, "mutated": 4, "macro-bomb": 1, "nesting": 1, "types": 1, "junk": 1, "runaway": 1}


class Late(Exception):
    """An input took longer than it may."""


class Silent:
    """A sink that forgets."""

    def __init__(self) -> None:
        self.rows = 0

    def task(self, pid: int, comm: str, kind: str) -> int:
        """A row of the task table."""
        self.rows += 1
        return self.rows - 1

    def obj(self, kind: str, addr: int, name: str, info: str) -> int:
        """A row of the object table."""
        self.rows += 1
        return self.rows - 1

    def event(self, t_ns: int, cpu: int, kind: int, task: int, line: int, args: tuple[int | str, ...]) -> None:
        """An event."""


@contextmanager
def deadline() -> Iterator[None]:
    """Raises Late when the time is over: processor time, so that a busy computer finds nothing."""

    def late(*_: object) -> None:
        raise Late

    clocks = ((signal.ITIMER_PROF, signal.SIGPROF, SECONDS), (signal.ITIMER_REAL, signal.SIGALRM, HANG_SECONDS))
    before = [signal.signal(number, late) for _, number, _ in clocks]
    for clock, _, seconds in clocks:
        signal.setitimer(clock, seconds)
    try:
        yield
    finally:
        for (clock, number, _), handler in zip(clocks, before, strict=True):
            signal.setitimer(clock, 0)
            signal.signal(number, handler)


def source(kind: str, seed: int) -> str:
    """The module of a kind and seed."""
    random = Random(f"{kind}:{seed}")
    return Grammar(random).module() if kind == "grammar" else KINDS[kind](random)


def kind_of(seed: int) -> str:
    """The kind that a seed stands for."""
    kinds = [kind for kind, weight in WEIGHTS.items() for _ in range(weight)]
    return kinds[Random(f"kind:{seed}").randrange(len(kinds))]


def run(text: str) -> tuple[str, str]:
    """(what became of it, the finding or nothing)."""
    try:
        with deadline():
            unit, diagnostics = compile_module({"module.c": text}, "fuzz", LIMITS)
            broken = [d.message for d in diagnostics if d.code == "internal"]
            if broken:
                return "broken", broken[0]
            if unit is None:
                return "refused", "" if diagnostics else "refused without a word"
            machine = Machine(cpus=2, kernel="6.12")
            outcome = simulate(Scenario("fuzz", {"module.c": text}, SESSION, machine=machine), unit, LIMITS, Silent())
            return outcome.kind, ""
    except InputError:
        return "refused", ""
    except Late:
        return "late", f"more than {SECONDS} s of processor time"
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return "broken", f"{type(error).__name__} at {frame.filename.rpartition('/')[2]}:{frame.lineno}: {error}"[:300]


def main() -> int:
    """Runs a range of seeds; 1 if there was a finding."""
    parser = argparse.ArgumentParser(description="Runs generated modules.")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--kind", choices=sorted(WEIGHTS), help="only this kind")
    parser.add_argument("--print", action="store_true", dest="show", help="print the module instead of running it")
    args = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    kinds: Counter[str] = Counter()
    findings = 0
    start = time.monotonic()
    for seed in range(args.seed, args.seed + args.count):
        kind = args.kind or kind_of(seed)
        text = source(kind, seed)
        if args.show:
            sys.stdout.write(text)
            continue
        became, finding = run(text)
        kinds[became] += 1
        if finding:
            findings += 1
            sys.stdout.write(f"{finding}\n    python -m tests.fuzz.harness --kind {kind} --seed {seed} --count 1\n")
            sys.stdout.flush()
    if not args.show:
        seconds = time.monotonic() - start
        summary = ", ".join(f"{n} {kind}" for kind, n in kinds.most_common())
        sys.stderr.write(f"{args.count} inputs in {seconds:.0f} s: {summary}; {findings} findings\n")
    return int(findings > 0)


if __name__ == "__main__":
    sys.exit(main())
