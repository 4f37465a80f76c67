"""The freezer (trace fz_freezer, law L62)."""

from __future__ import annotations

from server.sim.machine import Gen
from server.sim.workqueue.create import build
from server.sim.workqueue.queue import queue_delayed_work_on, queue_work_on

WQ_FREEZABLE = 4


def test_a_freezable_item_is_queued_but_activates_after_the_thaw(lab) -> None:
    k, s, log = lab.k, lab.k.wq, []
    frozen, plain = build(s, "fz", WQ_FREEZABLE, 0), build(s, "nf", 0, 0)

    def item(name: str):
        return s.kernel_work(lambda _: log.append(name), name)

    def session() -> Gen:
        queue_delayed_work_on(s, 1, frozen, item("a"), 200)
        queue_delayed_work_on(s, 1, plain, item("n"), 200)
        k.freezer.store_pm_test("freezer")
        log.append((yield from k.freezer.store_state("freeze\n")))

    lab.spawn("sh", session())
    lab.run(5100)
    assert log == ["n", 0, "a"]
    at = {(e.name, e.args["function"]): e.t_ns for e in lab.named("workqueue_queue_work", "workqueue_activate_work")}
    assert at["workqueue_activate_work", "a"] - at["workqueue_queue_work", "a"] > 4_000_000_000
    assert lab.log == [
        "PM: suspend entry (s2idle)", "Filesystems sync: 0.000 seconds", "Freezing user space processes",
        "Freezing user space processes completed (elapsed 0.000 seconds)", "OOM killer disabled.",
        "Freezing remaining freezable tasks", "Freezing remaining freezable tasks completed (elapsed 0.000 seconds)",
        "PM: suspend debug: Waiting for 5 second(s).", "OOM killer enabled.", "Restarting tasks ... done.",
        "random: crng reseeded on system resumption", "PM: suspend exit",
    ]  # fmt: skip
    causes = [e.args["cause"] for e in lab.named("wqp:wait") if e.args["subject"] == "item"]
    assert "FROZEN" in causes


def test_an_active_item_that_does_not_end_fails_the_suspend(lab) -> None:
    s, log = lab.k.wq, []
    frozen = build(lab.k.wq, "fz", WQ_FREEZABLE, 0)

    def stuck(_: object) -> Gen:
        yield from lab.sleep(60_000)

    def session() -> Gen:
        queue_work_on(s, 1, frozen, s.kernel_work(stuck, "stuck"))
        yield from lab.sleep(1)
        log.append((yield from lab.k.freezer.suspend()))

    lab.spawn("sh", session())
    lab.run(30_000)
    assert log == [-16]
    assert any(t.startswith("Freezing remaining freezable tasks failed after 20.") for t in lab.log)
    assert not lab.k.wq.freezing


def test_notifiers_by_priority_may_refuse(lab) -> None:
    k, calls = lab.k, []

    def block(name: str, priority: int, answer: int) -> int:
        nb = lab.memory()
        k.poke(nb, 8, lab.function(lambda _nb, action, _data: calls.append((name, action)) or answer))
        k.poke(nb + 16, 4, priority)
        return nb

    def session() -> Gen:
        for nb in (block("low", 0, 1), block("high", 5, 0x8002 | 15)):
            k.freezer.register_pm_notifier(nb)
        calls.append((yield from k.freezer.suspend()))

    lab.spawn("sh", session())
    lab.run(100)
    assert calls[0] == ("high", 3)
    assert calls[1] == ("high", 4)
    assert calls[-1] < 0


def test_a_deep_sleep_is_one_of_a_single_cpu(lab) -> None:
    k, answers = lab.k, []

    def session() -> Gen:
        answers.append((yield from k.freezer.store_state("mem\n")))

    lab.spawn("sh", session())
    lab.run(500)
    assert answers == [0]
    assert all(cpu.online for cpu in k.cpus)
    down, up = lab.log.index("Disabling non-boot CPUs ..."), lab.log.index("Enabling non-boot CPUs ...")
    assert lab.log[0] == "PM: suspend entry (deep)"
    assert lab.log[down + 1] == "smpboot: CPU 1 is now offline"
    assert lab.log[up + 1 : up + 3] == ["smpboot: Booting Node 0 Processor 1 APIC 0x1", "CPU1 is up"]
    assert up - down == 1 + len(k.cpus) - 1 + 2  # and the two lines of the way back
