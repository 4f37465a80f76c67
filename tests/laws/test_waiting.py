"""Laws 37 to 48: flush, cancel, disable."""

from __future__ import annotations

from tests.laws.script import play
from tests.laws.test_queueing import index


def test_L37_flushing_what_is_idle_returns_false_at_once() -> None:
    """start_flush_work: neither queued nor executed by its last pool."""
    p = play("""
        wq q0 0 0
        item a s8
        flush a
        queue q0 a 1
        sleep 40
        flush a
    """)
    assert p.result("flush a") == [0, 0]
    assert p.texts("start barrier") == []
    assert p.t("drv flush a=0", 1) - p.t("drv flush a call", 1) < 1


def test_L38_flushing_a_pending_item_waits_for_it_and_not_for_later_ones() -> None:
    """insert_wq_barrier: directly behind the target, linked to it."""
    p = play("""
        wq q0 0 0
        item a b3
        item b b1
        item c b3
        queue q0 a 1
        queue q0 b 1
        queue q0 c 1
        flush b
        sleep 40
    """)
    assert p.result("flush b") == [1]
    assert index(p, "end b") < index(p, "start barrier") < index(p, "end barrier") < index(p, "start c")
    assert p.t("end b") < p.t("drv flush b=1") < p.t("end c")


def test_L39_two_flushers_of_one_running_item_return_in_reverse_order() -> None:
    """insert_wq_barrier: each goes to the front of the worker's scheduled list."""
    p = play(
        """
        wq q0 0 0
        wq qf 0 0
        item r s20
        item g1 f:r
        item g2 f:r
        queue q0 r 1
        sleep 2
        queue qf g1 2
        sleep 2
        queue qf g2 2
        sleep 60
        """,
        cpus=4,
    )
    assert p.t("W g1 flush_work(r) call") < p.t("W g2 flush_work(r) call") < p.t("end r")
    assert p.t("W g2 flush_work(r)=1") < p.t("W g1 flush_work(r)=1")


def test_L39_flushers_of_a_pending_item_too() -> None:
    """insert_wq_barrier: the later one comes directly behind the target, before the earlier one."""
    p = play(
        """
        wq q0 0 0
        wq qf 0 0
        item hog b30
        item r
        item g1 f:r
        item g2 f:r
        queue q0 hog 1
        queue q0 r 1
        queue qf g1 2
        sleep 2
        queue qf g2 2
        sleep 80
        """,
        cpus=4,
    )
    assert p.t("W g1 flush_work(r) call") < p.t("W g2 flush_work(r) call") < p.t("start r")
    assert p.t("W g2 flush_work(r)=1") < p.t("W g1 flush_work(r)=1")


def test_L40_flushing_a_running_and_pending_item_waits_for_the_pending_run() -> None:
    """start_flush_work looks at the queued instance first."""
    p = play("""
        wq q0 0 0
        item r s20
        queue q0 r 1
        sleep 4
        queue q0 r 1
        flush r
        sleep 10
    """)
    assert p.result("flush r") == [1]
    assert index(p, "end r", 1) < index(p, "start barrier")
    assert p.t("end r", 1) < p.t("drv flush r=1")


def test_L41_barriers_are_executed_but_never_queued_or_activated() -> None:
    """insert_work alone, no __queue_work; process_one_work as for every item."""
    p = play("""
        wq q0 0 1
        item a s8
        item b
        queue q0 a 1
        queue q0 b 1
        flush b
        flushwq q0
        sleep 10
    """)
    assert p.order("start").count("barrier") == 1 == p.order("end").count("barrier")
    assert "barrier" not in p.order("queue") + p.order("activate")
    assert p.line("start barrier").comm == p.line("end b").comm
    pwq = p.wqs["q0"].cpu_pwq[1]
    assert (pwq.stats["started"], pwq.stats["completed"]) == (3, 3)


def test_L42_flush_workqueue_waits_for_what_was_queued_before() -> None:
    """__flush_workqueue: inactive items too, timers and later items not."""
    p = play("""
        wq q0 0 1
        item a s20 q:late
        item b s8
        item late s60
        item d
        queue q0 late 0
        cancel late
        queue q0 a 1
        queue q0 b 1
        dqueue q0 d 40
        flushwq q0
        sleep 300
    """)
    done = p.t("drv flushwq q0 done")
    assert p.t("end a") < p.t("end b") < done
    assert done < p.t("end late") and done < p.t("queue d")
    assert p.t("W a queue_work(late)=1") < done


def test_L42_flushers_of_different_colours_return_in_order() -> None:
    """__flush_workqueue: the first flusher cascades to those that came after it."""
    p = play("""
        #cpu 0
        wq q0 0 0
        item a s20
        item b s40
        queue q0 a 1
        flushwq q0
        #cpu 1
        sleep 8
        queue q0 b 0
        flushwq q0
        sleep 20
    """)
    first, second = (x for x in p.lines if x.text == "drv flushwq q0 done")
    assert (first.comm, second.comm) == ("dd", "dd2")
    assert p.line("end a").t_ns < first.t_ns < p.line("end b").t_ns < second.t_ns
    assert p.wqs["q0"].first_flusher is None and not p.wqs["q0"].flusher_queue


def test_L42_more_flushers_than_colours() -> None:
    """__flush_workqueue: the sixteenth has to wait for a colour (flusher_overflow), and all return."""
    flushers = "\n".join("#cpu 0\nsleep 4\nqueue q0 w 1\nflushwq q0" for _ in range(20))
    p = play(f"""
        #cpu 0
        wq q0 0 0
        item a s100
        item w s8
        queue q0 a 1
        {flushers}
    """)
    assert len(p.texts("drv flushwq q0 done")) == 20
    assert min(x.t_ns for x in p.lines if x.text == "drv flushwq q0 done") > p.line("end a").t_ns


