"""<linux/workqueue.h>: deferred work in process context. The handlers delegate to `k.wq`."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
typedef void (*work_func_t)(struct work_struct *work);
struct work_struct { atomic_long_t data; struct list_head entry; work_func_t func; };
struct delayed_work { struct work_struct work; struct timer_list timer; struct workqueue_struct *wq; int cpu; };
struct rcu_work { struct work_struct work; struct rcu_head rcu; struct workqueue_struct *wq; };
struct execute_work { struct work_struct work; };
enum wq_affn_scope {
	WQ_AFFN_DFL, WQ_AFFN_CPU, WQ_AFFN_SMT, WQ_AFFN_CACHE, WQ_AFFN_NUMA, WQ_AFFN_SYSTEM, WQ_AFFN_NR_TYPES,
};
struct workqueue_attrs {
	int nice;
	struct cpumask *cpumask, *__pod_cpumask;
	bool affn_strict;
	enum wq_affn_scope affn_scope;
	bool ordered;
};
enum wq_flags {
	WQ_BH = 1 << 0, WQ_UNBOUND = 1 << 1, WQ_FREEZABLE = 1 << 2, WQ_MEM_RECLAIM = 1 << 3, WQ_HIGHPRI = 1 << 4,
	WQ_CPU_INTENSIVE = 1 << 5, WQ_SYSFS = 1 << 6, WQ_POWER_EFFICIENT = 1 << 7, __WQ_DESTROYING = 1 << 15,
	__WQ_DRAINING = 1 << 16, __WQ_ORDERED = 1 << 17, __WQ_LEGACY = 1 << 18, __WQ_BH_ALLOWS = WQ_BH | WQ_HIGHPRI,
};
enum wq_consts { WQ_MAX_ACTIVE = 2048, WQ_UNBOUND_MAX_ACTIVE = WQ_MAX_ACTIVE, WQ_DFL_ACTIVE = WQ_MAX_ACTIVE / 2,
	WQ_DFL_MIN_ACTIVE = 8 };
enum { WORK_STRUCT_PENDING_BIT = 0, WORK_STRUCT_PENDING = 1, WORK_CPU_UNBOUND = NR_CPUS, WORK_BUSY_PENDING = 1 << 0,
	WORK_BUSY_RUNNING = 1 << 1, WORKER_DESC_LEN = 32 };
#define WORK_DATA_INIT() ATOMIC_LONG_INIT((unsigned long)0xfffffffe0UL)
#define __WORK_INITIALIZER(n, f) { .data = WORK_DATA_INIT(), .entry = { &(n).entry, &(n).entry }, .func = (f) }
#define __DELAYED_WORK_INITIALIZER(n, f, tflags) { \
	.work = __WORK_INITIALIZER((n).work, (f)), \
	.timer = __TIMER_INITIALIZER(delayed_work_timer_fn, (tflags) | TIMER_IRQSAFE) }
#define DECLARE_WORK(n, f) struct work_struct n = __WORK_INITIALIZER(n, f)
#define DECLARE_DELAYED_WORK(n, f) struct delayed_work n = __DELAYED_WORK_INITIALIZER(n, f, 0)
#define DECLARE_DEFERRABLE_WORK(n, f) struct delayed_work n = __DELAYED_WORK_INITIALIZER(n, f, TIMER_DEFERRABLE)
#define __wq_init_work(_work, _func, _onstack) do { \
	typeof(_work) __wq_w = (_work); \
	__wq_w->data = (atomic_long_t)WORK_DATA_INIT(); \
	INIT_LIST_HEAD(&__wq_w->entry); \
	__wq_w->func = (_func); \
	__init_work(__wq_w, _onstack, "(work_completion)(" #_work ")"); } while (0)
#define __wq_init_work_old(_work, _func, _data) \
	_Static_assert(0, "three-argument INIT_WORK() was removed in 2.6.20: use INIT_WORK(work, fn), and container_of() in fn")
#define __wq_pick4(a, b, c, name, ...) name
#define __wq_init_work2(_work, _func) __wq_init_work(_work, _func, 0)
#define INIT_WORK(args...) __wq_pick4(args, __wq_init_work_old, __wq_init_work2, __wq_init_work2)(args)
#define INIT_WORK_ONSTACK(_work, _func) __wq_init_work(_work, _func, 1)
#define __wq_init_delayed_work(_work, _func, _tflags) do { \
	__wq_init_work(&(_work)->work, (_func), 2); \
	__init_timer(&(_work)->timer, delayed_work_timer_fn, (_tflags) | TIMER_IRQSAFE, #_work ".timer"); } while (0)
#define __wq_init_dwork2(_work, _func) __wq_init_delayed_work(_work, _func, 0)
#define INIT_DELAYED_WORK(args...) __wq_pick4(args, __wq_init_work_old, __wq_init_dwork2, __wq_init_dwork2)(args)
#define INIT_DELAYED_WORK_ONSTACK(_work, _func) do { \
	__wq_init_work(&(_work)->work, (_func), 3); \
	__init_timer_on_stack(&(_work)->timer, delayed_work_timer_fn, TIMER_IRQSAFE, #_work ".timer"); } while (0)
#define INIT_DEFERRABLE_WORK(_work, _func) __wq_init_delayed_work(_work, _func, TIMER_DEFERRABLE)
#define INIT_RCU_WORK(_work, _func) INIT_WORK(&(_work)->work, (_func))
#define INIT_RCU_WORK_ONSTACK(_work, _func) INIT_WORK_ONSTACK(&(_work)->work, (_func))
#define PREPARE_WORK(work, fn) _Static_assert(0, "PREPARE_WORK() was removed in 3.15: use INIT_WORK() once, and let the function choose")
#define PREPARE_DELAYED_WORK(work, fn) PREPARE_WORK(work, fn)
#define work_data_bits(work) ((unsigned long *)(&(work)->data))
#define work_pending(work) test_bit(WORK_STRUCT_PENDING_BIT, work_data_bits(work))
#define delayed_work_pending(w) work_pending(&(w)->work)
#define create_workqueue(name) alloc_workqueue("%s", __WQ_LEGACY | WQ_MEM_RECLAIM, 1, (name))
#define create_freezable_workqueue(name) \
	alloc_workqueue("%s", __WQ_LEGACY | WQ_FREEZABLE | WQ_UNBOUND | WQ_MEM_RECLAIM, 1, (name))
#define create_singlethread_workqueue(name) alloc_ordered_workqueue("%s", __WQ_LEGACY | WQ_MEM_RECLAIM, name)
#define alloc_ordered_workqueue(fmt, flags, args...) \
	alloc_workqueue(fmt, WQ_UNBOUND | __WQ_ORDERED | (flags), 1, ##args)
#define flush_scheduled_work() __flush_workqueue(system_wq)
#define flush_workqueue(wq) __flush_workqueue(wq)
extern struct workqueue_struct *system_wq, *system_highpri_wq, *system_long_wq, *system_unbound_wq,
	*system_freezable_wq, *system_power_efficient_wq, *system_freezable_power_efficient_wq, *system_bh_wq,
	*system_bh_highpri_wq;
void delayed_work_timer_fn(struct timer_list *t);
void workqueue_init(void);
void workqueue_init_early(void);
"""

