"""The reference scenarios: each recorded script, run by us, gives what the real kernel gave."""

from __future__ import annotations

import pytest

from tests.laws.record import DATA, Recording, differences, regrouped

# what the recording itself left to chance, by scenario: the keys that are not compared, and why
RACES: dict[str, tuple[set[str], str]] = {
    "t06_unbound.full": ({"order on kworker/u8:*", "workers"}, "b's worker on the other CPU overtook a's start event"),
    "t09_delays.vol": ({"order on cpu 0"}, "the tick of d1 came 3 ms late, that of d2 in time"),
    "t14_cancel.full": ({"order on cpu 0", "order on cpu 1"}, "who is preempted within a slice"),
    "t20_hotplug.t20": (
        {"life of barrier", "life of d", "life of e", "order on cpu 0", "order on cpu 1", "order on cpu 2"},
        "how long a CPU takes to go, where its workers go (an idle CPU pulled e's within 3 ms), an item of the hotplug "
        "code itself",
    ),
    "t30_cull.t30": ({"life of dd"}, "other pools cull at the same time"),
    "t31_barriers.t26": (
        {"order on cpu 0"},
        "g1 was woken 40 us after g2, when CPU 0 had just left idle for it; both before that, and lag decides",
    ),
    "t34_kthread_worker.t26": (
        {"life of flush", "order on cpu 0"},
        "the recording lacks the queue event of the flush at the end",
    ),
    "t36_hrsleep.t26": ({"order on cpu 1"}, "a began 2 ms before b and c, and its timer was due before b's"),
    "t40_ticks.t40": ({"order on cpu 1", "workers"}, "two equal runs of h13 in it ended differently"),
}
SCENARIOS = sorted(p.stem for p in DATA.glob("t*.txt") if not p.stem.startswith("t30"))


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_recorded_script_gives_the_recorded_lives_and_orders(name: str) -> None:
    recording = Recording(name)
    races, _ = RACES.get(name, (set(), ""))
    played = recording.play()
    wrong = [w for w in differences(recording.lines, played.lines) if w.partition(",")[0] not in races]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", SCENARIOS)
def test_runs_that_shared_a_bound_worker_share_one(name: str) -> None:
    recording = Recording(name)
    if "workers" in RACES.get(name, (set(), ""))[0]:
        pytest.skip(RACES[name][1])
    played = recording.play()
    assert [g for g in regrouped(recording.lines, played.lines) if not g.startswith("kworker/u")] == []


@pytest.mark.parametrize(
    "name", ["t08_delayed_lifo.vol", "t09_delays.vol", "t10_msleep.vol", "t37_timer_vs_delayed.t26"]
)
def test_timers_and_sleeps_end_in_the_recorded_jiffy(name: str) -> None:
    recording = Recording(name)
    played = recording.play()

    def ends(lines: list) -> list[tuple[str, int]]:
        first = next(x.jiffies for x in lines if x.jiffies > 0)
        known = [(x.text, x.jiffies - first) for x in lines if x.jiffies > 0]
        return sorted(known) if "lifo" not in name else known[:5]

    theirs, ours = ends(recording.lines), ends(played.lines)
    if name.startswith("t37"):  # what starts after a busy wait starts when that happened to end
        theirs, ours = ([e for e in x if e[0].startswith(("TM", "drv"))] for x in (theirs, ours))
    assert [text for text, _ in ours] == [text for text, _ in theirs]
    late = [real - mine for (_, real), (_, mine) in zip(theirs, ours, strict=True)]
    assert set(late) <= {0, 1}, late  # what a tick starts may start in the next jiffy there
    assert late.count(1) <= 3
