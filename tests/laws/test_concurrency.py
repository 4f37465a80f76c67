"""Laws 19 to 36 and 73: who may start when, workers, preemption."""

from __future__ import annotations

from tests.laws.record import Recording
from tests.laws.script import MS, Play, play
from tests.laws.test_queueing import index


def wakeups(p: Play, comm: str, since_ms: float = 0, until_ms: float = 1e9) -> list[tuple[str, str]]:
    """(waker, woken) of wake-ups of threads whose name begins with `comm`, in a span of time."""
    return [
        (by, str(args["comm"]))
        for t, _, name, by, args in p.events
        if name == "sched_wakeup" and str(args["comm"]).startswith(comm) and since_ms <= t / MS <= until_ms
    ]


def switches(p: Play, cpu: int) -> list[tuple[float, str, str, str]]:
    """(ms, from, state, to) of a CPU's switches."""
    return [
        (t / MS, str(a["prev_comm"]), str(a["prev_state"]), str(a["next_comm"]))
        for t, c, name, _, a in p.events
        if name == "sched_switch" and c == cpu
    ]


def test_L19_a_counted_worker_keeps_its_pool_to_itself() -> None:
    """need_more_worker: nr_running is not 0, so nothing starts, preemption points or not."""
    p = play("""
        wq q0 0 0
        wq q1 0 0
        item hog B8
        item n
        queue q0 hog 1
        queue q1 n 1
        sleep 40
    """)
    assert index(p, "start n") > index(p, "end hog")
    assert p.line("start n").comm == p.line("start hog").comm


def test_L20_when_the_counted_worker_blocks_the_last_idled_is_woken_first() -> None:
    """wq_worker_sleeping, kick_pool: before the switch, the front of the idle list."""
    p = Play("""
        wq q0 0 0
        item a s20
        item b
        queue q0 a 1
        queue q0 b 1
        sleep 40
    """)
    p.add_workers(1, 3)
    front = [w.name for w in p.k.wq.cpu_pool(1, False, False).idle]
    p.run()
    runner, next_idle = front[-1], front[-2]
    assert p.line("start a").comm == runner and p.line("start b").comm == next_idle
    woken = next(t for t, _, n, by, a in p.events if n == "sched_wakeup" and by == runner and a["comm"] == next_idle)
    left = next(t for t, prev, state, _ in switches(p, 1) if prev == runner and state == "D")
    assert p.t("W a msleep") <= woken / MS <= left


def test_L21_a_preempted_worker_stays_counted() -> None:
    """sched_submit_work tells wq_worker_sleeping of blocking only, not of preemption or cond_resched."""
    p = Play("""
        wq q0 0 0
        item hog B8
        item n
        queue q0 hog 1
        queue q0 n 1
        sleep 60
    """)

    def other():
        yield from p.k.hrtimers.sleep(3_600_000)
        for _ in range(20):
            yield from p.k.spin(MS)
            yield from p.k.sched.might_resched()

    p.spawn("other", other(), cpu=1)
    p.run()
    hog = p.line("start hog").comm
    away = [t for t, a, state, b in switches(p, 1) if a == hog and state == "R+" and b == "other"]
    assert away and away[0] < p.t("end hog") - 1
    assert index(p, "start n") > index(p, "end hog")


def test_L22_a_woken_worker_counts_when_it_runs_not_before() -> None:
    """wq_worker_running is called at schedule-in: while a waits for the CPU, b's blocking wakes a third worker."""
    p = Play("""
        wq q0 0 0
        item a s1 b1
        item b b8 s4 b1
        item c b1
        queue q0 a 1
        queue q0 b 1
        queue q0 c 1
        sleep 60
    """)
    p.add_workers(1, 3)
    p.run()
    two = {p.line("start a").comm, p.line("start b").comm}
    asleep = p.t("W b msleep")
    assert p.t("W a after s1") > asleep  # it had been woken while b computed
    third = [woken for by, woken in wakeups(p, "kworker/1", asleep, asleep + 1) if by == p.line("start b").comm]
    assert third and third[0] not in two


def test_L23_a_worker_that_is_not_alone_takes_no_further_item() -> None:
    """keep_working: nr_running is 2 when a's worker is through, so it idles; the other one goes on with the list."""
    p = Play("""
        wq q0 0 0
        item a s4 b1
        item b B9
        item c b1
        queue q0 a 1
        queue q0 b 1
        sleep 1
        queue q0 c 1
        sleep 60
    """)
    p.add_workers(1, 3)
    p.run()
    assert index(p, "end a") < index(p, "end b") < index(p, "start c")
    assert p.line("start c").comm == p.line("start b").comm != p.line("start a").comm


