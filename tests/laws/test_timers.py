"""Laws 49 to 56: delayed work, the wheel, sleeping."""

from __future__ import annotations

import pytest

from server.sim.timer import Timer, wheel_bucket
from tests.laws.script import MS, Play, play
from tests.laws.test_queueing import index

TICK = 4 * MS


def test_L49_delay_zero_queues_at_once_without_a_timer() -> None:
    """__queue_delayed_work."""
    p = play("""
        wq q0 0 0
        item a
        dqueue q0 a 0
        sleep 20
    """)
    assert p.line("queue a").comm == "dd" and index(p, "queue a") < index(p, "drv dqueue a")
    timers = [a["function"] for _, _, n, _, a in p.events if n == "timer_start"]
    assert "delayed_work_timer_fn" not in timers


@pytest.mark.parametrize("delay", [1, 2, 10, 62])
def test_L50_a_delay_of_d_jiffies_ends_at_the_tick_d_plus_1(delay: int) -> None:
    """calc_index: level 0 rounds up by one jiffy, so that never less than d of real time pass."""
    p = play(f"""
        wq q0 0 0
        item a
        tick
        dqueue q0 a {delay} 0
        busy {4 * delay + 12}
    """)
    armed = p.line("drv dqueue a").jiffies
    fired = p.line("queue a").t_ns
    assert p.k.timers.origin_jiffies + fired // TICK == armed + delay + 1
    assert fired - p.line("drv dqueue a").t_ns >= delay * TICK - MS // 10


def test_L50_bucket_rounding_on_all_levels() -> None:
    """calc_wheel_index: (floor(expires / g) + 1) * g with g = 8**level; the figures of the recorded machine."""
    base = 4294897472
    for delay, fires in ((1, 474), (2, 475), (62, 535), (63, 536), (64, 544), (100, 576), (250, 728)):
        assert wheel_bucket(base + delay, base)[0] == 4294897000 + fires, delay
    assert wheel_bucket(base + 600, base) == (4294898112, 2)
    assert wheel_bucket(base - 5, base)[0] == base
    assert wheel_bucket(4294893840 + 200, 4294893840)[0] == 4294893840 + 208  # the freezer's recording: 832 ms
    for delay, level in ((62, 0), (63, 1), (503, 1), (504, 2), (4031, 2), (4032, 3), (32255, 3), (32256, 4)):
        assert wheel_bucket(base + delay, base)[1] == level, delay


def test_L51_pinned_before_unpinned_before_deferrable_each_last_in_first_out() -> None:
    """run_timer_softirq, enqueue_timer."""
    fired: list[str] = []

    def deferrable(p: Play) -> None:
        for name in ("e1", "e2"):
            timer = Timer(lambda _, n=name: fired.append(n), "fn", p.obj("timer", 0, name, ""), deferrable=True)
            p.k.timers.mod(timer, p.k.jiffies + 3)

    p = play(
        """
        wq q0 0 0
        item a
        item b
        item p1
        item p2
        tick
        !deferrable
        dqueue q0 a 3
        dqueue q0 p1 3 0
        dqueue q0 b 3
        dqueue q0 p2 3 0
        busy 30
        sleep 20
        """,
        hooks={"deferrable": deferrable},
    )
    assert p.order("queue") == ["p2", "p1", "b", "a"]
    assert fired == ["e2", "e1"]
    softirqs = [t for t, _, n, _, a in p.events if n == "timer_expire_entry" and a["function"] == "fn"]
    assert min(softirqs) >= p.line("queue a").t_ns


def test_L52_mod_says_whether_it_was_pending_and_always_arms() -> None:
    """mod_delayed_work_on: on the worklist, on a timer, idle, while it runs, disabled."""
    p = play("""
        wq q0 0 0
        item hog b9
        item a s8
        mod q0 a 5
        mod q0 a 2
        sleep 40
        queue q0 hog 0
        queue q0 a 0
        mod q0 a 3
        sleep 60
        queue q0 a 1
        sleep 2
        mod q0 a 0
        sleep 60
        disable a
        mod q0 a 1
        sleep 20
    """)
    assert p.result("mod a") == [0, 1, 1, 0, 0]
    assert p.order("queue").count("a") == 5 and p.order("start").count("a") == 4
    assert p.order("end").count("a") == 4


def test_L53_a_pending_item_keeps_its_expiry_and_workqueue() -> None:
    """queue_delayed_work_on tests PENDING before anything else."""
    p = play("""
        wq q0 0 0
        wq q1 0 0
        item a
        tick
        dqueue q0 a 5 0
        dqueue q1 a 1 0
        dqueue q1 a 0 0
        queue q1 a 0
        busy 40
        sleep 20
    """)
    assert p.result("dqueue a") == [1, 0, 0] and p.result("queue a") == [0]
    assert p.texts("queue a") == ["queue a q0 req=0 cpu=0"]
    assert p.k.timers.origin_jiffies + p.line("queue a").t_ns // TICK == p.line("drv dqueue a").jiffies + 6


@pytest.mark.parametrize(("busy_cpu", "where"), [(1, 1), (0, 0)])
def test_L54_an_unpinned_delayed_item_is_queued_by_the_cpu_that_expires_it(busy_cpu: int, where: int) -> None:
    """delayed_work_timer_fn: __queue_work(dwork->cpu) looks at its own CPU; idle CPUs leave timers to busy ones."""
    p = play(f"""
        wq q0 0 0
        item hog b40
        item a
        queue q0 hog {busy_cpu}
        dqueue q0 a 4
        sleep 60
    """)
    assert p.texts("queue a") == [f"queue a q0 req=8192 cpu={where}"]
    assert p.line("queue a").cpu == where


def test_L55_flush_delayed_queues_what_was_armed_then_flushes() -> None:
    """flush_delayed_work: timer_delete_sync, __queue_work, flush_work."""
    p = play("""
        wq q0 0 0
        item a s8
        dqueue q0 a 50 1
        flushd a
        sleep 250
        flushd a
    """)
    assert p.result("flushd a") == [1, 0]
    assert p.line("queue a").comm == "dd" and p.line("queue a").cpu == 0
    assert p.t("queue a") - p.t("drv flushd a call") < 1
    assert p.t("end a") < p.t("drv flushd a=1")
    assert p.order("start").count("a") == 1


def test_L56_msleep_lasts_more_than_its_jiffies_and_at_most_one_more() -> None:
    """msleep(): ceil(ms / 4) jiffies and what the wheel adds; no further jiffy in 6.12."""
    lengths = (1, 3, 4, 5, 8, 10, 20, 21)
    for offset in (0, 1, 2, 3):
        p = play(f"""
            wq q0 0 0
            item a {" ".join(f"s{n} b{offset}" if offset else f"s{n}" for n in lengths)}
            queue q0 a 1
            sleep 300
        """)
        for n in lengths:
            jiffies = -(-n // 4)
            slept = next(x.t_ns for x in p.lines if x.text == f"W a after s{n}")
            began = next(x.t_ns for x in p.lines if x.text == f"W a msleep {n}")
            assert jiffies * TICK < slept - began <= (jiffies + 1) * TICK + MS // 2, (offset, n)
