"""The full model, causes and trace on, against SimPy's bare timeouts at the same number of pending events.

Run `python -m bench.engine`: records a second of the kinds that ftrace has (our own `wqp:*` are computed, not counted)
over SimPy's timeouts a second (goal >= 1), in turns, best of several, by CPU time; then what is kept of a record (goal
<= 40 bytes) and how the time of ten times as many records grows (goal <= 11.5). `--quick` leaves the growth out.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Generator
from typing import Any

import simpy

from server.cfront import compile_in_process
from server.scenario import Limits, Machine, Scenario
from server.sim.cmodule.faults import LimitReached
from server.sim.cmodule.ir import Unit
from server.sim.run import build
from server.sim.shell.session import prepare, session
from server.trace.events import KINDS
from server.trace.recording import Recording

HEAD = "#include <linux/module.h>\n#include <linux/workqueue.h>\n#include <linux/delay.h>\n"
TAIL = '\nmodule_init(begin); MODULE_LICENSE("GPL");\n'
LOADS = {
    # items that queue themselves again, on a busy CPU
    "requeue": """static struct workqueue_struct *wq;
static struct work_struct item[2];
static void again(struct work_struct *w) { queue_work_on(1, wq, w); }
static int __init begin(void) { int i; wq = alloc_workqueue("b", 0, 0);
  for (i = 0; i < 2; i++) { INIT_WORK(&item[i], again); queue_work_on(1, wq, &item[i]); } return 0; }""",
    # delayed works, on two CPUs: timers, softirqs, wake-ups, switches
    "delayed": """static struct delayed_work item[24];
static void again(struct work_struct *w) { schedule_delayed_work(to_delayed_work(w), 1); }
static int __init begin(void) { int i;
  for (i = 0; i < 24; i++) { INIT_DELAYED_WORK(&item[i], again); schedule_delayed_work_on(i & 1, &item[i], 1 + i % 5); }
  return 0; }""",
    # items that sleep, on an unbound queue with fewer slots than items, and a bound one: concurrency management
    "sleep": """static struct workqueue_struct *wq, *bound;
static struct work_struct item[24];
static void again(struct work_struct *w) { msleep(4); queue_work((w - item) & 1 ? wq : bound, w); }
static int __init begin(void) { int i; wq = alloc_workqueue("u", WQ_UNBOUND, 8); bound = alloc_workqueue("b", 0, 0);
  for (i = 0; i < 24; i++) { INIT_WORK(&item[i], again); queue_work(wq, &item[i]); } return 0; }""",
}
WARM, ROWS, TURNS = 4_000, 60_000, 5
FTRACE = tuple(kind.system != "wqp" for kind in KINDS)


def compiled(load: str) -> Unit:
    """A load's module. Raises AssertionError where it does not compile."""
    unit, diagnostics = compile_in_process({"module.c": HEAD + LOADS[load] + TAIL}, "load", Limits())
    assert unit is not None, diagnostics
    return unit


class Measured:
    """One run: its recording, and the CPU time from row WARM to the end; sampled meanwhile: pending events."""

    def __init__(self, unit: Unit, rows: int) -> None:
        """Run until there are `rows` records."""
        scenario = Scenario(
            module_name="load",
            files={"module.c": ""},
            session_sh="insmod load.ko\nsleep 500000\n",
            machine=Machine(cpus=2, kernel="6.12"),
        )
        limits = Limits(events=rows, steps=10**12, until_ns=10**18)
        self.recording = recording = Recording()
        self.start = 0.0
        self.pending: list[int] = []
        k = self.k = build(scenario, unit, limits, recording)
        prepared = prepare(scenario, limits)
        k.cpu, k.current = k.cpus[0], k.cpus[0].idle
        k.sched.fork("sh", session(k, prepared), "session", cpu=0, pinned=True)
        recording.cut_at, recording.on_cut = WARM, self.cut
        gc.collect()
        try:
            k.engine.run()
        except LimitReached:
            k.flush_events(1 << 62)
        self.seconds = time.process_time() - self.start

    def cut(self) -> None:
        """Starts the clock when booting is over; then looks at the queue every so often."""
        if not self.start:
            self.start = time.process_time()
        self.pending.append(sum(1 for entry in self.k.engine.queue if entry[4] is not None))
        self.recording.cut_at += 2_000

    def rate(self) -> float:
        """Records a second of the kinds that ftrace has."""
        counted = sum(FTRACE[values[1]] for values in self.recording.packed(WARM))
        return counted / self.seconds


def ticking(env: simpy.Environment, delay: int) -> Generator[Any, Any, None]:
    """A process that does nothing but wait."""
    while True:
        yield env.timeout(delay)


def simpy_rate(pending: int, events: int = 100_000) -> float:
    """SimPy's timeouts a second."""
    env = simpy.Environment()
    for i in range(pending):
        env.process(ticking(env, 1 + i % 7))
    start = time.process_time()
    for _ in range(events):
        env.step()
    return events / (time.process_time() - start)


def compare(load: str) -> None:
    """Prints a load's ratio."""
    unit = compiled(load)
    ours = theirs = 0.0
    kept = pending = 0.0
    for _ in range(TURNS):
        run = Measured(unit, ROWS)
        pending = sum(run.pending) / len(run.pending)
        ours = max(ours, run.rate())
        theirs = max(theirs, simpy_rate(max(1, round(pending))))
        kept = run.recording.size / run.recording.rows
    print(
        f"{load:8} {ours:9,.0f} records/s, SimPy {theirs:9,.0f} at {pending:4.1f} pending: ratio {ours / theirs:.2f}"
        f" (goal 1.00); {kept:.1f} bytes a record (goal 40)"
    )


def growth() -> None:
    """Prints t(10^6) / t(10^5), fastest of three each."""
    unit = compiled("delayed")
    small = min(Measured(unit, 100_000).seconds for _ in range(3))
    large = min(Measured(unit, 1_000_000).seconds for _ in range(2))
    print(f"growth   t(10^6)/t(10^5) = {large / small:.1f} (goal 11.5)")


def main() -> None:
    """All loads, then the growth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without the growth")
    args = parser.parse_args()
    for load in LOADS:
        compare(load)
    if not args.quick:
        growth()


if __name__ == "__main__":
    main()
