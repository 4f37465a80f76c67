"""Laws 1 to 18: queueing, where an item goes, what may be active."""

from __future__ import annotations

import pytest

from tests.laws.record import Recording
from tests.laws.script import Play, begins, play

FOUR_CACHES = [[[[0]], [[1]], [[2]], [[3]]]]
TWO_NODES = [[[[0], [1]]], [[[2], [3]]]]


def most_at_once(p: Play, names: str) -> int:
    """How many of the items ran at one time at most."""
    running = most = 0
    for line in p.lines:
        what, _, name = line.text.partition(" ")
        if name in names.split() and what in ("start", "end"):
            running += 1 if what == "start" else -1
            most = max(most, running)
    return most


def index(p: Play, text: str, nth: int = 0) -> int:
    """Where in the trace the nth line that begins with `text` stands."""
    return [i for i, x in enumerate(p.lines) if begins(x.text, text)][nth]


def test_L1_a_pending_item_stays_where_it_is() -> None:
    """queue_work_on: PENDING was set, so False and nothing changes, whatever the workqueue and CPU."""
    p = play("""
        wq q0 0 0
        wq q1 0 0
        item hog b5
        item w
        queue q0 hog 1
        queue q0 w 1
        queue q1 w 0
        dqueue q1 w 3
        sleep 40
    """)
    assert p.result("queue w") == [1, 0] and p.result("dqueue w") == [0]
    assert p.texts("queue w") == ["queue w q0 req=1 cpu=1"]
    assert p.order("start").count("w") == 1 and p.line("start w").cpu == 1


def test_L2_one_queue_event_one_start_unless_cancelled() -> None:
    """__queue_work: each success gives exactly one run, later; a cancelled one gives none."""
    p = play("""
        wq q0 0 0
        wq qu 2 1
        item hog b5
        item a b1
        item b s5
        item c
        queue q0 hog 1
        queue q0 a 1
        queue q0 b 1
        queue qu c
        sleep 30
        queue q0 hog 1
        queue q0 a 1
        cancel a
        queue q0 b 1
        sleep 40
    """)
    for item, runs in (("a", 1), ("b", 2), ("c", 1), ("hog", 2)):
        assert p.order("start").count(item) == runs == p.order("end").count(item), item
        story = [x.text.split()[0] for x in p.lines if x.text.split()[:2] in (["queue", item], ["start", item])]
        assert story[: 2 * runs] == ["queue", "start"] * runs
    assert p.order("queue").count("a") == 2


def test_L3_disabled_items_are_not_queued() -> None:
    """clear_pending_if_disabled: every way of queueing says False, and no event comes."""
    p = play("""
        wq q0 0 0
        item a
        disable a
        queue q0 a 1
        dqueue q0 a 2
        mod q0 a 2
        rcuq q0 a
        sleep 60
        enable a
        queue q0 a 1
        sleep 20
    """)
    assert p.result("queue a") == [0, 1]
    assert p.result("dqueue a") == p.result("mod a") == p.result("rcuq a") == [0]
    assert p.order("queue") == ["a"] and index(p, "queue a") > index(p, "drv enable a")


def test_L4_queued_while_it_runs_it_runs_once_more_afterwards() -> None:
    """process_one_work clears PENDING first, assign_work keeps the second run off a second worker."""
    p = play("""
        wq q0 0 0
        item w s20
        queue q0 w 1
        sleep 4
        queue q0 w 1
        queue q0 w 1
        sleep 80
    """)
    assert p.result("queue w") == [1, 1, 0]
    assert [x.text for x in p.lines if x.text in ("start w", "end w")] == ["start w", "end w"] * 2
    assert len({x.comm for x in p.lines if x.text == "start w"}) == 1


def test_L5_pending_is_clear_while_it_runs() -> None:
    """set_work_pool_and_clear_pending comes before the function; a self-requeue sets it again."""
    seen: list[bool] = []
    p = play(
        """
        wq q0 0 0
        item w !look R2 !look
        queue q0 w 1
        sleep 20
        """,
        hooks={"look": lambda p: seen.append(p._work("w").pending)},
    )
    assert p.order("start") == ["w", "w"]
    assert seen == [False, True, False, False]


def test_L6_the_same_workqueue_keeps_to_the_running_worker() -> None:
    """__queue_work: the item's last pool runs it for this workqueue: it goes there, and to that worker."""
    p = play("""
        wq q0 0 0
        item a s20
        queue q0 a 1
        sleep 4
        queue q0 a 0
        sleep 80
    """)
    assert p.texts("queue a")[1] == "queue a q0 req=0 cpu=1"
    assert [(x.text, x.comm) for x in p.lines if x.text in ("start a", "end a")] == [
        ("start a", p.line("start a").comm), ("end a", p.line("start a").comm)] * 2  # fmt: skip


