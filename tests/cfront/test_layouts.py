"""Sizes and offsets of 6.12 on x86-64: Debian's configuration without lock debugging."""

import pytest

from server.sim.cmodule import ir
from server.sim.kapi import tasks
from tests.cfront.conftest import Compile

SIZES = {
    "struct work_struct": 32, "struct delayed_work": 88, "struct rcu_work": 56, "struct timer_list": 40,
    "struct hrtimer": 64, "struct tasklet_struct": 40, "struct mutex": 32, "spinlock_t": 4, "rwlock_t": 8,
    "struct completion": 32, "wait_queue_head_t": 24, "struct wait_queue_entry": 40, "struct list_head": 16,
    "struct hlist_head": 8, "struct rb_node": 24, "atomic_t": 4, "atomic64_t": 8, "refcount_t": 4, "struct kref": 4,
    "struct rw_semaphore": 40, "struct semaphore": 24, "struct kthread_work": 40, "struct irq_work": 24,
    "struct cpumask": 1024, "struct llist_node": 8, "struct rcu_head": 16, "struct notifier_block": 24,
    "ktime_t": 8, "dev_t": 4, "umode_t": 2, "gfp_t": 4, "bool": 1, "long": 8, "void *": 8,
}  # fmt: skip
OFFSETS = {
    ("struct work_struct", "entry"): 8, ("struct work_struct", "func"): 24, ("struct delayed_work", "timer"): 32,
    ("struct delayed_work", "wq"): 72, ("struct delayed_work", "cpu"): 80, ("struct timer_list", "expires"): 16,
    ("struct timer_list", "function"): 24, ("struct timer_list", "flags"): 32, ("struct tasklet_struct", "func"): 24,
    ("struct tasklet_struct", "data"): 32, ("struct hrtimer", "node.expires"): 24, ("struct hrtimer", "function"): 40,
    ("struct mutex", "wait_list"): 16, ("struct completion", "wait"): 8, ("struct wait_queue_entry", "func"): 16,
    ("struct wait_queue_entry", "entry"): 24,
}  # fmt: skip


def values(compile_text: Compile, expressions: list[str]) -> list[int]:
    unit, found = compile_text(
        "static const unsigned long values[] = {" + ",".join(expressions) + "};\n", head="#include <linux/module.h>\n"
    )
    assert unit is not None, found
    table = next(g for g in unit.globals if g.name == "values")
    return [init.value.value for init in table.inits if isinstance(init.value, ir.Int)]


def test_sizes(compile_text: Compile) -> None:
    assert dict(zip(SIZES, values(compile_text, [f"sizeof({name})" for name in SIZES]), strict=True)) == SIZES


def test_offsets(compile_text: Compile) -> None:
    found = values(compile_text, [f"offsetof({record}, {member})" for record, member in OFFSETS])
    assert dict(zip(OFFSETS, found, strict=True)) == OFFSETS


def test_task_struct_is_where_python_writes_it(compile_text: Compile) -> None:
    found = values(compile_text, [f"offsetof(struct task_struct, {name})" for name in tasks.OFFSETS])
    assert dict(zip(tasks.OFFSETS, found, strict=True)) == tasks.OFFSETS
    assert values(compile_text, ["sizeof(struct task_struct)"])[0] <= tasks.CRED_AT


@pytest.mark.parametrize("kind", ["unsigned long long", "signed char"])
def test_integer_types(compile_text: Compile, kind: str) -> None:
    unit, _ = compile_text(f"static {kind} variable = -1;\n")
    assert unit is not None
    variable = next(g for g in unit.globals if g.name == "variable")
    t = unit.types[variable.type]
    assert isinstance(t, ir.Integer) and t.name == kind and t.signed == kind.startswith("signed")
