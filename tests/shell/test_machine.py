"""Sessions on the real simulated machine."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from server.scenario import Action, Machine, Scenario
from tests.shell.machine import Collector, plain, run, session

CORPUS = Path(__file__).parents[1] / "fidelity" / "corpus"
CASES = sorted(path.name for path in CORPUS.iterdir())
# On the recorded machine these lines raced between CPUs: run to run they stand in another order.
RACING = ("unbound4", "workqueue_demo")


@pytest.mark.parametrize("name", CASES)
def test_recorded_session_prints_what_the_real_machine_printed(name: str) -> None:
    case = CORPUS / name
    cpus = msgspec.json.decode((case / "machine.json").read_bytes())["cpus"]
    machine = Machine(cpus=cpus, kernel="6.12", costs="tcg")
    scenario = Scenario(
        name, {"module.c": (case / "module.c").read_text()}, (case / "session.sh").read_text(), machine=machine
    )
    sink, outcome = run(scenario)
    shown, recorded = plain(sink.shown("1")), plain((case / "output.1.txt").read_text())
    if name in RACING:
        shown, recorded = sorted(shown), sorted(recorded)
    assert shown == recorded
    assert outcome.kind == "completed"


def test_follow_kill_and_pipes() -> None:
    sink, outcome = session(
        "dmesg -w &\nsudo insmod demo.ko\nsleep 1\nrmmod demo\nkill $!\nwait\ndmesg | grep -c demo:\n"
    )
    assert plain(sink.shown("1"))[-3:] == ["demo: runs", "demo: gone", "4"]
    assert outcome.kind == "completed"


def test_workers_in_ps() -> None:
    sink, _ = session("insmod demo.ko\nps aux | grep '[0-9]-events\\]'\n")
    (line,) = sink.shown("1").splitlines()
    assert line.endswith("[kworker/0:1-events]") and line.split()[7] == "I"


def test_taskset_moves_the_process() -> None:
    sink, _ = session("taskset 2 insmod demo.ko\ntaskset -c 1 cut -d' ' -f39 /proc/self/stat\n")
    assert sink.shown("1") == "1\n"
    assert any(e[1] == 1 and sink.tasks[e[3]][1] == "insmod" for e in sink.events)


def test_actions_leave_everything_before_them_as_it_was() -> None:
    text = "insmod demo.ko\nsleep 3\nrmmod demo\n"
    plain_run, _ = session(text)
    acted, outcome = session(text, [Action(1_000_000_000, "echo hello"), Action(1_500_000_000, "irq 7; lsmod | wc -l")])
    origin = next(e[0] for e in plain_run.events if sink_comm(plain_run, e[3]) == "insmod" and e[2] == 0)
    before = [e for e in plain_run.events if e[0] < origin + 1_000_000_000 - 1_000_000]
    assert len(before) > 20 and acted.events[: len(before)] == before
    assert acted.shown("2") == "hello\nirq: nobody has requested interrupt 7\n2\n"
    assert outcome.kind == "completed"


def sink_comm(sink: Collector, task: int) -> str:
    """The name of a task."""
    return sink.tasks[task][1]


def test_an_oops_kills_insmod_and_the_session_goes_on() -> None:
    module = """
#include <linux/module.h>
static int *nowhere;
static int __init demo_init(void) { return *nowhere; }
module_init(demo_init);
MODULE_LICENSE("GPL");
"""
    sink, outcome = session("insmod demo.ko\necho $?\ndmesg | grep -c 'NULL pointer'\n", module=module)
    assert sink.shown("1") == "Killed\n137\n1\n"
    assert outcome.kind == "completed"


def test_workqueue_attributes_by_sysfs() -> None:
    module = """
#include <linux/module.h>
#include <linux/workqueue.h>
static struct workqueue_struct *wq;
static int __init demo_init(void)
{
	wq = alloc_workqueue("demo_wq", WQ_UNBOUND | WQ_SYSFS, 4);
	return wq ? 0 : -ENOMEM;
}
static void __exit demo_exit(void) { destroy_workqueue(wq); }
module_init(demo_init);
module_exit(demo_exit);
MODULE_LICENSE("GPL");
"""
    sink, _ = session(
        "insmod demo.ko\ncd /sys/devices/virtual/workqueue/demo_wq\nls | wc -l\n"
        "cat max_active affinity_scope cpumask per_cpu\n"
        "echo 7 > max_active; cat max_active\necho -5 > nice; cat nice\necho cpu > affinity_scope; cat affinity_scope\n"
        "echo 1 > cpumask; cat cpumask\necho 99 > nice\ncd /; wq_dump.py | grep -c 'cpus=1 pod_cpus=1'\nrmmod demo\n",
        module=module,
    )
    assert sink.shown("1").splitlines() == [
        "6", "4", "default (cache)", "3", "0", "7", "-5", "cpu", "1", "sh: write error: Invalid argument", "1",
    ]  # fmt: skip