def test_L43_cancel_says_whether_it_removed_something_pending() -> None:
    """__cancel_work: a pending item or an armed timer; a run is neither touched nor waited for."""
    p = play("""
        wq q0 0 0
        item hog b5
        item a s20
        item d
        cancel a
        queue q0 hog 1
        queue q0 a 1
        cancel a
        dqueue q0 d 5
        canceld d
        canceld d
        sleep 10
        queue q0 a 1
        sleep 4
        cancel a
        sleep 60
    """)
    assert p.result("cancel a") == [0, 1, 0]
    assert p.result("canceld d") == [1, 0]
    assert p.order("start") == ["hog", "a"] and p.order("end") == ["hog", "a"]
    assert p.t("drv cancel a=0", 1) < p.t("end a")


def test_L44_cancel_sync_returns_when_nothing_runs_and_blocks_requeueing() -> None:
    """__cancel_work_sync disables the item while it waits."""
    p = play("""
        wq q0 0 0
        wq qf 0 0
        item r s20 R9 s1
        item k c:r
        queue q0 r 1
        sleep 2
        queue qf k 0
        sleep 6
        queue q0 r 1
        sleep 60
        queue q0 r 1
        sleep 20
    """)
    assert p.texts("W r self-requeue")[0] == "W r self-requeue=0"
    assert p.result("queue r") == [1, 0, 1]
    assert p.t("end r") < p.t("W k cancel_work_sync(r)=")
    assert p.t("W k cancel_work_sync(r)=") < p.t("start r", 1)


def test_L45_cancel_sync_of_a_running_item_says_false() -> None:
    """__cancel_work_sync returns what __cancel_work did: whether it was pending."""
    p = play("""
        wq q0 0 0
        item r s20
        item w s20
        queue q0 r 1
        queue q0 w 0
        sleep 4
        cancels r
        queue q0 w 0
        sleep 2
        queue q0 w 0
        cancels w
    """)
    assert p.result("cancel_sync r") == [0]
    assert p.result("cancel_sync w") == [1]
    assert p.t("end r") < p.t("drv cancel_sync r=0")


def test_L46_only_a_cancelled_active_item_frees_a_slot() -> None:
    """try_to_grab_pending, pwq_dec_nr_in_flight."""
    p = play("""
        wq q0 0 0
        wq q2 0 2
        item hog b25
        item a
        item b
        item c
        item d
        queue q0 hog 1
        queue q2 a 1
        queue q2 b 1
        queue q2 c 1
        queue q2 d 1
        cancel c
        sleep 1
        cancel a
        sleep 80
    """)
    assert p.result("cancel c") == [1] == p.result("cancel a")
    assert index(p, "drv cancel c") < index(p, "activate d") < index(p, "drv cancel a")
    assert p.line("activate d").comm == "dd"
    assert p.order("start") == ["hog", "b", "d"]
    assert p.t("activate d") >= p.t("drv slept 1")


def test_L46_barriers_of_a_cancelled_inactive_item_go_on() -> None:
    """try_to_grab_pending: its linked barriers move to the worklist (nobody is kicked), so the flusher returns."""
    p = play(
        """
        wq q0 0 1
        wq qf 0 0
        item a s20
        item b
        item c s20
        item g f:b
        queue q0 a 1
        queue q0 b 1
        queue qf g 2
        queue q0 c 1
        sleep 2
        cancel b
        sleep 60
        """,
        cpus=4,
    )
    assert p.texts("W g flush_work(b)=") == ["W g flush_work(b)=1"]
    assert p.t("end a") < p.t("W g flush_work(b)=1") < p.t("end c")
    assert "b" not in p.order("start")


def test_L47_as_many_enables_as_disables() -> None:
    """enable_work: only the last one says true, and queueing works from then on."""
    p = play("""
        wq q0 0 0
        item a
        disable a
        disable a
        disable a
        enable a
        queue q0 a 1
        enable a
        queue q0 a 1
        enable a
        queue q0 a 1
        sleep 20
    """)
    assert p.result("enable a") == [0, 0, 1]
    assert p.result("queue a") == [0, 0, 1] and p.order("start") == ["a"]


def test_L48_enabling_what_is_not_disabled_warns_once_and_drops_the_queueing() -> None:
    """work_offqd_enable, and work_grab_pending before it."""
    p = play("""
        wq q0 0 0
        item hog b9
        item a
        queue q0 hog 1
        queue q0 a 1
        enable a
        pend a
        queue q0 a 1
        enable a
        sleep 40
    """)
    assert p.result("enable a") == [1, 1] and p.result("busy a") == [0]
    assert p.order("start") == ["hog"]
    assert sum("disable count underflowed" in text for text in p.log) == 1


def test_L44_concurrent_cancellers_nest() -> None:
    """The disable depth counts: the item can be queued again when the last canceller is through."""
    p = play(
        """
        wq q0 0 0
        wq qf 0 0
        item r s20
        item k1 c:r
        item k2 c:r
        queue q0 r 1
        sleep 2
        queue qf k1 2
        queue qf k2 3
        sleep 80
        queue q0 r 1
        sleep 40
        """,
        cpus=4,
    )
    assert p._work("r").disable == 0
    assert p.result("queue r") == [1, 1]
    assert [p.texts(f"W k{n} cancel_work_sync(r)=") for n in (1, 2)] == [
        [f"W k{n} cancel_work_sync(r)=0"] for n in (1, 2)
    ]
