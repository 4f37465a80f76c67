"""<linux/kthread.h>: threads of the kernel, and kthread_worker."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel
from server.sim.kapi.tasks import publish, task_of

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
struct kthread_work;
typedef void (*kthread_work_func_t)(struct kthread_work *work);
struct kthread_worker {
	unsigned int flags;
	raw_spinlock_t lock;
	struct list_head work_list, delayed_work_list;
	struct task_struct *task;
	struct kthread_work *current_work;
};
struct kthread_work { struct list_head node; kthread_work_func_t func; struct kthread_worker *worker; int canceling; };
struct kthread_delayed_work { struct kthread_work work; struct timer_list timer; };
#define KTW_FREEZABLE 1
#define kthread_create(threadfn, data, namefmt, arg...) \
	kthread_create_on_node(threadfn, data, -1, namefmt, ##arg)
#define kthread_run(threadfn, data, namefmt, ...) ({ \
	struct task_struct *__wq_k = kthread_create(threadfn, data, namefmt, ## __VA_ARGS__); \
	if (!IS_ERR(__wq_k)) wake_up_process(__wq_k); __wq_k; })
#define KTHREAD_WORK_INIT(work, fn) { .node = LIST_HEAD_INIT((work).node), .func = (fn) }
#define DEFINE_KTHREAD_WORKER(worker) _Static_assert(0, "DEFINE_KTHREAD_WORKER() was removed before 6.12: use kthread_create_worker(), or kthread_init_worker()")
#define DEFINE_KTHREAD_WORK(work, fn) struct kthread_work work = KTHREAD_WORK_INIT(work, fn)
#define KTHREAD_DELAYED_WORK_INIT(dwork, fn) { .work = KTHREAD_WORK_INIT((dwork).work, (fn)), \
	.timer = __TIMER_INITIALIZER(kthread_delayed_work_timer_fn, TIMER_IRQSAFE) }
#define DEFINE_KTHREAD_DELAYED_WORK(dwork, fn) struct kthread_delayed_work dwork = KTHREAD_DELAYED_WORK_INIT(dwork, fn)
#define kthread_init_worker(worker) do { memset((worker), 0, sizeof(struct kthread_worker)); \
	INIT_LIST_HEAD(&(worker)->work_list); INIT_LIST_HEAD(&(worker)->delayed_work_list); } while (0)
#define kthread_init_work(work, fn) do { memset((work), 0, sizeof(struct kthread_work)); \
	INIT_LIST_HEAD(&(work)->node); (work)->func = (fn); } while (0)
#define kthread_init_delayed_work(dwork, fn) do { kthread_init_work(&(dwork)->work, (fn)); \
	timer_setup(&(dwork)->timer, kthread_delayed_work_timer_fn, TIMER_IRQSAFE); } while (0)
#define complete_and_exit(comp, code) _Static_assert(0, "complete_and_exit() was renamed in 5.17: use kthread_complete_and_exit()")
struct kthread_worker *kthread_run_worker(unsigned int flags, const char namefmt[], ...)
	__wq_removed("kthread_run_worker() came in 6.14: use kthread_create_worker(), which starts the worker");
void kthread_delayed_work_timer_fn(struct timer_list *t);
"""

INLINE = r"""
static inline bool kthread_freezable_should_stop(bool *was_frozen) { if (was_frozen) *was_frozen = false; return kthread_should_stop(); }
#define kthread_run_on_cpu(threadfn, data, cpu, namefmt) ({ \
	struct task_struct *__wq_k = kthread_create_on_cpu(threadfn, data, cpu, namefmt); \
	if (!IS_ERR(__wq_k)) wake_up_process(__wq_k); __wq_k; })
"""

WORKER_TASK_AT = 40  # task of struct kthread_worker
Step = Generator[object, None, None]
Answer = Generator[object, None, int]


def _create_worker(k: Kernel, flags: int, name: str, cpu: int) -> Answer:
    addr = int((yield from k.kthread_workers.kthread_create_worker(flags, name, cpu)))
    task = k.kthread_workers.task(addr) if addr > 0 else None
    if task is not None:
        k.poke(addr + WORKER_TASK_AT, 8, publish(k, task))
    return addr & ((1 << 64) - 1)


