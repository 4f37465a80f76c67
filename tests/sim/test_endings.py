"""How runs end that do not come to their end: the verdict names who, where in the C, and why; the log is Linux's."""

from __future__ import annotations

import pytest

from server.scenario import Machine, Outcome, Scenario
from server.trace.events import KIND_BY_NAME
from tests.shell.machine import run

CONSOLE = KIND_BY_NAME["console"]
MODULE = """
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
static DEFINE_SPINLOCK(a);
static DEFINE_SPINLOCK(b);
static int flag;
static void other_fn(struct work_struct *work)
{
	spin_lock(&b);
	mdelay(5);
	spin_lock(&a);
}
static DECLARE_WORK(other, other_fn);
static void item_fn(struct work_struct *work)
{
@WORK@
}
static DECLARE_WORK(item, item_fn);
static int __init ends_init(void)
{
@INIT@
	return 0;
}
static void __exit ends_exit(void)
{
	cancel_work_sync(&item);
	cancel_work_sync(&other);
}
module_init(ends_init);
module_exit(ends_exit);
"""
LICENSE = 'MODULE_LICENSE("GPL");\n'
SESSION = "insmod ends.ko; sleep 10; rmmod ends"
QUEUE = "schedule_work(&item);"


def ends(init: str, work: str = "", license: str = LICENSE, module: str = MODULE) -> tuple[str, Outcome]:
    """The kernel's log, and the outcome."""
    code = module.replace("@INIT@", init).replace("@WORK@", work) + license
    sink, outcome = run(Scenario("ends", {"module.c": code}, SESSION, machine=Machine(kernel="6.12-debug")))
    return "\n".join(str(e[5][0]) for e in sink.events if e[2] == CONSOLE), outcome


@pytest.mark.parametrize(
    ("init", "work", "place"),
    [
        ("while (1);", "", "insmod-152 has kept CPU 0 busy for 239 s in ends_init(), module.c:24"),
        ("again: goto again;", "", "in ends_init(), module.c:24"),
        (QUEUE, "while (!READ_ONCE(flag)) cpu_relax();", "in item_fn(), module.c:19"),
    ],
)
def test_a_loop_that_waits_for_nothing_locks_up_its_cpu(init: str, work: str, place: str) -> None:
    log, outcome = ends(init, work)
    assert "watchdog: BUG: soft lockup - CPU#0 stuck for 22s!" in log
    assert outcome.kind == "stalled" and place in outcome.message


def test_a_loop_that_gives_way_locks_nothing_up() -> None:
    log, outcome = ends(QUEUE, "while (1) cond_resched();")
    assert "soft lockup" not in log and "INFO: task rmmod:" in log
    assert outcome.kind == "stalled" and "rmmod" in outcome.message and "ends_exit(), module.c:29" in outcome.message


def test_a_loop_that_is_busy_meets_the_limit_and_is_named() -> None:
    _, outcome = ends(QUEUE, "while (1) flag++;")
    assert outcome.kind == "limit" and outcome.message.endswith("in item_fn(), module.c:19")


def test_a_spinlock_taken_twice_is_a_deadlock() -> None:
    log, outcome = ends(QUEUE, "spin_lock(&a); spin_lock(&a);")
    assert "soft lockup" in log
    assert outcome.kind == "deadlock" and outcome.message.endswith("running item spins for the lock held by itself")


def test_two_spinlocks_in_two_orders_are_a_deadlock_with_its_cycle() -> None:
    _, outcome = ends(
        "schedule_work_on(0, &item); schedule_work_on(1, &other);", "spin_lock(&a); mdelay(5); spin_lock(&b);"
    )
    assert outcome.kind == "deadlock" and len(outcome.cycle) == 2
    assert all("spins for the lock held by kworker/" in line for line in outcome.cycle)


def test_a_long_delay_is_a_lockup_and_ends() -> None:
    log, outcome = ends(QUEUE, "for (int i = 0; i < 300; i++) mdelay(1000);")
    assert "soft lockup" in log
    assert outcome.kind == "completed" and outcome.at_ns > 300_000_000_000


@pytest.mark.parametrize("offset", [1 << 24, (1 << 24) + 1, (1 << 24) + 3])
def test_a_store_far_behind_the_heap_is_a_finding_at_any_offset(offset: int) -> None:
    log, outcome = ends(f"char *p = kmalloc(8, GFP_KERNEL); p[{offset}] = 1; kfree(p);")
    assert "BUG: KASAN: " in log and outcome.kind == "completed"


@pytest.mark.parametrize(("license", "name"), [("", "unspecified"), ('MODULE_LICENSE("Proprietary");', "Proprietary")])
def test_a_licence_that_is_not_the_gpl_taints(license: str, name: str) -> None:
    free = "".join(line for line in MODULE.splitlines(True) if "cancel_work_sync" not in line)  # which is GPL-only
    log, _ = ends("WARN_ON(1);", license=license, module=free)
    assert [line.partition(": ")[2] or line for line in log.splitlines()[:5]] == [
        "loading out-of-tree module taints kernel.",
        f"module license '{name}' taints kernel.",
        "Disabling lock debugging due to kernel taint",
        "module verification failed: signature and/or required key missing - tainting kernel",
        "module license taints kernel.",
    ]
    assert "Modules linked in: ends(POE+)" in log and "Tainted: P           OE" in log


def test_a_positive_result_of_init_is_suspicious() -> None:
    log, outcome = ends("return 5;")
    assert "'ends'->init suspiciously returned 5" in log and "Call Trace:" in log.partition("anyway...")[2]
    assert outcome.kind == "completed"
