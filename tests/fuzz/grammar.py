"""Random modules from a small grammar of kernel C: they parse nearly always, and do senseless things."""

# ruff: noqa: E501 (C text)
from __future__ import annotations

from random import Random

TYPES = ("int", "unsigned int", "long", "u8", "s16", "u64", "char")
BINARY = ("+", "-", "*", "/", "%", "<<", ">>", "&", "|", "^", "<", ">", "==", "!=", "&&", "||")
CALLS = (
    "msleep({e} & 7)", "udelay({e} & 15)", "cond_resched()", "schedule_work(&work)", "queue_work(wq, &other)",
    "mod_delayed_work(wq, &later, {e} & 3)", "cancel_work(&work)", "cancel_delayed_work_sync(&later)",
    "flush_work(&other)",
    "mutex_lock(&lock)", "mutex_unlock(&lock)", "spin_lock(&spin)", "spin_unlock(&spin)", "wake_up(&queue)",
    "complete(&done)", "wait_for_completion_timeout(&done, {e} & 7)", "kfree(box)", "memset(&item, {e}, sizeof(item))",
    'pr_info("%d %s %lx\\n", (int)({e}), item.text, (long)({e}))', "mod_timer(&timer, jiffies + ({e} & 7))",
    "timer_delete_sync(&timer)", "box = kmalloc({e} & 255, GFP_KERNEL)", "rcu_read_lock()", "rcu_read_unlock()",
    "synchronize_rcu()", "local_irq_disable()", "local_irq_enable()", "preempt_disable()", "preempt_enable()",
    "wait_event_timeout(queue, {e}, {e} & 7)", "list_add(&item.list, &items)", "list_del(&item.list)",
    "strscpy(item.text, \"text\", {e} & 31)", "drain_workqueue(wq)", "kthread_should_stop()", "schedule()",
)  # fmt: skip
HEAD = """#include <linux/module.h>
#include <linux/workqueue.h>
struct item { struct list_head list; int n; char text[8]; u64 bits : 5; union { long l; void *p; } u; };
static struct item item, array[4], *box;
static LIST_HEAD(items);
static DEFINE_MUTEX(lock);
static DEFINE_SPINLOCK(spin);
static DECLARE_WAIT_QUEUE_HEAD(queue);
static DECLARE_COMPLETION(done);
static struct workqueue_struct *wq;
static struct timer_list timer;
static int table[8], depth;
static void work_fn(struct work_struct *w);
static DECLARE_WORK(work, work_fn);
static DECLARE_WORK(other, work_fn);
static DECLARE_DELAYED_WORK(later, work_fn);
"""
TAIL = """
static void timer_fn(struct timer_list *t) {{ {timer} }}
static void work_fn(struct work_struct *w) {{ {work} }}
static int __init start(void)
{{
	wq = alloc_workqueue("fuzz", {flags}, {active});
	timer_setup(&timer, timer_fn, 0);
	{init}
	return {result};
}}
static void __exit stop(void) {{ {exit} }}
module_init(start);
module_exit(stop);
MODULE_LICENSE("GPL");
"""


class Grammar:
    """Statements and expressions of bounded depth."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.functions = 0
        self.locals: list[str] = []

    def leaf(self) -> str:
        """A variable, a number, a member."""
        r = self.random
        names = [
            *self.locals,
            "item.n",
            "item.bits",
            "array[1].n",
            "depth",
            "table[3]",
            "jiffies",
            "(long)box",
            "box->n",
        ]
        if r.random() < 0.4:
            return str(r.choice((0, 1, 2, 3, 7, 31, 32, 63, 64, 255, 4096, 1 << 31, (1 << 63) - 1, -1)))
        return r.choice(names)

    def expression(self, depth: int) -> str:
        """Any expression."""
        r = self.random
        kind = r.random()
        if depth <= 0 or kind < 0.25:
            return self.leaf()
        a, b = self.expression(depth - 1), self.expression(depth - 1)
        if kind < 0.7:
            return f"({a} {r.choice(BINARY)} {b})"
        if kind < 0.8:
            return f"{r.choice('-~!')}({a})"
        if kind < 0.87:
            return f"({a} ? {b} : {self.leaf()})"
        if kind < 0.93:
            return f"(({r.choice(TYPES)})({a}))"
        if kind < 0.97 and self.functions:
            return f"f{r.randrange(self.functions)}({a}, &item)"
        return f"table[({a}) & 7]"

    def statement(self, depth: int) -> str:
        """Any statement."""
        r = self.random
        kind = r.random()
        e = self.expression(2)
        if depth <= 0 or kind < 0.35:
            return r.choice(CALLS).replace("{e}", f"({e})") + ";"
        if kind < 0.6:
            target = r.choice([*self.locals, "item.n", "item.bits", "table[2]", "depth", "item.u.l"])
            return f"{target} {r.choice(('=', '+=', '-=', '<<=', '|=', '/='))} {e};"
        body = self.block(depth - 1)
        if kind < 0.75:
            return f"if ({e}) {body}" + (f" else {self.block(depth - 1)}" if r.random() < 0.4 else "")
        if kind < 0.85:
            return f"for (depth = 0; depth < ({e} & 15); depth++) {body}"
        if kind < 0.9:
            return f"while (({e}) & 1) {{ {self.statement(depth - 1)} break; }}"
        if kind < 0.95:
            return f"switch ((int)({e})) {{ case 0: {self.statement(depth - 1)} case 1: break; default: {body} }}"
        return f"do {body} while (0);"

    def block(self, depth: int) -> str:
        """Statements in braces."""
        return "{ " + " ".join(self.statement(depth) for _ in range(self.random.randrange(1, 4))) + " }"

    def module(self) -> str:
        """A whole module."""
        r = self.random
        parts = [HEAD]
        for _ in range(r.randrange(4)):
            self.locals = ["a", "b", "p->n"]
            body = self.block(3)
            parts.append(
                f"static {r.choice(TYPES)} f{self.functions}(long a, struct item *p)\n"
                f"{{ {r.choice(TYPES)} b = {self.expression(1)}; if (depth++ > 3) return 1; {body} return {self.expression(2)}; }}\n"
            )
            self.functions += 1
        self.locals = []
        pieces = {name: " ".join(self.statement(3) for _ in range(4)) for name in ("timer", "work", "init")}
        careful = "timer_delete_sync(&timer); cancel_work_sync(&work); cancel_delayed_work_sync(&later); destroy_workqueue(wq);"
        pieces["exit"] = careful if r.random() < 0.7 else self.statement(2)
        flags = r.choice(("0", "WQ_UNBOUND", "WQ_HIGHPRI", "WQ_MEM_RECLAIM", "WQ_FREEZABLE", "-1"))
        return "".join(parts) + TAIL.format(
            flags=flags, active=r.choice((0, 1, 4, -3)), result=r.choice((0, 0, 0, -5, 3)), **pieces
        )