INLINE = r"""
static inline struct delayed_work *to_delayed_work(struct work_struct *work) { return container_of(work, struct delayed_work, work); }
static inline struct rcu_work *to_rcu_work(struct work_struct *work) { return container_of(work, struct rcu_work, work); }
static inline bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{ return queue_work_on(WORK_CPU_UNBOUND, wq, work); }
static inline bool queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork, unsigned long delay)
{ return queue_delayed_work_on(WORK_CPU_UNBOUND, wq, dwork, delay); }
static inline bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork, unsigned long delay)
{ return mod_delayed_work_on(WORK_CPU_UNBOUND, wq, dwork, delay); }
static inline bool schedule_work_on(int cpu, struct work_struct *work) { return queue_work_on(cpu, system_wq, work); }
static inline bool schedule_work(struct work_struct *work) { return queue_work(system_wq, work); }
static inline bool schedule_delayed_work_on(int cpu, struct delayed_work *dwork, unsigned long delay)
{ return queue_delayed_work_on(cpu, system_wq, dwork, delay); }
static inline bool schedule_delayed_work(struct delayed_work *dwork, unsigned long delay)
{ return queue_delayed_work(system_wq, dwork, delay); }
static inline int execute_in_process_context(work_func_t fn, struct execute_work *ew)
{
	if (!in_interrupt()) {
		fn(&ew->work);
		return 0;
	}
	INIT_WORK(&ew->work, fn);
	schedule_work(&ew->work);
	return 1;
}
static inline long work_on_cpu_safe(int cpu, long (*fn)(void *), void *arg)
{ return cpu_online(cpu) ? work_on_cpu(cpu, fn, arg) : -ENODEV; }
"""