def test_L24_idle_workers_are_reused_last_in_first_out() -> None:
    """worker_enter_idle puts a worker in front, first_idle_worker takes it from there."""
    p = Play("""
        wq q0 0 0
        item a s20
        item b s30
        item c s10
        item d
        queue q0 a 1
        queue q0 b 1
        queue q0 c 1
        sleep 80
        queue q0 d 1
        sleep 20
        queue q0 d 1
        sleep 20
    """)
    p.add_workers(1, 4)
    p.run()
    assert len({p.line(f"start {n}").comm for n in "abc"}) == 3
    assert p.line("start d").comm == p.line("start b").comm  # b ended last
    assert p.line("start d", 1).comm == p.line("start d").comm


def test_L25_kicks_before_the_woken_worker_runs_wake_no_other() -> None:
    """kick_pool: the worker stays on the idle list until it runs."""
    p = play("""
        wq qu 2 0
        item a b3
        item b b3
        item c b3
        item d b3
        irqoff
        queue qu a 0
        queue qu b 0
        queue qu c 0
        queue qu d 0
        irqon
        sleep 40
    """)
    last = p.t("drv queue d")
    assert [by for by, _ in wakeups(p, "kworker/u", 0, last)] == ["dd"]


def test_L26_the_worker_that_takes_the_last_idle_slot_makes_another_first() -> None:
    """worker_thread, manage_workers: create_worker comes before the first item."""
    p = Play("""
        wq qh 0x10 0
        item a
        queue qh a 1
        sleep 40
    """)
    pool = p.k.wq.cpu_pool(1, False, True)
    for worker in [w for w in pool.idle if w.id]:  # as if booting had left one only
        pool.idle.remove(worker)
        pool.workers.remove(worker)
        pool.ids.discard(worker.id)
    p.run()
    forked = [t / MS for t, _, n, _, a in p.events if n == "sched_process_fork" and a["child_comm"] == "kworker/1:1H"]
    assert forked and forked[0] < p.t("start a")
    assert p.line("start a").comm == "kworker/1:0H" and len(pool.workers) == 2


def starved_kthreadd(script: str, workers: int = 0) -> Play:
    """A play in which kthreadd waits for CPU 1, where the script's hog is."""
    p = Play(script)
    assert p.k.kthreads.kthreadd is not None
    p.k.sched.set_affinity(p.k.kthreads.kthreadd, frozenset((1,)))
    p.add_workers(0, workers)
    return p.run()


STUCK = """
    wq q0 0 0
    item hog b200
    item a s60
    item b s5
    item c
    queue q0 hog 1
    sleep 8
    queue q0 a 0
    queue q0 b 0
    queue q0 c 0
    sleep 300
"""


def test_L27_while_the_manager_is_stuck_only_busy_workers_go_on() -> None:
    """maybe_create_worker: what waits is started by the worker that finishes, after the first item's sleep."""
    p = starved_kthreadd(STUCK)
    assert index(p, "start b") > index(p, "end a") and index(p, "start c") > index(p, "end a")
    assert p.line("start b").comm == p.line("start a").comm
    assert p.t("end a") < p.t("end hog")


def test_L28_new_workers_get_the_smallest_free_ids() -> None:
    """create_worker takes them from the pool's ida."""
    p = Play("""
        wq q0 0 0
        item a s20
        item b s20
        item c s20
        queue q0 a 1
        queue q0 b 1
        queue q0 c 1
        sleep 60
    """)
    pool = p.k.wq.cpu_pool(1, False, False)
    before = sorted(w.id for w in pool.workers)
    assert before == list(range(len(before)))
    p.run()
    assert sorted(w.id for w in pool.workers) == list(range(4))
    assert max(int(x.comm[10:]) for x in p.lines if x.text.startswith("start")) <= 3


def test_L29_each_item_that_starts_wakes_at_most_one_more_worker() -> None:
    """process_one_work's kick_pool chains through an unbound pool."""
    p = Play(
        """
        wq qu 2 0
        item a s12
        item b s12
        item c s12
        item d s12
        queue qu a
        queue qu b
        queue qu c
        queue qu d
        sleep 40
        """,
        cpus=4,
    )
    p.run()
    assert p.order("start") == list("abcd")
    pool = "kworker/u"
    made = {a["child_comm"] for _, _, n, _, a in p.events if n == "sched_process_fork"}
    chained = [(by, woken) for by, woken in wakeups(p, pool, 0, p.t("end a")) if not {by, woken} & made]
    chained = [pair for pair in chained if pair[0].startswith(pool)]
    assert chained and len(chained) == len({by for by, _ in chained})  # by each worker one at most
    assert len({p.line(f"start {n}").comm for n in "abcd"}) == 4  # all four slept at once


def test_L30_behind_a_cpu_intensive_item_others_may_start_at_once() -> None:
    """process_one_work: CPU_INTENSIVE leaves nr_running before kick_pool."""
    script = """
        wq qc {} 0
        wq q0 0 0
        item c B9
        item n
        queue qc c 1
        queue q0 n 1
        sleep 40
    """
    runs = []
    for flags in ("0x20", "0"):
        p = Play(script.format(flags))
        p.add_workers(1, 2)
        p.run()
        runs.append(index(p, "start n") < index(p, "end c"))
    assert runs == [True, False]