def test_L7_another_workqueue_may_run_it_at_the_same_time() -> None:
    """__queue_work looks for a runner of its own workqueue only."""
    p = play("""
        wq q0 0 0
        wq q9 0 0
        item a s20
        queue q0 a 1
        sleep 4
        queue q9 a 0
        sleep 80
    """)
    assert p.texts("queue a")[1] == "queue a q9 req=0 cpu=0"
    assert [x.text for x in p.lines if x.text in ("start a", "end a")][:2] == ["start a", "start a"]
    assert {x.cpu for x in p.lines if x.text == "start a"} == {0, 1}


@pytest.mark.parametrize(("made", "moves"), [("owq q0", True), ("wq q0 2 0", False)])
def test_L8_an_ordered_workqueue_is_never_sent_back_to_the_last_pool(made: str, moves: bool) -> None:
    """__queue_work: redirection is for workqueues that are not ordered; after a change of nice they differ."""
    pools = []

    def renice(p: Play):
        yield from p.k.wq.apply_attributes(p.wqs["q0"], {"nice": -5})

    def look(p: Play) -> None:
        pwq = p._work("a").pwq
        assert pwq is not None
        pools.append(pwq.pool.nice)

    p = play(
        f"""
        {made}
        item a s20
        queue q0 a
        sleep 4
        !renice
        queue q0 a
        !look
        sleep 80
        """,
        hooks={"renice": renice, "look": look},
    )
    assert pools == ([-5] if moves else [0])
    assert p.order("end") == ["a", "a"]


def test_an_ordered_workqueue_stays_ordered_while_its_pwq_changes() -> None:
    """unplug_oldest_pwq: what was queued on the new pwq waits for the old one, then runs one by one."""

    def renice(p: Play):
        yield from p.k.wq.apply_attributes(p.wqs["q0"], {"nice": -5})

    p = play(
        """
        owq q0
        item a s20
        item b s8
        item c
        item d
        queue q0 a
        queue q0 b
        sleep 4
        !renice
        queue q0 c
        queue q0 d
        sleep 80
        destroy q0
        """,
        hooks={"renice": renice},
    )
    assert p.order("start") == list("abcd") == p.order("end")
    assert most_at_once(p, "a b c d") == 1


def test_L9_activation_follows_queueing_iff_a_slot_is_free_and_nobody_waits() -> None:
    """__queue_work: inactive_works empty and pwq_tryinc_nr_active; else the item only queues."""
    p = play("""
        wq q0 0 2
        item a s20
        item b s40
        item c s20
        queue q0 a 1
        queue q0 b 1
        queue q0 c 1
        sleep 100
    """)
    told = [x.text.split(" q0")[0] for x in p.lines if x.text.startswith(("queue", "activate"))]
    assert told == ["queue a", "activate a", "queue b", "activate b", "queue c", "activate c"]
    assert index(p, "activate c") > index(p, "end a") > index(p, "drv queue c")


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_L10_at_most_max_active_items_a_cpu(limit: int) -> None:
    """pwq_tryinc_nr_active: the limit is per CPU."""
    items = "\n".join(f"item {n} s10\n" for n in "abcdefgh")
    queues = "\n".join(f"queue q0 {n} {i % 2}" for i, n in enumerate("abcdefgh"))
    p = play(f"wq q0 0 {limit}\n{items}{queues}\nsleep 150")
    assert most_at_once(p, "a c e g") == limit == most_at_once(p, "b d f h")


def test_L11_an_inactive_item_is_activated_after_its_predecessor_ended() -> None:
    """pwq_dec_nr_active runs in the worker, after execute_end, on its CPU."""
    p = play("""
        wq q0 0 1
        item a s20
        item b
        queue q0 a 1
        queue q0 b 1
        sleep 60
    """)
    assert index(p, "end a") < index(p, "activate b") < index(p, "start b")
    assert p.line("activate b")[1:3] == p.line("end a")[1:3]


def test_L12_items_of_a_pwq_are_activated_in_queueing_order() -> None:
    """pwq_activate_first_inactive takes the oldest."""
    p = play("""
        wq q0 0 1
        item a s10
        item b s5
        item c
        item d s5
        item e
        queue q0 a 1
        queue q0 d 1
        queue q0 c 1
        queue q0 e 1
        queue q0 b 1
        sleep 120
    """)
    assert p.order("activate") == list("adceb") == p.order("start")