@kernel("struct workqueue_struct *__get_system_wq(void)")
def system_wq(k: Kernel) -> int:
    """The system's workqueue for everything short."""
    return int(k.wq.system("system_wq"))


@kernel("struct workqueue_struct *__get_system_highpri_wq(void)")
def system_highpri_wq(k: Kernel) -> int:
    """The system's workqueue with workers at nice -20."""
    return int(k.wq.system("system_highpri_wq"))


@kernel("struct workqueue_struct *__get_system_long_wq(void)")
def system_long_wq(k: Kernel) -> int:
    """The system's workqueue for items that may take long."""
    return int(k.wq.system("system_long_wq"))


@kernel("struct workqueue_struct *__get_system_unbound_wq(void)")
def system_unbound_wq(k: Kernel) -> int:
    """The system's workqueue whose items are bound to no CPU."""
    return int(k.wq.system("system_unbound_wq"))


@kernel("struct workqueue_struct *__get_system_freezable_wq(void)")
def system_freezable_wq(k: Kernel) -> int:
    """The system's workqueue that stops during suspend."""
    return int(k.wq.system("system_freezable_wq"))


@kernel("struct workqueue_struct *__get_system_power_efficient_wq(void)")
def system_power_efficient_wq(k: Kernel) -> int:
    """The system's workqueue that may become unbound to save power."""
    return int(k.wq.system("system_power_efficient_wq"))


@kernel("struct workqueue_struct *__get_system_freezable_power_efficient_wq(void)")
def system_freezable_power_efficient_wq(k: Kernel) -> int:
    """The system's workqueue that is freezable and saves power."""
    return int(k.wq.system("system_freezable_power_efficient_wq"))


@kernel("struct workqueue_struct *__get_system_bh_wq(void)")
def system_bh_wq(k: Kernel) -> int:
    """The system's workqueue whose items run in softirq context."""
    return int(k.wq.system("system_bh_wq"))


@kernel("struct workqueue_struct *__get_system_bh_highpri_wq(void)")
def system_bh_highpri_wq(k: Kernel) -> int:
    """The system's high-priority workqueue in softirq context."""
    return int(k.wq.system("system_bh_highpri_wq"))


@kernel("void __init_work(void *work, int onstack, const char *lockdep_name)")
def init_work(k: Kernel, work: int, onstack: int, lockdep_name: int) -> None:
    """Begin to track a work item, once its fields are set; `onstack` is 1 on the stack, 2 or 3 for a delayed_work's."""
    k.wq.init_work(work, "delayed_work" if onstack & 2 else "work")
    k.lockdep.name_work(work, k.mem.cstr(lockdep_name).decode("utf-8", "replace"))


@kernel(
    "struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags, int max_active, ...)",
    may_sleep=True, attributes="__printf(1, 4)",
)  # fmt: skip
def alloc_workqueue(k: Kernel, fmt: int, flags: int, max_active: int, *args: int) -> Generator[object, None, int]:
    """Make a workqueue; `max_active` limits the items of it that run at once (0: the default, 1024)."""
    name = k.format(fmt, args).decode("utf-8", "replace")
    return int((yield from k.wq.alloc_workqueue(name, flags, max_active)))


@kernel("void destroy_workqueue(struct workqueue_struct *wq)", may_sleep=True)
def destroy_workqueue(k: Kernel, wq: int) -> Generator[object, None, None]:
    """Run all that is queued, then remove the workqueue. An armed delayed work is not waited for."""
    yield from k.wq.destroy_workqueue(wq)


@kernel("bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work)")
def queue_work_on(k: Kernel, cpu: int, wq: int, work: int) -> int:
    """Queue a work item on a CPU; false if it is pending already."""
    return int(k.wq.queue_work_on(cpu, wq, work))


