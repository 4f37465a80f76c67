"""hrtimers: expiry, order, ranges, restart, cancel."""

from __future__ import annotations

from collections.abc import Callable

from server.sim.machine import Gen

US, MS = 1000, 1_000_000
REL, ABS, SOFT = 1, 0, 4


def timer(lab, call: Callable[[int], object], mode: int = REL, name: str = "cb") -> int:
    addr = lab.memory(72)
    lab.k.hrtimers.hrtimer_init(addr, 1, mode)
    lab.k.poke(addr + 40, 8, lab.function(call, name))
    return addr


def test_sleep_is_exact_up_to_its_slack(lab) -> None:
    woke: list[int] = []

    def body(ns: int, slack: int) -> Gen:
        start = lab.k.cx.now
        yield from lab.k.hrtimers.sleep(ns, "S", slack)
        woke.append(lab.k.cx.now - start)

    lab.spawn("a", body(1_234_567, 0))
    lab.run(5)
    assert 1_234_567 <= woke[0] < 1_234_567 + 20_000


def test_usleep_range_goes_with_an_earlier_interrupt(lab) -> None:
    woke: dict[str, int] = {}

    def body(name: str, low: int, high: int) -> Gen:
        start = lab.k.cx.now
        yield from lab.k.hrtimers.usleep_range(low, high)
        woke[name] = (lab.k.cx.now - start) // US

    lab.spawn("alone", body("alone", 100, 900), 0)
    lab.run(3)
    lab.spawn("wide", body("wide", 100, 900), 0)
    lab.spawn("exact", body("exact", 300, 300), 0)
    lab.run(5)
    assert 900 <= woke["alone"] < 930
    assert 300 <= woke["exact"] < 330
    assert 250 < woke["wide"] < 350


def test_order_of_expiry_then_of_arming(lab) -> None:
    log: list[str] = []
    timers = {n: timer(lab, lambda _, n=n: log.append(n) or 0, name=n) for n in "abcd"}

    def same() -> Gen:
        at = lab.k.cx.now + 500 * US
        for name, time, mode in (("b", at, ABS), ("a", 300 * US, REL), ("c", at, ABS), ("d", 400 * US, REL)):
            lab.k.hrtimers.hrtimer_start(timers[name], time, 0, mode)
        yield None

    lab.spawn("t", same())
    lab.run(5)
    assert log == ["a", "d", "b", "c"]
    assert len(lab.named("hrtimer_expire_entry")) == 4


def test_restart_with_forward_is_periodic(lab) -> None:
    fired: list[int] = []

    def call(addr: int) -> int:
        fired.append(lab.k.cx.now)
        k = lab.k
        k.poke(addr + 24, 8, k.peek(addr + 24, 8) + 2 * MS)
        k.poke(addr + 32, 8, k.peek(addr + 32, 8) + 2 * MS)
        return int(len(fired) < 4)

    addr = timer(lab, call)

    def body() -> Gen:
        lab.k.hrtimers.hrtimer_start(addr, 2 * MS, 0, REL)
        yield None

    lab.spawn("t", body())
    lab.run(20)
    gaps = [b - a for a, b in zip(fired, fired[1:], strict=False)]
    assert len(fired) == 4
    assert all(abs(g - 2 * MS) < 20 * US for g in gaps)
    assert not lab.k.hrtimers.hrtimer_active(addr)
    assert lab.k.peek(addr + 56, 1) == 0


def test_cancel(lab) -> None:
    log: list[object] = []
    addr = timer(lab, lambda _: log.append("fired") or 0)

    def body() -> Gen:
        h = lab.k.hrtimers
        h.hrtimer_start(addr, MS, 0, REL)
        log.append(h.hrtimer_active(addr))
        log.append((yield from h.hrtimer_cancel(addr)))
        log.append((yield from h.hrtimer_cancel(addr)))

    lab.spawn("t", body())
    lab.run(5)
    assert log == [True, 1, 0]
    assert lab.named("hrtimer_cancel")


def test_cancel_waits_for_the_callback_on_another_cpu(lab) -> None:
    log: list[str] = []

    def slow(_: int) -> Gen:
        yield from lab.busy(2)
        log.append("callback")
        return 0

    addr = timer(lab, slow)

    def arm() -> Gen:
        lab.k.hrtimers.hrtimer_start(addr, MS, 0, REL)
        yield None

    def cancel() -> Gen:
        yield from lab.busy(2)
        yield from lab.k.hrtimers.hrtimer_cancel(addr)
        log.append("cancelled")

    lab.spawn("arm", arm(), 1)
    lab.spawn("cancel", cancel(), 0)
    lab.run(10)
    assert log == ["callback", "cancelled"]


def test_soft_timers_run_in_their_softirq(lab) -> None:
    seen: list[str] = []
    addr = timer(lab, lambda _: seen.append(lab.k.cpu.frames[-1].kind) or 0, REL | SOFT)

    def body() -> Gen:
        lab.k.hrtimers.hrtimer_start(addr, MS, 0, REL | SOFT)
        yield None

    lab.spawn("t", body())
    lab.run(5)
    assert seen == ["softirq"]


def test_schedule_hrtimeout(lab) -> None:
    seen: list[int] = []

    def body() -> Gen:
        lab.k.sched.set_state("S")
        seen.append((yield from lab.k.hrtimers.schedule_hrtimeout(2 * MS, 1)))
        lab.k.sched.set_state("S")
        seen.append((yield from lab.k.hrtimers.schedule_hrtimeout(50 * MS, 1)))

    task = lab.spawn("t", body())
    lab.run(10)
    lab.k.sched.wake_up(task)
    lab.run(10)
    assert seen == [0, -4]
