"""<linux/interrupt.h>, <linux/irq.h>, <linux/bottom_half.h>, <linux/irq_work.h>, <linux/hardirq.h>: interrupts."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
typedef enum irqreturn { IRQ_NONE, IRQ_HANDLED, IRQ_WAKE_THREAD } irqreturn_t;
typedef irqreturn_t (*irq_handler_t)(int, void *);
#define IRQ_RETVAL(x) ((x) ? IRQ_HANDLED : IRQ_NONE)
#define IRQF_TRIGGER_NONE 0x00000000
#define IRQF_TRIGGER_RISING 0x00000001
#define IRQF_TRIGGER_FALLING 0x00000002
#define IRQF_TRIGGER_HIGH 0x00000004
#define IRQF_TRIGGER_LOW 0x00000008
#define IRQF_SHARED 0x00000080
#define IRQF_PROBE_SHARED 0x00000100
#define IRQF_PERCPU 0x00000400
#define IRQF_NOBALANCING 0x00000800
#define IRQF_ONESHOT 0x00002000
#define IRQF_NO_SUSPEND 0x00004000
#define IRQF_NO_THREAD 0x00010000
#define IRQF_NO_AUTOEN 0x00080000
#define SA_SHIRQ __wq_SA_SHIRQ_was_removed_in_2_6_24_use_IRQF_SHARED
#define SA_INTERRUPT __wq_SA_INTERRUPT_was_removed_in_2_6_24_use_0
#define IRQF_DISABLED __wq_IRQF_DISABLED_was_removed_in_4_1_use_0
#define IRQF_SAMPLE_RANDOM __wq_IRQF_SAMPLE_RANDOM_was_removed_in_3_6_use_0
struct tasklet_struct {
	struct tasklet_struct *next;
	unsigned long state;
	atomic_t count;
	bool use_callback;
	union { void (*func)(unsigned long data); void (*callback)(struct tasklet_struct *t); };
	unsigned long data;
};
enum { TASKLET_STATE_SCHED, TASKLET_STATE_RUN };
#define __wq_tasklet_old(name, fn, data_) \
	_Static_assert(0, "DECLARE_TASKLET(name, fn, data) was changed in 5.9: use DECLARE_TASKLET(name, fn) with void fn(struct tasklet_struct *), or DECLARE_TASKLET_OLD(name, fn)")
#define __wq_tasklet_new(name, fn) struct tasklet_struct name = { .callback = fn, .use_callback = true }
#define DECLARE_TASKLET(args...) __wq_pick4(args, __wq_tasklet_old, __wq_tasklet_new, __wq_tasklet_new)(args)
#define __wq_tasklet_off(name, fn) struct tasklet_struct name = { .count = ATOMIC_INIT(1), .callback = fn, .use_callback = true }
#define DECLARE_TASKLET_DISABLED(args...) __wq_pick4(args, __wq_tasklet_old, __wq_tasklet_off, __wq_tasklet_off)(args)
#define DECLARE_TASKLET_OLD(name, fn) struct tasklet_struct name = { .func = fn }
#define DECLARE_TASKLET_DISABLED_OLD(name, fn) struct tasklet_struct name = { .count = ATOMIC_INIT(1), .func = fn }
#define from_tasklet(var, callback_tasklet, field) container_of(callback_tasklet, typeof(*var), field)
enum { HI_SOFTIRQ, TIMER_SOFTIRQ, NET_TX_SOFTIRQ, NET_RX_SOFTIRQ, BLOCK_SOFTIRQ, IRQ_POLL_SOFTIRQ, TASKLET_SOFTIRQ,
	SCHED_SOFTIRQ, HRTIMER_SOFTIRQ, RCU_SOFTIRQ, NR_SOFTIRQS };
struct irq_work { struct llist_node llist; u32 flags; void (*func)(struct irq_work *); };
#define IRQ_WORK_INIT(fn) { .func = (fn) }
#define DEFINE_IRQ_WORK(name, fn) struct irq_work name = IRQ_WORK_INIT(fn)
#define IRQ_WORK_INIT_HARD(fn) { .flags = 8, .func = (fn) }
#define IRQ_WORK_INIT_LAZY(fn) { .flags = 4, .func = (fn) }
struct pt_regs;
"""

INLINE = r"""
static inline void tasklet_setup(struct tasklet_struct *t, void (*callback)(struct tasklet_struct *))
{
	t->next = NULL;
	t->state = 0;
	atomic_set(&t->count, 0);
	t->callback = callback;
	t->use_callback = true;
	t->data = 0;
	__wq_tasklet_setup(t);
}
static inline void tasklet_init(struct tasklet_struct *t, void (*func)(unsigned long), unsigned long data)
{
	t->next = NULL;
	t->state = 0;
	atomic_set(&t->count, 0);
	t->func = func;
	t->use_callback = false;
	t->data = data;
	__wq_tasklet_setup(t);
}
static inline void tasklet_disable_nosync(struct tasklet_struct *t) { tasklet_disable(t); }
static inline void tasklet_unlock_wait(struct tasklet_struct *t) { while (test_bit(TASKLET_STATE_RUN, &t->state)) cpu_relax(); }
static inline void init_irq_work(struct irq_work *work, void (*func)(struct irq_work *)) { work->llist.next = NULL; work->flags = 0; work->func = func; }
static inline int request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags, const char *name, void *dev)
{ return request_threaded_irq(irq, handler, NULL, flags, name, dev); }
static inline int irq_set_affinity(unsigned int irq, const struct cpumask *cpumask) { return 0; }
static inline int irq_set_affinity_hint(unsigned int irq, const struct cpumask *m) { return 0; }
"""

