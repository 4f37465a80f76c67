"""Laws 66 to 72: bottom halves, tasklets, kthread_worker, messages, questions."""

from __future__ import annotations

import pytest

from server.sim.workqueue.work import OFF_ENTRY
from tests.laws.script import Play, play
from tests.laws.test_queueing import index


def in_memory(p: Play, name: str) -> int:
    """Gives an item of a script an address of the module's, as C would have it."""
    work = p._work(name)
    work.addr = p.k.mem.alloc(32, True, "work")
    for offset in (OFF_ENTRY, OFF_ENTRY + 8):
        p.k.poke(work.addr + offset, 8, work.addr + OFF_ENTRY)
    p.k.wq.works[work.addr] = work
    return work.addr


def test_L66_bh_items_run_fifo_and_before_the_tasklets_of_their_vector() -> None:
    """tasklet_hi_action and tasklet_action: the BH pool first; HI before TASKLET."""
    p = play("""
        item w1
        item w2
        item w3
        item h1
        item h2
        item t1
        item t2
        item th
        bhoff
        tsched t1
        queue BH w2
        thsched th
        queue BHHI h1
        tsched t2
        queue BH w1
        queue BHHI h2
        queue BH w3
        bhon
        sleep 20
    """)
    ran = [x.text.split()[1] for x in p.lines if " begin " in x.text]
    assert ran == ["h1", "h2", "th", "w2", "w1", "w3", "t1", "t2"]
    assert index(p, "drv bhon done") > index(p, "TL t2 end")


def test_L66_bh_items_of_a_plain_task_run_in_ksoftirqd_remote_ones_in_the_interrupt() -> None:
    """raise_softirq_irqoff wakes ksoftirqd outside of interrupts; kick_bh_pool sends an irq_work elsewhere."""
    p = play("""
        item a
        item b
        queue BH a 0
        queue BH b 1
        sleep 20
    """)
    assert (p.line("start a").comm, p.line("start a").cpu) == ("ksoftirqd/0", 0)
    assert (p.line("start b").comm, p.line("start b").cpu) == ("<idle>", 1)


def test_L67_at_most_ten_bh_items_a_pass() -> None:
    """bh_worker: BH_WORKER_RESTARTS pulls, then the softirq is raised again; tasklets come in between."""
    names = [f"w{i}" for i in range(25)]
    items = "\n".join(f"item {n}" for n in names)
    queues = "\n".join(f"queue BH {n}" for n in names)
    p = play(f"{items}\nitem t\nbhoff\n{queues}\ntsched t\nbhon\nsleep 20")
    passes, running = [], 0
    for _, _, name, _, args in p.events:
        if name == "softirq_entry" and args["action"] == "TASKLET":
            running = 0
        elif name == "workqueue_execute_start":
            running += 1
        elif name == "softirq_exit" and args["action"] == "TASKLET":
            passes.append(running)
    assert passes == [10, 10, 5]
    assert [x.text.split()[1] for x in p.lines if x.text.startswith("start")] == names
    assert index(p, "start w9") < index(p, "TL t begin") < index(p, "start w10")


def test_L67_a_pass_ends_with_its_time() -> None:
    """bh_worker: not past BH_WORKER_JIFFIES, whatever is left."""
    p = play("""
        item a b5
        item b b5
        item c b5
        item d b5
        bhoff
        queue BH a
        queue BH b
        queue BH c
        queue BH d
        bhon
        sleep 40
    """)
    entries = [t for t, _, n, _, a in p.events if n == "softirq_entry" and a["action"] == "TASKLET"]
    assert p.order("end") == ["a", "b", "c", "d"] and len(entries) >= 2


def test_L68_a_tasklet_scheduled_thrice_before_it_starts_runs_once_where_it_was_first() -> None:
    """tasklet_schedule: the SCHED bit."""
    p = play("""
        #cpu 0
        item t
        bhoff
        tsched t
        tsched t
        busy 8
        tsched t
        bhon
        sleep 20
        #cpu 1
        busy 3
        tsched t
        busy 20
    """)
    begun = [x for x in p.lines if x.text.startswith("TL t begin")]
    assert len(begun) == 1 and begun[0].cpu == 0


def test_L69_kthread_work_is_strictly_fifo_one_at_a_time() -> None:
    """kthread_worker_fn."""
    p = play("""
        item a s10
        item b s4
        item c
        kwnew
        kwq a
        kwq c
        kwq b
        kwq c
        sleep 2
        kwq a
        sleep 80
    """)
    assert p.result("kwq c") == [1, 0] and p.result("kwq a") == [1, 1]
    told = [x.text for x in p.lines if x.text.startswith(("kstart", "kend"))]
    assert told == [f"{what} {n}" for n in "acba" for what in ("kstart", "kend")]


def test_L70_hogs_are_told_at_4_5_7_11_and_19_hits_of_a_function() -> None:
    """wq_cpu_intensive_report: the fourth, then when count + 1 - 4 is a power of two."""
    p = play(
        """
        wq q0 0 0
        item hog b15 R20
        item other b15
        queue q0 other 0
        queue q0 hog 1
        sleep 400
        """,
        hog_report="1",
    )
    told = [t for t in p.log if "hogged CPU" in t]
    assert told == [
        f"workqueue: hog hogged CPU for >10000us {n} times, consider switching to WQ_UNBOUND" for n in (4, 5, 7, 11, 19)
    ]


def test_L70_no_report_where_it_is_not_built() -> None:
    """Debian's kernel has the mechanism without CONFIG_WQ_CPU_INTENSIVE_REPORT."""
    p = play("wq q0 0 0\nitem hog b15 R6\nqueue q0 hog 1\nsleep 150")
    assert not [t for t in p.log if "hogged" in t]
    assert p.wqs["q0"].cpu_pwq[1].stats["cpu_intensive"] == 6


@pytest.mark.parametrize(("wq", "known"), [("q0", True), ("BH", False)])
def test_L71_current_work_is_null_in_bh_and_outside_of_workers(wq: str, known: bool) -> None:
    """current_wq_worker: a task-context kworker only."""
    seen: list[int] = []

    def look(p: Play) -> None:
        seen.append(p.k.wq.current_work())

    p = Play(f"wq q0 0 0\nitem a !look\n!look\nqueue {wq} a 1\nsleep 20\n!look", hooks={"look": look})
    addr = in_memory(p, "a")
    p.run()
    assert seen == [0, addr if known else 0, 0]


def test_L72_work_busy_sees_runs_on_the_last_pool_only() -> None:
    """work_busy asks get_work_pool: while queued elsewhere, the run that goes on is hidden."""
    p = play("""
        wq q0 0 0
        wq q9 0 0
        item hog b9
        item a s30
        pend a
        queue q0 a 1
        sleep 4
        pend a
        queue q0 hog 0
        queue q0 a 0
        pend a
        cancel a
        queue q9 a 0
        pend a
        sleep 80
        pend a
    """)
    assert p.result("busy a") == [0, 2, 3, 1, 0]