@kernel("bool queue_work_node(int node, struct workqueue_struct *wq, struct work_struct *work)")
def queue_work_node(k: Kernel, node: int, wq: int, work: int) -> int:
    """Queue a work item on a CPU of a NUMA node, where possible."""
    return int(k.wq.queue_work_node(node, wq, work))


@kernel(
    "bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork, unsigned long delay)"
)
def queue_delayed_work_on(k: Kernel, cpu: int, wq: int, dwork: int, delay: int) -> int:
    """Queue a work item after `delay` jiffies; false if it is pending already."""
    return int(k.wq.queue_delayed_work_on(cpu, wq, dwork, delay))


@kernel(
    "bool mod_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork, unsigned long delay)"
)
def mod_delayed_work_on(k: Kernel, cpu: int, wq: int, dwork: int, delay: int) -> Generator[object, None, int]:
    """Set a new delay, whether or not the item is pending; true if it was."""
    return int((yield from k.wq.mod_delayed_work_on(cpu, wq, dwork, delay)))


@kernel("bool queue_rcu_work(struct workqueue_struct *wq, struct rcu_work *rwork)")
def queue_rcu_work(k: Kernel, wq: int, rwork: int) -> int:
    """Queue a work item after a grace period."""
    return int(k.wq.queue_rcu_work(wq, rwork))


@kernel("void __flush_workqueue(struct workqueue_struct *wq)", may_sleep=True)
def flush_workqueue(k: Kernel, wq: int) -> Generator[object, None, None]:
    """Wait for all items that were queued before."""
    yield from k.wq.flush_workqueue(wq)


@kernel("void drain_workqueue(struct workqueue_struct *wq)", may_sleep=True)
def drain_workqueue(k: Kernel, wq: int) -> Generator[object, None, None]:
    """Wait until the workqueue is empty; only its own items may queue more."""
    yield from k.wq.drain_workqueue(wq)


@kernel("bool flush_work(struct work_struct *work)", may_sleep=True)
def flush_work(k: Kernel, work: int) -> Generator[object, None, int]:
    """Wait for the last queued run of an item; false if it was idle."""
    return int((yield from k.wq.flush_work(work)))


@kernel("bool flush_delayed_work(struct delayed_work *dwork)", may_sleep=True)
def flush_delayed_work(k: Kernel, dwork: int) -> Generator[object, None, int]:
    """Queue an armed delayed work at once, and wait for it."""
    return int((yield from k.wq.flush_delayed_work(dwork)))


@kernel("bool flush_rcu_work(struct rcu_work *rwork)", may_sleep=True)
def flush_rcu_work(k: Kernel, rwork: int) -> Generator[object, None, int]:
    """Wait for the grace period and the run of an rcu_work."""
    return int((yield from k.wq.flush_rcu_work(rwork)))


@kernel("bool cancel_work(struct work_struct *work)")
def cancel_work(k: Kernel, work: int) -> Generator[object, None, int]:
    """Take a pending item off its queue; does not wait for one that runs."""
    return int((yield from k.wq.cancel_work(work)))


@kernel("bool cancel_work_sync(struct work_struct *work)", may_sleep=True)
def cancel_work_sync(k: Kernel, work: int) -> Generator[object, None, int]:
    """Take a pending item off its queue and wait until it no longer runs; true if it was pending."""
    return int((yield from k.wq.cancel_work_sync(work)))


@kernel("bool cancel_delayed_work(struct delayed_work *dwork)")
def cancel_delayed_work(k: Kernel, dwork: int) -> Generator[object, None, int]:
    """Disarm the timer or take the item off its queue; does not wait for one that runs."""
    return int((yield from k.wq.cancel_delayed_work(dwork)))


@kernel("bool cancel_delayed_work_sync(struct delayed_work *dwork)", may_sleep=True)
def cancel_delayed_work_sync(k: Kernel, dwork: int) -> Generator[object, None, int]:
    """Disarm the timer, take the item off its queue, and wait until it no longer runs."""
    return int((yield from k.wq.cancel_delayed_work_sync(dwork)))


@kernel("bool disable_work(struct work_struct *work)")
def disable_work(k: Kernel, work: int) -> Generator[object, None, int]:
    """Cancel an item and refuse to queue it until enable_work()."""
    return int((yield from k.wq.disable_work(work)))


