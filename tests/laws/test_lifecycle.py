"""Laws 57 to 65: drain, destroy, rescue, freezing, CPUs that come and go, culling."""

from __future__ import annotations

from server.sim.timer import TIMER_ENTRY
from server.trace.events import KINDS
from tests.laws.record import Recording, comm_class
from tests.laws.script import MS, Play, play
from tests.laws.test_concurrency import STUCK, starved_kthreadd
from tests.laws.test_queueing import index


def fired(p: Play, function: str) -> list[float]:
    """When timers of a function expired, ms."""
    return [t / MS for t, _, n, _, a in p.events if n == KINDS[TIMER_ENTRY].name and a["function"] == function]


def test_L57_a_draining_workqueue_takes_items_of_its_own_only() -> None:
    """__queue_work, is_chained_work: others are rejected with one warning, and stay pending nowhere."""
    p = play(
        """
        #cpu 0
        wq q0 0 0
        item a s20 q:own
        item own s8
        item x
        item y
        queue q0 own 1
        sleep 12
        queue q0 a 1
        drain q0
        queue q0 y 1
        #cpu 1
        sleep 40
        queue q0 x 1
        queue q0 x 1
        pend x
        !again
        sleep 20
        """.replace("!again", "queue q0 y 1")
    )
    assert p.texts("W a queue_work(own)=1") and p.order("start").count("own") == 2
    assert p.t("end own", 1) < p.t("drv drain q0 done")


def test_L57_rejected_items_are_stuck() -> None:
    """queue_work says true once, then false for ever; the warning comes once."""
    p = play("""
        #cpu 0
        wq q0 0 0
        item a s60
        item x
        item y
        queue q0 a 0
        drain q0
        queue q0 x 1
        queue q0 y 1
        sleep 10
        #cpu 1
        sleep 8
        queue q0 x 1
        queue q0 y 1
        queue q0 x 1
        pend x
    """)
    assert p.result("queue x") == [1, 0, 0] and p.result("queue y") == [1, 0]
    assert p.result("busy x") == [1]
    assert p.order("queue") == ["a"] == p.order("start")
    assert sum("WARNING" in text and "__queue_work" in text for text in p.log) == 1


def test_L57_bh_items_are_never_chained() -> None:
    """is_chained_work asks current_wq_worker(), which softirq context has none of: a BH self-requeue is rejected."""

    def requeue(p: Play) -> None:
        seen.append(p.k.wq.is_chained_work(p.wqs["bh"]))

    seen: list[bool] = []
    play(
        """
        wq bh 1 0
        item a !requeue
        queue bh a 0
        sleep 10
        """,
        hooks={"requeue": requeue},
    )
    assert seen == [False]


def test_L58_drain_tells_after_10_100_and_so_on_tries_and_goes_on() -> None:
    """drain_workqueue."""
    p = play("""
        wq q0 0 0
        item r u50 R2600
        queue q0 r 1
        drain q0
    """)
    told = [int(t.split(" after ")[1].split()[0]) for t in p.log if "drain_workqueue() isn't complete" in t]
    assert told == [10, *range(100, 1001, 100)]
    assert p.order("end").count("r") == 2600
    assert p.t("end r", 2599) < p.t("drv drain q0 done")


def test_L59_destroy_executes_what_is_pending_then_stops_the_rescuer() -> None:
    """destroy_workqueue: drain first."""
    p = play("""
        wq q0 8 1
        item a s20
        item b s8
        item c
        queue q0 a 1
        queue q0 b 1
        queue q0 c 1
        destroy q0
    """)
    assert p.order("end") == ["a", "b", "c"]
    gone = [t / MS for t, _, n, _, a in p.events if n == "sched_process_exit" and a["comm"] == "kworker/R-q0"]
    assert len(gone) == 1 and p.t("end c") < gone[0] < p.t("drv destroy q0 done")
    assert p.wqs["q0"].destroyed and p.wqs["q0"] not in p.k.wq.all


