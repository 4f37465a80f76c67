"""Random scenarios: queues of all kinds, items that sleep, burn, queue, cancel and flush one another.

    WQ_SEED=n pytest tests/properties        another series
    WQ_EXAMPLES=n                            a longer one

A failure prints the smallest scenario that fails, as a script for `tests/laws/script.py`, and how to run it again.
"""

from __future__ import annotations

import contextlib
import os
from unittest import mock

from hypothesis import HealthCheck, given, note, seed, settings, strategies as st

from server.scenario import Limits
from server.sim.cmodule.faults import LimitReached
from server.sim.workqueue.pwq import node_active
from tests.laws.script import MS, Play
from tests.properties.invariants import Checked, Watcher

SEED = int(os.environ.get("WQ_SEED", "1"))
EXAMPLES = int(os.environ.get("WQ_EXAMPLES", "120"))
RUN_MS = 1500
LIMITS = Limits(events=8000)  # items may queue each other for ever: a run ends there, in the middle of something
KINDS = ("wq {} 0 0", "wq {} 0 1", "wq {} 0 2", "wq {} 0x10 0", "wq {} 0x20 1", "wq {} 2 0", "wq {} 2 1", "wq {} 2 2",
         "owq {}", "wq {} 8 1", "fzwq {}")  # fmt: skip
LIMITED = ("wq {} 0 ", "wq {} 2 ")  # kinds whose max_active may be changed
NAMES = ("a", "b", "c", "d", "e", "f")
BH_NAMES = ("x", "y")
TOPOLOGIES = {
    1: [[]],
    2: [[], [[[[0]], [[1]]]]],
    4: [[], [[[[0]], [[1]], [[2]], [[3]]]], [[[[0], [1]]], [[[2], [3]]]]],
}


@st.composite
def steps(draw: st.DrawFn, index: int) -> str:
    """What an item does. It flushes and cancels later ones only, so that most scenarios have no circle."""
    later = NAMES[index + 1 :]
    kinds = ["s", "b", "B", "u", "R", "q"] + (["f", "c"] if later else [])
    out = []
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=4)):
        if kind in "fc":
            out.append(f"{kind}:{draw(st.sampled_from(later))}")
        elif kind == "q":
            out.append(f"q:{draw(st.sampled_from(NAMES))}" if draw(st.booleans()) else "R2")
        else:
            out.append(f"{kind}{draw(st.integers(1, {'u': 900, 'R': 4}.get(kind, 14)))}")
    return " ".join(out)


@st.composite
def commands(draw: st.DrawFn, wqs: dict[str, str], cpus: int) -> list[str]:
    """What a driver does."""
    name, wq = st.sampled_from(NAMES), st.sampled_from(sorted(wqs))
    cpu = st.sampled_from([-1, *range(cpus)])
    limited = sorted(w for w, kind in wqs.items() if kind.startswith(LIMITED))
    out = []
    for kind in draw(st.lists(st.integers(0, 19), min_size=1, max_size=14)):
        if kind <= 6:
            out.append(f"queue {draw(wq)} {draw(name)} {draw(cpu)}")
        elif kind == 7:
            out.append(f"queue {draw(st.sampled_from(['BH', 'BHHI']))} {draw(st.sampled_from(BH_NAMES))} {draw(cpu)}")
        elif kind == 8:
            out.append(f"dqueue {draw(wq)} {draw(name)} {draw(st.integers(0, 6))} {draw(cpu)}")
        elif kind == 9:
            out.append(f"mod {draw(wq)} {draw(name)} {draw(st.integers(0, 6))}")
        elif kind <= 12:
            what = st.sampled_from(["cancel", "cancels", "canceld", "flush", "flushd"])
            out.append(f"{draw(what)} {draw(st.sampled_from(NAMES + BH_NAMES))}")
        elif kind == 13:
            out.append(f"{draw(st.sampled_from(['disable', 'enable']))} {draw(name)}")
        elif kind == 14:
            out.append(f"{draw(st.sampled_from(['flushwq', 'flushwq', 'drain']))} {draw(wq)}")
        elif kind == 16:
            others = [f"{way} {other}" for way in ("off", "on") for other in range(1, cpus)]
            out.append(draw(st.sampled_from(["freeze", "thaw", "thaw", *others])))
        elif kind == 15 and limited:
            out.append(f"maxact {draw(st.sampled_from(limited))} {draw(st.integers(1, 4))}")
        else:
            out.append(draw(st.sampled_from(["sleep 1", "sleep 9", "sleep 25", "busy 3", "busy 12", "cond"])))
    return out