Step = Generator[object, None, None]


@kernel("int request_threaded_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread_fn,"
        " unsigned long flags, const char *name, void *dev)", may_sleep=True, attributes="__must_check")  # fmt: skip
def request_threaded_irq(
    k: Kernel, irq: int, handler: int, thread_fn: int, flags: int, name: int, dev: int
) -> Generator[object, None, int]:
    """Have a function called at each interrupt of a line; with `thread_fn` the rest runs in a thread."""
    text = k.mem.cstr(name).decode("utf-8", "replace") if name else ""
    return int((yield from k.irq.request_threaded_irq(irq, handler, thread_fn, flags, text, dev)))


@kernel("const void *free_irq(unsigned int irq, void *dev_id)", may_sleep=True)
def free_irq(k: Kernel, irq: int, dev: int) -> Generator[object, None, int]:
    """Give an interrupt line back, after the last handler has ended."""
    return int((yield from k.irq.free_irq(irq, dev)) or 0)


@kernel("void disable_irq(unsigned int irq)", may_sleep=True)
def disable_irq(k: Kernel, irq: int) -> Step:
    """Disable an interrupt line and wait for running handlers."""
    yield from k.irq.disable_irq(irq)


@kernel("void disable_irq_nosync(unsigned int irq)")
def disable_irq_nosync(k: Kernel, irq: int) -> None:
    """Disable an interrupt line without waiting."""
    k.irq.disable_irq_nosync(irq)


@kernel("void enable_irq(unsigned int irq)")
def enable_irq(k: Kernel, irq: int) -> None:
    """Undo one disable_irq()."""
    k.irq.enable_irq(irq)


@kernel("void synchronize_irq(unsigned int irq)", may_sleep=True)
def synchronize_irq(k: Kernel, irq: int) -> Step:
    """Wait until no handler of the line runs."""
    yield from k.irq.synchronize_irq(irq)


@kernel("void __wq_tasklet_setup(struct tasklet_struct *t)")
def tasklet_setup(k: Kernel, t: int) -> None:
    """tasklet_setup(), tasklet_init(): a tasklet whose fields are set."""
    k.softirq.tasklet_setup(t)


@kernel("void tasklet_schedule(struct tasklet_struct *t)")
def tasklet_schedule(k: Kernel, t: int) -> None:
    """Let a tasklet run soon, once, in softirq context."""
    k.softirq.tasklet_schedule(t)


@kernel("void tasklet_hi_schedule(struct tasklet_struct *t)")
def tasklet_hi_schedule(k: Kernel, t: int) -> None:
    """tasklet_schedule() before all other softirqs."""
    k.softirq.tasklet_hi_schedule(t)


@kernel("void tasklet_disable(struct tasklet_struct *t)")
def tasklet_disable(k: Kernel, t: int) -> Step:
    """Keep a tasklet from running, and wait until it does not."""
    yield from k.softirq.tasklet_disable(t)


@kernel("void tasklet_enable(struct tasklet_struct *t)")
def tasklet_enable(k: Kernel, t: int) -> None:
    """Undo one tasklet_disable()."""
    k.softirq.tasklet_enable(t)


@kernel("void tasklet_kill(struct tasklet_struct *t)", may_sleep=True)
def tasklet_kill(k: Kernel, t: int) -> Step:
    """Wait until a tasklet is neither scheduled nor running."""
    yield from k.softirq.tasklet_kill(t)


@kernel("void local_bh_disable(void)")
def local_bh_disable(k: Kernel) -> None:
    """Hold back softirqs of this CPU."""
    k.charge("call")
    k.softirq.local_bh_disable()


@kernel("void local_bh_enable(void)")
def local_bh_enable(k: Kernel) -> Step:
    """Let softirqs run again; those that wait run at once."""
    k.charge("call")
    yield from k.softirq.local_bh_enable()


@kernel("bool irq_work_queue(struct irq_work *work)")
def irq_work_queue(k: Kernel, work: int) -> int:
    """Run a function in hard interrupt context on this CPU; false if it is pending already."""
    return int(k.irq.irq_work_queue(work, k.cpu.id))


@kernel("bool irq_work_is_busy(struct irq_work *work)")
def irq_work_is_busy(k: Kernel, work: int) -> int:
    """Whether an irq_work is pending or runs."""
    return int(k.irq.irq_work_is_busy(work))


@kernel("void irq_work_sync(struct irq_work *work)")
def irq_work_sync(k: Kernel, work: int) -> Step:
    """Wait until an irq_work has run."""
    yield from k.irq.irq_work_sync(work)