MAYDAYS = """
    wq q0 0 0
    wq qm 8 0
    wq qn 8 0
    item hog b400
    item a s60
    item x s300
    item m s8
    item n s8
    item o s8
    item z
    queue q0 hog 1
    sleep 8
    queue q0 x 0
    queue q0 z 0
    queue qn n 0
    queue qm m 0
    queue qn o 0
    sleep 700
"""


def test_L60_maydays_come_after_2_jiffies_then_every_25_to_wqs_with_rescuers_in_order() -> None:
    """maybe_create_worker arms +2, pool_mayday_timeout re-arms +25; the wheel adds one."""
    p = starved_kthreadd(MAYDAYS)
    times = fired(p, "pool_mayday_timeout")
    manager_stuck = p.t("W x msleep")
    assert 8 <= times[0] - manager_stuck <= 12.5
    assert [round((b - a) / 4) for a, b in zip(times, times[1:], strict=False)][:2] == [26, 26]
    called = [(t / MS, str(a["comm"])) for t, _, n, _, a in p.events if n == "sched_wakeup"]
    woken = [comm for t, comm in called if comm.startswith("kworker/R-") and t >= times[0] - 0.01]
    assert woken[:2] == ["kworker/R-qn", "kworker/R-qm"]  # in worklist order
    assert p.line("start z").comm.startswith("kworker/0:")


def test_L61_a_rescuer_takes_single_items_while_the_pool_needs_a_worker() -> None:
    """assign_rescuer_work: a and what is behind it go to a bound worker again as soon as one is free."""
    p = starved_kthreadd(STUCK.replace("wq q0 0 0", "wq q0 8 0").replace("item b s5", "item b s120"))
    assert p.line("start b").comm == "kworker/R-q0"
    assert p.line("start c").comm == p.line("start a").comm  # a's worker was free before the rescuer
    assert index(p, "end a") < index(p, "start c") < index(p, "end b")
    pwq = p.wqs["q0"].cpu_pwq[0]
    assert (pwq.stats["mayday"], pwq.stats["rescued"]) == (1, 1)


def test_L62_frozen_items_are_queued_and_activated_at_thaw_in_rounds() -> None:
    """wq_adjust_max_active: no slot while frozen; each round of thawing gives each pwq one."""
    p = play("""
        wq fz 4 0
        wq nf 0 0
        item run s20
        item a
        item b
        item c
        item d
        item n
        queue fz run 1
        sleep 4
        freeze
        dqueue fz d 3 0
        queue fz a 0
        queue fz b 0
        queue fz c 1
        queue nf n 0
        sleep 60
        thaw
        sleep 20
    """)
    thaw = index(p, "drv thaw")
    assert index(p, "end run") < thaw and index(p, "end n") < thaw
    assert index(p, "queue a") < index(p, "queue d") < thaw
    after = [x.text for x in p.lines if x.text.startswith("activate") and x.t_ns >= p.line("drv slept 60").t_ns]
    assert after == ["activate a", "activate c", "activate b", "activate d"]
    assert p.line("activate a").comm == "dd"
    assert sorted(p.order("start")) == sorted(["run", "a", "b", "c", "d", "n"])


def test_L62_cancelling_and_flushing_a_frozen_item() -> None:
    """An inactive item is cancelled at once; a flush of one lasts until the thaw."""
    p = play("""
        #cpu 0
        wq fz 4 0
        item a
        item b
        freeze
        queue fz a 0
        queue fz b 0
        cancel a
        sleep 40
        thaw
        #cpu 1
        sleep 10
        flush b
    """)
    assert p.result("cancel a") == [1] and p.result("flush b") == [1]
    assert p.t("drv flush b=1") > p.t("drv thaw")
    assert p.order("start")[0] == "b"