def test_L31_a_hog_stops_counting_at_the_first_tick_with_10_ms() -> None:
    """wq_worker_tick: from then on what waits may start, at the hog's next preemption point."""
    p = Play("""
        wq q0 0 0
        item hog B30
        item n
        queue q0 hog 1
        queue q0 n 1
        sleep 80
    """)
    p.add_workers(1, 2)
    p.run()
    assert 10 <= p.t("start n") - p.t("start hog") <= 10 + 4 + 1.5
    assert index(p, "start n") < index(p, "end hog")
    woken = wakeups(p, "kworker/1", p.t("start hog") + 9, p.t("start n"))
    assert len(woken) == 1


def test_L32_blocking_resets_the_hog_clock() -> None:
    """wq_worker_running notes the CPU time anew."""
    stats = []
    for steps in ("B8 s1 B8", "B16"):
        p = play(f"""
            wq q0 0 0
            item hog {steps}
            queue q0 hog 1
            sleep 60
        """)
        stats.append(p.wqs["q0"].cpu_pwq[1].stats["cpu_intensive"])
    assert stats == [0, 1]


def test_L33_normal_and_highpri_pools_do_not_gate_each_other() -> None:
    """They are pools of their own, each with its nr_running."""
    for first, second in (("0", "0x10"), ("0x10", "0")):
        p = Play(f"""
            wq q1 {first} 0
            wq q2 {second} 0
            item hog B9
            item n
            queue q1 hog 1
            sleep 1
            queue q2 n 1
            sleep 60
        """)
        p.add_workers(1, 2)
        p.add_workers(1, 2, highpri=True)
        p.run()
        queued = p.t("queue n")
        assert len(wakeups(p, "kworker/1", queued, queued + 0.2)) == 1  # at once, though the hog counts
        if second == "0x10":
            assert index(p, "start n") < index(p, "end hog")


def test_L34_nothing_starts_between_two_preemption_points() -> None:
    """__cond_resched: a voluntary kernel does not take the CPU from kernel code."""
    p = play("""
        wq q0 0 0
        wq qh 0x10 0
        item a
        item h
        queue q0 a 0
        queue qh h 0
        busy 20
        cond
        sleep 20
    """)
    assert index(p, "start a") > index(p, "drv busy 20") and index(p, "start h") > index(p, "drv busy 20")
    assert index(p, "start a") < index(p, "drv cond_resched")


def test_L35_full_preemption_gives_way_to_nice_minus_20_within_a_tick() -> None:
    """check_preempt_wakeup_fair: a nice 0 hog is off the CPU at the next tick at the latest."""
    script = """
        wq q0 0 0
        wq qh 0x10 0
        item hog b60
        item h
        queue q0 hog 1
        sleep 12
        queue qh h 1
        sleep 100
    """
    p = Play(script, preempt="full")
    p.add_workers(1, 2, highpri=True)
    p.run()
    assert 0 < p.t("start h") - p.t("queue h") <= 4.2
    assert index(p, "start h") < index(p, "end hog")
    p = Play(script)
    p.add_workers(1, 2, highpri=True)
    p.run()
    assert index(p, "start h") > index(p, "end hog")


def test_L36_after_every_item_there_is_one_preemption_point_before_it_retires() -> None:
    """process_one_work: cond_resched() comes after execute_end and before pwq_dec_nr_in_flight."""
    p = Play("""
        wq q0 0 1
        item a b9
        item b
        queue q0 a 1
        queue q0 b 1
        sleep 60
    """)

    def other():
        yield from p.k.timers.msleep(4)
        yield from p.k.spin(5 * MS)

    p.spawn("other", other(), cpu=1)
    p.run()
    worker = p.line("start a").comm
    away = next(t for t, prev, state, _ in switches(p, 1) if prev == worker and state == "R+")
    assert p.t("end a") <= away < p.t("activate b")
    assert p.t("activate b") - p.t("end a") >= 4


def test_L73_a_hog_without_preemption_points_ends_before_its_follower_starts() -> None:
    """wq_worker_tick and model 10.1: the mark frees the pool, the next preemption point the CPU."""
    for steps, inside in (("b40", False), ("B40", True), ("b20 B20", True), ("B20 b20", True)):
        p = Play(f"""
            wq q0 0 0
            item hog {steps}
            item n
            queue q0 hog 1
            busy 5
            queue q0 n 1
            sleep 120
        """)
        p.add_workers(1, 2)
        p.run()
        assert (index(p, "start n") < index(p, "end hog")) is inside, steps


def test_L27_L61_recorded_rescue() -> None:
    """The recorded starvation of kthreadd: who ran what, in order."""
    recording = Recording("t22_rescuer.t22")
    ours = [(x.text, x.comm.split("/")[1][:2]) for x in recording.play().lines if x.text.startswith("start")]
    assert ours == [(x.text, x.comm.split("/")[1][:2]) for x in recording.lines if x.text.startswith("start")]
