"""CPUs that go and come: workers, timers, tasks (trace t20)."""

from __future__ import annotations

import pytest

from server.sim.machine import Gen
from server.sim.workqueue.create import build
from server.sim.workqueue.queue import queue_delayed_work_on, queue_work_on


@pytest.fixture
def four(make_lab):
    return make_lab(4)


def switch_cpu(lab, cpu: int, online: bool, log: list[object]) -> Gen:
    log.append((yield from lab.k.hotplug.set_online(cpu, online)))


def test_the_items_of_a_dead_cpu_go_on_elsewhere(four) -> None:
    """As in t20: a sleeps through it, d's pinned timer moves, e goes to the same pool; c is back on CPU 1."""
    k, s, ran = four.k, four.k.wq, []
    q = build(s, "q0", 0, 0)

    def item(name: str, ms: float):
        def body(_: object) -> Gen:
            yield from four.sleep(ms)
            ran.append((name, k.cpu.id, k.current.comm))

        return s.kernel_work(body, name)

    def session() -> Gen:
        queue_work_on(s, 1, q, item("a", 60))
        queue_delayed_work_on(s, 1, q, item("d", 1), 20)
        yield from four.sleep(5)
        assert (yield from k.hotplug.cpu_down(1)) == 0
        queue_work_on(s, 1, q, item("e", 1))
        yield from four.sleep(120)
        assert (yield from k.hotplug.cpu_up(1)) == 0
        queue_work_on(s, 1, q, item("c", 1))
        yield from four.sleep(30)
        ran.append("end")

    four.spawn("session", session())
    four.run(400)
    assert ran[-1] == "end"
    where = {r[0]: r for r in ran if r != "end"}
    for name in "ade":
        assert where[name][1] != 1
        assert where[name][2].startswith("kworker/1:")
    assert where["c"][1] == 1
    assert where["c"][2].startswith("kworker/1:")
    assert "smpboot: CPU 1 is now offline" in four.log
    states = [e.args["state"] for e in four.named("wqp:worker")]
    assert states.index("unbound") < states.index("rebound")


def test_a_queued_item_starts_when_its_pool_is_unbound(four) -> None:
    """The hog keeps the pool busy; without concurrency management the next item starts at once, elsewhere."""
    k, s, log = four.k, four.k.wq, []
    q = build(s, "q0", 0, 0)

    def hog(_: object) -> Gen:
        yield from four.busy(8)
        log.append("hog")

    def nxt(_: object) -> Gen:
        log.append(f"next on {k.cpu.id}")
        yield None

    def session() -> Gen:
        yield from four.sleep(0.01)
        queue_work_on(s, 1, q, s.kernel_work(hog, "hog"))
        queue_work_on(s, 1, q, s.kernel_work(nxt, "nxt"))
        k.costs["cpu_down"] = 1000
        yield from four.sleep(1)
        yield from k.hotplug.cpu_down(1)
        log.append("down")

    four.spawn("session", session())
    four.run(100)
    assert log[0].startswith("next on ")
    assert log[0] != "next on 1"
    assert log.index("hog") < log.index("down")


def test_cpu_zero_stays(four) -> None:
    log: list[object] = []
    four.spawn("s", switch_cpu(four, 0, False, log))
    four.run(100)
    assert log == [-16]


def test_runnable_and_timer_move(four) -> None:
    k, log = four.k, []

    def sleeper() -> Gen:
        left = yield from k.timers.schedule_timeout(10, "D")
        log.append((left, k.cpu.id))

    task = four.spawn("sleeper", sleeper(), 2)
    four.run(2)
    four.spawn("s", switch_cpu(four, 2, False, log))
    four.run(200)
    assert (0, 0) in log or (0, 1) in log or (0, 3) in log
    assert task.state == "X"


def test_callbacks_run_on_the_cpu(four) -> None:
    k, calls = four.k, []
    up = four.function(lambda cpu: calls.append(("up", cpu, k.cpu.id)) or 0)
    down = four.function(lambda cpu: calls.append(("down", cpu, k.cpu.id)) or 0)

    def session() -> Gen:
        state = yield from k.hotplug.cpuhp_setup_state(200, up, down)
        assert state == 200
        yield from k.hotplug.cpu_down(1)
        yield from k.hotplug.cpu_up(1)
        yield from k.hotplug.cpuhp_remove_state(state)

    four.spawn("s", session())
    four.run(300)
    assert calls == [("up", 0, 0), ("up", 1, 1), ("up", 2, 2), ("up", 3, 3), ("down", 1, 1), ("up", 1, 1),
                     ("down", 0, 0), ("down", 1, 1), ("down", 2, 2), ("down", 3, 3)]  # fmt: skip


def test_two_at_once_wait_for_each_other(four) -> None:
    log: list[object] = []
    four.spawn("a", switch_cpu(four, 1, False, log))
    four.spawn("b", switch_cpu(four, 2, False, log))
    four.run(300)
    assert log == [0, 0]
    assert [c.online for c in four.k.cpus] == [True, False, False, True]