def test_L13_a_new_item_never_overtakes_inactive_ones() -> None:
    """__queue_work asks whether inactive_works is empty before it asks for a slot."""

    def raise_limit(p: Play) -> None:
        p.wqs["q0"].max_active = 3  # as between workqueue_set_max_active's store and its rounds

    p = play(
        """
        wq q0 0 1
        item a s20
        item b
        item c
        queue q0 a 1
        queue q0 b 1
        !raise
        queue q0 c 1
        sleep 60
        """,
        hooks={"raise": raise_limit},
    )
    assert p.order("activate") == ["a", "b", "c"]
    assert index(p, "activate c") > index(p, "end a")


def test_L14_pwqs_of_a_node_take_turns() -> None:
    """node_activate_pending_pwq: round robin between the CPUs that queued, one cache or not."""
    p = play(
        """
        wq u1 2 1
        item a s8
        item b s8
        item c s8
        item d s8
        item e s8
        queue u1 a 0
        queue u1 b 0
        queue u1 c 0
        queue u1 d 1
        queue u1 e 2
        sleep 150
        """,
        cpus=4,
    )
    assert p.order("activate") == list("abdec") == p.order("start")


def test_L15_unbound_max_active_is_split_over_nodes_ordered_is_not() -> None:
    """wq_update_node_max_active: max_active=1 on two nodes may run two; the pwq of an ordered one has no node."""
    script = """
        {}
        item a s20
        item b s20
        item c s20
        item d s20
        queue u a 0
        queue u b 0
        queue u c 2
        queue u d 2
        sleep 150
    """
    unbound = play(script.format("wq u 2 1"), cpus=4, topology=TWO_NODES)
    ordered = play(script.format("owq u"), cpus=4, topology=TWO_NODES)
    one_node = play(script.format("wq u 2 1"), cpus=4)
    assert most_at_once(unbound, "a b c d") == 2
    assert most_at_once(ordered, "a b c d") == 1 == most_at_once(one_node, "a b c d")
    limits = {}
    for limit in (3, 10, 21):
        p = play(f"wq u 2 {limit}", cpus=4, topology=TWO_NODES)
        limits[limit] = [node.max for node in p.wqs["u"].nodes.values()]
    assert limits == {3: [3, 3, 3], 10: [8, 8, 10], 21: [11, 11, 21]}  # rounded up, at least min_active


def test_L16_ordered_items_start_in_queueing_order_everywhere() -> None:
    """The pwq tables of an ordered workqueue hold the default pwq only."""
    p = play(
        """
        owq o
        item a s8
        item b b1
        item c s4
        item d
        item e b2
        queue o a 0
        queue o b 0
        queue o c 0
        queue o d 3
        queue o e 1
        sleep 100
        """,
        cpus=4,
        topology=FOUR_CACHES,
    )
    assert p.order("start") == list("abcde")
    assert most_at_once(p, "a b c d e") == 1


@pytest.mark.parametrize(("made", "order"), [("fzwq q", "abdce"), ("stwq q", "abcde")])
def test_L17_freezable_is_not_fifo_across_cpus_singlethread_is(made: str, order: str) -> None:
    """workqueue.h: create_freezable_workqueue is unbound with max_active 1, no longer ordered."""
    p = play(
        f"""
        {made}
        item a s8
        item b s8
        item c s8
        item d s8
        item e s8
        queue q a 0
        queue q b 0
        queue q c 0
        queue q d 2
        queue q e 0
        sleep 150
        """,
        cpus=4,
        topology=FOUR_CACHES,
    )
    assert p.order("start") == list(order)


def test_L17_recorded_creation_helpers() -> None:
    """The same on the recorded machine with four caches: u2, fz, oo."""
    recording = Recording("t25_unb_rr.t25")
    assert recording.play().order("start") == [x.text.split()[1] for x in recording.lines if x.text.startswith("start")]


def test_L18_max_active_zero_is_256_and_others_are_clamped() -> None:
    """__alloc_workqueue, wq_clamp_max_active: 1 to 512, with a line where it was neither."""
    p = play("""
        wq q0 0 0
        wq q1 0 600
        wq q2 0 -5
        wq q3 0 7
        wq q4 2 0
        maxact q3 9999
    """)
    assert [p.wqs[f"q{n}"].max_active for n in range(5)] == [256, 512, 1, 512, 256]
    assert [t for t in p.log if "out of range" in t] == [
        f"workqueue: max_active {n} requested for {q} is out of range, clamping between 1 and 512"
        for n, q in ((600, "q1"), (-5, "q2"), (9999, "q3"))
    ]