@kernel("bool disable_work_sync(struct work_struct *work)", may_sleep=True)
def disable_work_sync(k: Kernel, work: int) -> Generator[object, None, int]:
    """As disable_work(), and wait until the item no longer runs."""
    return int((yield from k.wq.disable_work_sync(work)))


@kernel("bool enable_work(struct work_struct *work)")
def enable_work(k: Kernel, work: int) -> Generator[object, None, int]:
    """Undo one disable_work(); true if the item may be queued again."""
    return int((yield from k.wq.enable_work(work)))


@kernel("bool disable_delayed_work(struct delayed_work *dwork)")
def disable_delayed_work(k: Kernel, dwork: int) -> Generator[object, None, int]:
    """Cancel a delayed work and refuse to queue it until enable_delayed_work()."""
    return int((yield from k.wq.disable_delayed_work(dwork)))


@kernel("bool disable_delayed_work_sync(struct delayed_work *dwork)", may_sleep=True)
def disable_delayed_work_sync(k: Kernel, dwork: int) -> Generator[object, None, int]:
    """As disable_delayed_work(), and wait until the item no longer runs."""
    return int((yield from k.wq.disable_delayed_work_sync(dwork)))


@kernel("bool enable_delayed_work(struct delayed_work *dwork)")
def enable_delayed_work(k: Kernel, dwork: int) -> Generator[object, None, int]:
    """Undo one disable_delayed_work()."""
    return int((yield from k.wq.enable_work(dwork)))


@kernel("bool enable_and_queue_work(struct workqueue_struct *wq, struct work_struct *work)")
def enable_and_queue_work(k: Kernel, wq: int, work: int) -> Generator[object, None, int]:
    """enable_work(), and queue the item if that made it usable."""
    if not (yield from k.wq.enable_work(work)):
        return 0
    k.wq.queue_work_on(8192, wq, work)
    return 1


@kernel("unsigned int work_busy(struct work_struct *work)")
def work_busy(k: Kernel, work: int) -> int:
    """WORK_BUSY_PENDING and WORK_BUSY_RUNNING of an item, a snapshot."""
    return int(k.wq.work_busy(work))


@kernel("struct work_struct *current_work(void)")
def current_work(k: Kernel) -> int:
    """The item that the current worker runs; NULL elsewhere."""
    return int(k.wq.current_work())


@kernel("void workqueue_set_max_active(struct workqueue_struct *wq, int max_active)")
def workqueue_set_max_active(k: Kernel, wq: int, max_active: int) -> None:
    """Change the limit of items that run at once."""
    k.wq.workqueue_set_max_active(wq, max_active)


@kernel("bool workqueue_congested(int cpu, struct workqueue_struct *wq)")
def workqueue_congested(k: Kernel, cpu: int, wq: int) -> int:
    """Whether items wait because of max_active."""
    return int(k.wq.workqueue_congested(cpu, wq))


@kernel("void set_worker_desc(const char *fmt, ...)", attributes="__printf(1, 2)")
def set_worker_desc(k: Kernel, fmt: int, *args: int) -> None:
    """Describe what the current worker does, for dumps and ps."""
    k.wq.set_worker_desc(k.format(fmt, args).decode("utf-8", "replace"))


@kernel("long work_on_cpu(int cpu, long (*fn)(void *), void *arg)", may_sleep=True)
def work_on_cpu(k: Kernel, cpu: int, fn: int, arg: int) -> Generator[object, None, int]:
    """Run a function on a CPU's worker, and wait for its result."""
    return int((yield from k.wq.work_on_cpu(cpu, fn, arg)))


@kernel("void destroy_work_on_stack(struct work_struct *work)")
def destroy_work_on_stack(k: Kernel, work: int) -> None:
    """Stop to track an item on the stack, before its function returns."""
    k.wq.destroy_work_on_stack(work)


@kernel("void destroy_delayed_work_on_stack(struct delayed_work *work)")
def destroy_delayed_work_on_stack(k: Kernel, work: int) -> None:
    """Stop to track a delayed work on the stack."""
    k.wq.destroy_work_on_stack(work)


@kernel("void delayed_work_timer_fn(struct timer_list *t)")
def delayed_work_timer_fn(k: Kernel, t: int) -> None:
    """The timer function of every delayed work: it queues the item."""
    k.wq.delayed_work_timer_fn(t)