def _create(k: Kernel, threadfn: int, data: int, name: bytes, cpu: int) -> Answer:
    body = k.ccall(threadfn, data)
    task = yield from k.kthreads.create(body, name.decode("utf-8", "replace")[:15])
    if cpu >= 0:
        k.sched.set_affinity(task, frozenset((cpu,)))
    return publish(k, task)


@kernel(
    "struct task_struct *kthread_create_on_node(int (*threadfn)(void *data), void *data, int node,"
    " const char namefmt[], ...)",
    may_sleep=True, attributes="__printf(4, 5)",
)  # fmt: skip
def kthread_create_on_node(k: Kernel, threadfn: int, data: int, node: int, namefmt: int, *args: int) -> Answer:
    """kthread_create(): make a thread, which runs at its first wake_up_process(); an ERR_PTR if there is none."""
    return (yield from _create(k, threadfn, data, k.format(namefmt, args), -1))


@kernel(
    "struct task_struct *kthread_create_on_cpu(int (*threadfn)(void *data), void *data, unsigned int cpu,"
    " const char *namefmt)",
    may_sleep=True,
)
def kthread_create_on_cpu(k: Kernel, threadfn: int, data: int, cpu: int, namefmt: int) -> Answer:
    """Make a thread that stays on a CPU; `%u` in its name is the CPU."""
    return (yield from _create(k, threadfn, data, k.format(namefmt, (cpu,)), cpu))


@kernel("void kthread_bind(struct task_struct *k, unsigned int cpu)")
def kthread_bind(k: Kernel, task: int, cpu: int) -> None:
    """Keep a thread that has not run yet on a CPU."""
    found = task_of(k, task)
    if found is not None:
        k.sched.set_affinity(found, frozenset((cpu,)))


@kernel("int kthread_stop(struct task_struct *k)", may_sleep=True)
def kthread_stop(k: Kernel, task: int) -> Answer:
    """Ask a thread to stop, wake it and wait for its end; what it returned, or -EINTR if it never ran."""
    return int((yield from k.kthreads.kthread_stop(task)))


@kernel("int kthread_stop_put(struct task_struct *k)", may_sleep=True)
def kthread_stop_put(k: Kernel, task: int) -> Answer:
    """kthread_stop(), and put the reference."""
    return int((yield from k.kthreads.kthread_stop(task)))


@kernel("bool kthread_should_stop(void)")
def kthread_should_stop(k: Kernel) -> int:
    """Whether someone waits in kthread_stop() for this thread."""
    k.charge("call")
    return int(k.kthreads.should_stop(k.current))


@kernel("bool kthread_should_park(void)")
def kthread_should_park(k: Kernel) -> int:
    """Whether this thread should call kthread_parkme()."""
    k.charge("call")
    return int(k.kthreads.should_park(k.current))


@kernel("int kthread_park(struct task_struct *k)", may_sleep=True)
def kthread_park(k: Kernel, task: int) -> Answer:
    """Let a thread park itself, and wait for that."""
    found = task_of(k, task)
    if found is None:
        return -38
    return int((yield from k.kthreads.park(found)) or 0)


@kernel("void kthread_unpark(struct task_struct *k)")
def kthread_unpark(k: Kernel, task: int) -> None:
    """Let a parked thread go on."""
    found = task_of(k, task)
    if found is not None:
        k.kthreads.unpark(found)


@kernel("void kthread_parkme(void)", may_sleep=True)
def kthread_parkme(k: Kernel) -> Step:
    """Sleep while this thread should be parked."""
    yield from k.kthreads.parkme()


@kernel("void kthread_exit(long result)", attributes="__noreturn")
def kthread_exit(k: Kernel, result: int) -> Step:
    """End this thread."""
    yield from k.kthreads.kthread_exit(result)


@kernel("void kthread_complete_and_exit(struct completion *comp, long code)", attributes="__noreturn")
def kthread_complete_and_exit(k: Kernel, comp: int, code: int) -> Step:
    """Complete, and end this thread: the code that waits may then be unloaded."""
    if comp:
        k.waits.complete(comp)
    yield from k.kthreads.kthread_exit(code)


@kernel("void *kthread_data(struct task_struct *k)")
def kthread_data(k: Kernel, task: int) -> int:
    """The data that a thread was made with."""
    return int(k.kthreads.kthread_data(task))