def test_L63_items_of_an_offline_cpu_run_unmanaged_on_others_by_its_kworkers() -> None:
    """unbind_workers: no concurrency management any more, the same pool and names."""
    p = Play(
        """
        wq q0 0 0
        item a s200
        item e b4
        item f b4
        item g b4
        queue q0 a 1
        sleep 5
        off 1
        queue q0 e 1
        queue q0 f 1
        queue q0 g 1
        sleep 200
        """,
        cpus=4,
    )
    p.add_workers(1, 3)
    p.run()
    assert p.result("remove_cpu") == [0]
    for name in "efg":
        assert p.texts(f"queue {name}") == [f"queue {name} q0 req=1 cpu=1"] or name == "e"
        assert p.line(f"start {name}").comm.startswith("kworker/1:") and p.line(f"start {name}").cpu != 1
    assert p.t("start f") < p.t("end e")  # nothing holds them back
    assert p.line("end a").cpu != 1


def test_L63_recorded_hotplug() -> None:
    """The recorded script: a, d and e by kworker/1:* elsewhere, c back on CPU 1."""
    recording = Recording("t20_hotplug.t20")
    ours = {x.text: (comm_class(x.comm), x.cpu == 1) for x in recording.play().lines if x.text.startswith("end")}
    theirs = {x.text: (comm_class(x.comm), x.cpu == 1) for x in recording.lines if x.text.startswith("end")}
    for text in ("end a", "end d", "end e", "end c"):
        assert ours[text] == theirs[text]


def test_L64_rebound_workers_count_again_from_their_next_loop() -> None:
    """rebind_workers: UNBOUND becomes REBOUND, which the loop clears; what sleeps through it stays uncounted."""
    counts = []
    p = Play(
        """
        wq q0 0 0
        item a s400 B8
        item b B8
        item c
        queue q0 a 1
        sleep 5
        off 1
        on 1
        !count
        sleep 400
        !queue
        sleep 200
        """,
        cpus=2,
        hooks={
            "count": lambda p: counts.append([w.flags & 0x100 for w in p.k.wq.cpu_pool(1, False, False).workers]),
            "queue": lambda p: counts.append(p.k.wq.cpu_pool(1, False, False).nr_running),
        },
    )
    p.run()
    assert all(counts[0]) and len(counts[0]) >= 2
    assert counts[1] == 0 == p.k.wq.cpu_pool(1, False, False).nr_running


def test_L64_a_rebound_worker_does_not_gate_others() -> None:
    """While a (rebound, not counted) computes, b may start; b's worker counts, so c may not."""
    p = Play(
        """
        wq q0 0 0
        item a s100 B60
        item b B8
        item c
        queue q0 a 1
        sleep 2
        off 1
        on 1
        busy 4
        queue q0 b 1
        queue q0 c 1
        sleep 200
        """,
    )
    p.add_workers(1, 3)
    p.run()
    assert p.t("start b") < p.t("end a")
    assert index(p, "end b") < index(p, "start c")


def test_L65_idle_pools_keep_two_workers_oldest_go_first() -> None:
    """idle_worker_timeout, idle_cull_fn: 300 s after their last activity; ids are free again (L28)."""
    p = Play("""
        wq q0 0 0
        item a s40
        item b s40
        item c s40
        item d s40
        item e s40
        queue q0 a 1
        queue q0 b 1
        queue q0 c 1
        queue q0 d 1
        queue q0 e 1
        sleep 345000
        queue q0 a 1
        queue q0 b 1
        queue q0 c 1
        queue q0 d 1
        queue q0 e 1
        sleep 100
    """)
    pool = p.k.wq.cpu_pool(1, False, False)
    p.run(400_000)
    ran_last = [p.line(f"end {n}").comm for n in "abcde"]
    cull = [x for x in p.lines if x.text == "start idle_cull_fn"]
    assert cull and 300_000 <= cull[0].t_ns / MS - p.t("end e") <= 300_000 + 16_400 + 1100
    gone = [(t / MS, a["comm"]) for t, _, n, _, a in p.events if n == "sched_process_exit" and a["comm"] != "dd"]
    assert [comm for _, comm in gone] == ["kworker/dying"] * 4 and gone[0][0] >= cull[0].t_ns / MS
    assert sorted(w.id for w in pool.workers) == list(range(6))  # the ids of the dead were used again
    survivors = {x.comm for x in p.lines[-30:] if x.text.startswith("start ")}
    assert ran_last[-1] in survivors  # the youngest had stayed