@st.composite
def scenarios(draw: st.DrawFn) -> tuple[str, dict]:
    """A script, and the machine for it."""
    cpus = draw(st.sampled_from(sorted(TOPOLOGIES)))
    how = {"cpus": cpus, "topology": draw(st.sampled_from(TOPOLOGIES[cpus])), "seed": draw(st.sampled_from([0, 0, 7]))}
    if draw(st.integers(0, 3)) == 0:
        how["preempt"] = "full"
    made = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=3))
    wqs = {f"q{i}": kind for i, kind in enumerate(made)}
    lines = [f"item {name} {draw(steps(i))}" for i, name in enumerate(NAMES)]
    lines += [f"item {name} u{draw(st.integers(1, 900))}" for name in BH_NAMES]
    for driver in range(draw(st.integers(1, 2))):
        lines.append(f"#cpu {driver % cpus}")
        lines += [kind.format(wq) for wq, kind in wqs.items()] if not driver else ["sleep 4"]
        lines += draw(commands(wqs, cpus))
    return "\n".join(lines), how


def run(script: str, how: dict) -> Play | None:
    """Plays a scenario with all invariants watched; None if it met the limit."""
    with mock.patch("server.sim.kernel.Engine", Checked):
        play = Play(script, limits=LIMITS, **how)
    engine = play.k.engine
    assert isinstance(engine, Checked)
    engine.after = Watcher(play).look
    try:
        return play.run(RUN_MS)
    except LimitReached as limit:
        assert limit.name == "events"
        return None


def nothing_lost(play: Play) -> None:
    """What is pending has a reason that was told, or an armed timer; what could run does not wait for ever."""
    for item in play.items.values():
        work = item.work
        assert work is not None
        if work.pending:
            armed = work.timer is not None and work.timer.pending
            assert armed or work.told is not None, f"{item.name} is pending without a cause"
    for wq in play.wqs.values():
        for pwq in wq.pwqs:
            node = node_active(pwq)
            held = node.nr if node is not None else pwq.nr_active
            frozen = not wq.max_active
            assert held or frozen or not pwq.inactive, f"{pwq.inactive} of {wq.name} wait for a slot that nobody holds"
    if not play.running:
        for pool in play.k.wq.pools:
            idle_for_nothing = pool.worklist and not pool.busy and pool.idle
            assert not idle_for_nothing, f"pool {pool.id} idles though {pool.worklist} wait"


def no_gap_in_waits(play: Play) -> None:
    """From its queue event to its start an item always has a cause (`wqp:wait`), told in the same moment."""
    waiting: dict[int, int] = {}  # item: when it was queued, until its cause is told
    caused: dict[int, str] = {}
    for t, _, name, _, args in play.events:
        obj = int(args["work"]) if name.startswith("workqueue_") else int(args["id"]) if name == "wait" else -1
        for late, since in waiting.items():
            assert since == t, f"item {play.objects[late][1]} has no cause at {since / MS} ms"
        if name == "workqueue_queue_work":
            waiting[obj] = t
            caused[obj] = ""
        elif name == "wait" and args["subject"] == "item":
            waiting.pop(obj, None)
            caused[obj] = str(args["cause"])
        elif name == "cancelled":
            waiting.pop(int(args["work"]), None)
            caused.pop(int(args["work"]), None)
        elif name == "workqueue_execute_start" and play.objects[obj][0] not in ("barrier",):
            assert caused.get(obj), f"{play.objects[obj][1]} starts at {t / MS} ms without a cause before"
            caused.pop(obj, None)


def each_queueing_has_one_end(play: Play) -> None:
    """Starts never outnumber queue events; every start has its end unless it still runs."""
    runs_now = [w.current_work for pool in play.k.wq.pools for w in pool.busy]
    for name, item in play.items.items():
        queued, started, ended = (play.order(what).count(name) for what in ("queue", "start", "end"))
        assert started <= queued, f"{name}: {started} starts of {queued}"
        retiring = (0, 1)  # one may have ended and wait for the CPU to retire
        assert runs_now.count(item.work) - (started - ended) in retiring, f"{name}: {started} starts, {ended} ends"


def never_beside_a_counted_worker(play: Play) -> None:
    """Law L19 in the trace: the `worker` events tell nr_running; it is 1 at most when a worker takes up work."""
    for t, _, name, by, args in play.events:
        if name == "worker" and args["state"] == "busy":
            assert int(args["nr_running"]) <= 1, f"{by} takes up work at {t / MS} ms beside another"


@seed(SEED)
@settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(scenarios())
def test_invariants_hold_after_every_step(scenario: tuple[str, dict]) -> None:
    script, how = scenario
    note(f"machine: {how}\n{script}\nreproduce: WQ_SEED={SEED} WQ_EXAMPLES={EXAMPLES} pytest tests/properties")
    play = run(script, how)
    if play is None:
        return
    nothing_lost(play)
    each_queueing_has_one_end(play)
    no_gap_in_waits(play)
    never_beside_a_counted_worker(play)


@seed(SEED)
@settings(max_examples=max(1, EXAMPLES // 10), deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(scenarios())
def test_the_same_scenario_gives_the_same_events(scenario: tuple[str, dict]) -> None:
    script, how = scenario
    note(f"machine: {how}\n{script}")
    runs = []
    for _ in range(2):
        play = Play(script, limits=LIMITS, **how)
        with contextlib.suppress(LimitReached):
            play.run(RUN_MS)
        runs.append(play.events)
    assert runs[0] == runs[1]