@kernel("struct kthread_worker *kthread_create_worker(unsigned int flags, const char namefmt[], ...)",
        may_sleep=True, attributes="__printf(2, 3)")  # fmt: skip
def kthread_create_worker(k: Kernel, flags: int, namefmt: int, *args: int) -> Answer:
    """Make a thread that runs the kthread_work items queued to it."""
    name = k.format(namefmt, args).decode("utf-8", "replace")
    return (yield from _create_worker(k, flags, name, -1))


@kernel("struct kthread_worker *kthread_create_worker_on_cpu(int cpu, unsigned int flags, const char namefmt[], ...)",
        may_sleep=True, attributes="__printf(3, 4)")  # fmt: skip
def kthread_create_worker_on_cpu(k: Kernel, cpu: int, flags: int, namefmt: int, *args: int) -> Answer:
    """kthread_create_worker() on a CPU."""
    name = k.format(namefmt, args).decode("utf-8", "replace")
    return (yield from _create_worker(k, flags, name, cpu))


@kernel("void kthread_destroy_worker(struct kthread_worker *worker)", may_sleep=True)
def kthread_destroy_worker(k: Kernel, worker: int) -> Step:
    """Run what is queued, then end the worker."""
    yield from k.kthread_workers.kthread_destroy_worker(worker)


@kernel("int kthread_worker_fn(void *worker_ptr)", may_sleep=True)
def kthread_worker_fn(k: Kernel, worker: int) -> Answer:
    """The thread function of a kthread_worker that one makes oneself."""
    k.poke(worker + WORKER_TASK_AT, 8, publish(k, k.current))
    return int((yield from k.kthread_workers.kthread_worker_fn(worker)))


@kernel("bool kthread_queue_work(struct kthread_worker *worker, struct kthread_work *work)")
def kthread_queue_work(k: Kernel, worker: int, work: int) -> int:
    """Queue an item to a kthread_worker; false if it is pending already."""
    return int(k.kthread_workers.kthread_queue_work(worker, work))


@kernel(
    "bool kthread_queue_delayed_work(struct kthread_worker *worker, struct kthread_delayed_work *dwork, unsigned long delay)"
)
def kthread_queue_delayed_work(k: Kernel, worker: int, dwork: int, delay: int) -> int:
    """Queue an item to a kthread_worker after `delay` jiffies."""
    return int(k.kthread_workers.kthread_queue_delayed_work(worker, dwork, delay))


@kernel(
    "bool kthread_mod_delayed_work(struct kthread_worker *worker, struct kthread_delayed_work *dwork, unsigned long delay)"
)
def kthread_mod_delayed_work(k: Kernel, worker: int, dwork: int, delay: int) -> int:
    """Set a new delay for an item."""
    return int(k.kthread_workers.kthread_mod_delayed_work(worker, dwork, delay))


@kernel("void kthread_flush_work(struct kthread_work *work)", may_sleep=True)
def kthread_flush_work(k: Kernel, work: int) -> Step:
    """Wait until an item has run."""
    yield from k.kthread_workers.kthread_flush_work(work)


@kernel("void kthread_flush_worker(struct kthread_worker *worker)", may_sleep=True)
def kthread_flush_worker(k: Kernel, worker: int) -> Step:
    """Wait until all that is queued has run."""
    yield from k.kthread_workers.kthread_flush_worker(worker)


@kernel("bool kthread_cancel_work_sync(struct kthread_work *work)", may_sleep=True)
def kthread_cancel_work_sync(k: Kernel, work: int) -> Answer:
    """Take an item off its queue and wait until it no longer runs."""
    return int((yield from k.kthread_workers.kthread_cancel_work_sync(work)))


@kernel("bool kthread_cancel_delayed_work_sync(struct kthread_delayed_work *work)", may_sleep=True)
def kthread_cancel_delayed_work_sync(k: Kernel, work: int) -> Answer:
    """Disarm an item's timer, take it off its queue and wait until it no longer runs."""
    return int((yield from k.kthread_workers.kthread_cancel_delayed_work_sync(work)))


@kernel("void kthread_delayed_work_timer_fn(struct timer_list *t)")
def kthread_delayed_work_timer_fn(k: Kernel, t: int) -> None:
    """The timer function of a kthread_delayed_work."""
    k.kthread_workers.kthread_delayed_work_timer_fn(t)
