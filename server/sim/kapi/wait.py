"""<linux/wait.h>, <linux/swait.h>, <linux/completion.h>: waiting for something to become true."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
typedef struct wait_queue_head { spinlock_t lock; struct list_head head; } wait_queue_head_t;
typedef struct wait_queue_entry wait_queue_entry_t;
#define wait_queue_t __wq_wait_queue_t_was_removed_in_4_13_use_wait_queue_entry_t
typedef int (*wait_queue_func_t)(struct wait_queue_entry *wq_entry, unsigned int mode, int flags, void *key);
struct wait_queue_entry {
	unsigned int flags;
	void *private;
	wait_queue_func_t func;
	struct list_head entry;
};
struct swait_queue_head { raw_spinlock_t lock; struct list_head task_list; };
struct completion { unsigned int done; struct swait_queue_head wait; };
#define WQ_FLAG_EXCLUSIVE 0x01
#define WQ_FLAG_WOKEN 0x02
#define __WAIT_QUEUE_HEAD_INITIALIZER(name) { .head = LIST_HEAD_INIT((name).head) }
#define DECLARE_WAIT_QUEUE_HEAD(name) wait_queue_head_t name = __WAIT_QUEUE_HEAD_INITIALIZER(name)
#define DECLARE_WAIT_QUEUE_HEAD_ONSTACK(name) DECLARE_WAIT_QUEUE_HEAD(name)
#define DECLARE_WAITQUEUE(name, tsk) wait_queue_entry_t name = { .private = tsk, .func = default_wake_function }
#define DEFINE_WAIT_FUNC(name, function) \
	wait_queue_entry_t name = { .private = current, .func = function, .entry = LIST_HEAD_INIT((name).entry) }
#define DEFINE_WAIT(name) DEFINE_WAIT_FUNC(name, autoremove_wake_function)
#define init_wait(wait) do { \
	(wait)->private = current; (wait)->func = autoremove_wake_function; \
	INIT_LIST_HEAD(&(wait)->entry); (wait)->flags = 0; } while (0)
#define init_waitqueue_head(wq_head) do { \
	INIT_LIST_HEAD(&(wq_head)->head); __wq_init_waitqueue_head((wq_head), #wq_head); } while (0)
#define wake_up(x) __wake_up(x, TASK_NORMAL, 1, NULL)
#define wake_up_nr(x, nr) __wake_up(x, TASK_NORMAL, nr, NULL)
#define wake_up_all(x) __wake_up(x, TASK_NORMAL, 0, NULL)
#define wake_up_locked(x) __wake_up(x, TASK_NORMAL, 1, NULL)
#define wake_up_all_locked(x) __wake_up(x, TASK_NORMAL, 0, NULL)
#define wake_up_sync(x) __wake_up(x, TASK_NORMAL, 1, NULL)
#define wake_up_interruptible_sync_poll(x, m) __wake_up(x, TASK_INTERRUPTIBLE, 1, (void *)(unsigned long)(m))
#define wake_up_interruptible(x) __wake_up(x, TASK_INTERRUPTIBLE, 1, NULL)
#define wake_up_interruptible_nr(x, nr) __wake_up(x, TASK_INTERRUPTIBLE, nr, NULL)
#define wake_up_interruptible_all(x) __wake_up(x, TASK_INTERRUPTIBLE, 0, NULL)
#define wake_up_interruptible_sync(x) __wake_up(x, TASK_INTERRUPTIBLE, 1, NULL)
#define wake_up_poll(x, m) __wake_up(x, TASK_NORMAL, 1, (void *)(unsigned long)(m))
#define wake_up_interruptible_poll(x, m) __wake_up(x, TASK_INTERRUPTIBLE, 1, (void *)(unsigned long)(m))
#define __wq_wait(wq_head, condition, state, exclusive, first, step) ({ \
	wait_queue_entry_t __wq_entry; \
	long __wq_ret = (first); \
	init_wait(&__wq_entry); \
	if (exclusive) \
		__wq_entry.flags = WQ_FLAG_EXCLUSIVE; \
	for (;;) { \
		long __wq_signal = prepare_to_wait_event(&(wq_head), &__wq_entry, state); \
		if (condition) \
			break; \
		if (__wq_signal && ((state) & (TASK_INTERRUPTIBLE | TASK_WAKEKILL))) { \
			__wq_ret = __wq_signal; \
			break; \
		} \
		step; \
	} \
	finish_wait(&(wq_head), &__wq_entry); \
	__wq_ret; })
#define __wq_wait_timeout(wq_head, condition, state, timeout) ({ \
	long __wq_left = (timeout); \
	might_sleep(); \
	if (condition) { \
		if (!__wq_left) \
			__wq_left = 1; \
	} else { \
		__wq_left = __wq_wait(wq_head, ({ bool __wq_c = (condition); \
			if (__wq_c && !__wq_ret) __wq_ret = 1; __wq_c || !__wq_ret; }), \
			state, 0, __wq_left, __wq_ret = schedule_timeout(__wq_ret)); \
	} \
	__wq_left; })
#define wait_event(wq_head, condition) do { \
	might_sleep(); \
	if (!(condition)) \
		(void)__wq_wait(wq_head, condition, TASK_UNINTERRUPTIBLE, 0, 0, schedule()); } while (0)
#define wait_event_idle(wq_head, condition) do { \
	might_sleep(); \
	if (!(condition)) \
		(void)__wq_wait(wq_head, condition, TASK_IDLE, 0, 0, schedule()); } while (0)
#define wait_event_cmd(wq_head, condition, cmd1, cmd2) do { \
	if (!(condition)) \
		(void)__wq_wait(wq_head, condition, TASK_UNINTERRUPTIBLE, 0, 0, ({ cmd1; schedule(); cmd2; })); } while (0)
#define wait_event_exclusive_cmd(wq_head, condition, cmd1, cmd2) do { \
	if (!(condition)) \
		(void)__wq_wait(wq_head, condition, TASK_UNINTERRUPTIBLE, 1, 0, ({ cmd1; schedule(); cmd2; })); } while (0)
#define __wq_wait_signal(wq_head, condition, state, exclusive) ({ \
	int __wq_result = 0; \
	might_sleep(); \
	if (!(condition)) \
		__wq_result = __wq_wait(wq_head, condition, state, exclusive, 0, schedule()); \
	__wq_result; })
#define wait_event_interruptible(wq_head, condition) __wq_wait_signal(wq_head, condition, TASK_INTERRUPTIBLE, 0)
#define wait_event_interruptible_exclusive(wq_head, condition) __wq_wait_signal(wq_head, condition, TASK_INTERRUPTIBLE, 1)
#define wait_event_killable(wq_head, condition) __wq_wait_signal(wq_head, condition, TASK_KILLABLE, 0)
#define wait_event_killable_exclusive(wq_head, condition) __wq_wait_signal(wq_head, condition, TASK_KILLABLE, 1)
#define wait_event_freezable(wq_head, condition) wait_event_interruptible(wq_head, condition)
#define wait_event_timeout(wq_head, condition, timeout) __wq_wait_timeout(wq_head, condition, TASK_UNINTERRUPTIBLE, timeout)
#define wait_event_interruptible_timeout(wq_head, condition, timeout) \
	__wq_wait_timeout(wq_head, condition, TASK_INTERRUPTIBLE, timeout)
#define wait_event_killable_timeout(wq_head, condition, timeout) \
	__wq_wait_timeout(wq_head, condition, TASK_KILLABLE, timeout)
#define wait_event_idle_timeout(wq_head, condition, timeout) __wq_wait_timeout(wq_head, condition, TASK_IDLE, timeout)
#define wait_event_freezable_timeout(wq_head, condition, timeout) \
	wait_event_interruptible_timeout(wq_head, condition, timeout)
#define wait_event_lock_irq(wq_head, condition, lock) do { \
	if (!(condition)) \
		(void)__wq_wait(wq_head, condition, TASK_UNINTERRUPTIBLE, 0, 0, \
			({ spin_unlock_irq(&(lock)); schedule(); spin_lock_irq(&(lock)); })); } while (0)
#define wait_event_interruptible_lock_irq(wq_head, condition, lock) ({ \
	int __wq_result = 0; \
	if (!(condition)) \
		__wq_result = __wq_wait(wq_head, condition, TASK_INTERRUPTIBLE, 0, 0, \
			({ spin_unlock_irq(&(lock)); schedule(); spin_lock_irq(&(lock)); })); \
	__wq_result; })
#define __wq_wait_locked(wq, condition, lock_, unlock_) ({ \
	int __wq_result = 0; \
	if (!(condition)) \
		__wq_result = __wq_wait(wq, condition, TASK_INTERRUPTIBLE, 0, 0, \
			({ unlock_(&(wq).lock); schedule(); lock_(&(wq).lock); })); \
	__wq_result; })
#define wait_event_interruptible_locked(wq, condition) __wq_wait_locked(wq, condition, spin_lock, spin_unlock)
#define wait_event_interruptible_locked_irq(wq, condition) __wq_wait_locked(wq, condition, spin_lock_irq, spin_unlock_irq)
#define wait_event_lock_irq_cmd(wq_head, condition, lock, cmd) do { \
	if (!(condition)) \
		(void)__wq_wait(wq_head, condition, TASK_UNINTERRUPTIBLE, 0, 0, \
			({ spin_unlock_irq(&(lock)); cmd; schedule(); spin_lock_irq(&(lock)); })); } while (0)
#define __wq_wait_lock_irq_timeout(wq_head, condition, lock, timeout, state) ({ \
	long __wq_left = (timeout); \
	if (condition) { \
		if (!__wq_left) \
			__wq_left = 1; \
	} else { \
		__wq_left = __wq_wait(wq_head, ({ bool __wq_c = (condition); \
			if (__wq_c && !__wq_ret) __wq_ret = 1; __wq_c || !__wq_ret; }), state, 0, __wq_left, \
			({ spin_unlock_irq(&(lock)); __wq_ret = schedule_timeout(__wq_ret); spin_lock_irq(&(lock)); })); \
	} \
	__wq_left; })
#define wait_event_lock_irq_timeout(wq_head, condition, lock, timeout) \
	__wq_wait_lock_irq_timeout(wq_head, condition, lock, timeout, TASK_UNINTERRUPTIBLE)
#define wait_event_interruptible_lock_irq_timeout(wq_head, condition, lock, timeout) \
	__wq_wait_lock_irq_timeout(wq_head, condition, lock, timeout, TASK_INTERRUPTIBLE)
#define __wq_wait_hr(wq_head, condition, timeout, state) ({ \
	int __wq_hr = 0; \
	might_sleep(); \
	if (!(condition)) { \
		ktime_t __wq_end = ktime_add(ktime_get(), (timeout)); \
		__wq_hr = __wq_wait(wq_head, condition, state, 0, 0, ({ \
			if (!schedule_hrtimeout(&__wq_end, HRTIMER_MODE_ABS)) { \
				if (!(condition)) \
					__wq_ret = -ETIME; \
				break; \
			} })); \
	} \
	__wq_hr; })
#define wait_event_hrtimeout(wq_head, condition, timeout) __wq_wait_hr(wq_head, condition, timeout, TASK_UNINTERRUPTIBLE)
#define wait_event_interruptible_hrtimeout(wq, condition, timeout) __wq_wait_hr(wq, condition, timeout, TASK_INTERRUPTIBLE)
#define wait_event_idle_exclusive(wq_head, condition) do { \
	might_sleep(); \
	if (!(condition)) \
		(void)__wq_wait(wq_head, condition, TASK_IDLE, 1, 0, schedule()); } while (0)
#define wait_event_state(wq_head, condition, state) __wq_wait_signal(wq_head, condition, state, 0)
#define COMPLETION_INITIALIZER(work) { 0, { .task_list = LIST_HEAD_INIT((work).wait.task_list) } }
#define COMPLETION_INITIALIZER_ONSTACK(work) (*({ init_completion(&work); &work; }))
#define DECLARE_COMPLETION(work) struct completion work = COMPLETION_INITIALIZER(work)
#define DECLARE_COMPLETION_ONSTACK(work) struct completion work = COMPLETION_INITIALIZER(work)
#define INIT_COMPLETION(x) _Static_assert(0, "INIT_COMPLETION() was removed in 3.13: use reinit_completion(&x)")
"""

INLINE = r"""
static inline int waitqueue_active(struct wait_queue_head *wq_head) { return !list_empty(&wq_head->head); }
static inline bool wq_has_sleeper(struct wait_queue_head *wq_head) { return waitqueue_active(wq_head); }
static inline void init_waitqueue_entry(struct wait_queue_entry *e, struct task_struct *p)
{ e->flags = 0; e->private = p; e->func = default_wake_function; }
static inline void init_waitqueue_func_entry(struct wait_queue_entry *e, wait_queue_func_t func)
{ e->flags = 0; e->private = NULL; e->func = func; }
static inline void init_completion(struct completion *x) { x->done = 0; INIT_LIST_HEAD(&x->wait.task_list); __wq_init_completion(x); }
static inline void reinit_completion(struct completion *x) { x->done = 0; }
"""

Step = Generator[object, None, None]
Answer = Generator[object, None, int]


@kernel("void __wq_init_waitqueue_head(struct wait_queue_head *wq_head, const char *name)")
def init_waitqueue_head(k: Kernel, wq_head: int, name: int) -> None:
    """init_waitqueue_head(): an empty wait queue."""
    k.waits.init_waitqueue_head(wq_head)


@kernel("void __wake_up(struct wait_queue_head *wq_head, unsigned int mode, int nr, void *key)")
def wake_up(k: Kernel, wq_head: int, mode: int, nr: int, key: int) -> Step:
    """wake_up() and its relatives: wake all waiters but only `nr` exclusive ones (0: all)."""
    yield from k.waits.wake_up(wq_head, mode, nr, key)


@kernel("void add_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry)")
def add_wait_queue(k: Kernel, wq_head: int, entry: int) -> None:
    """Put an entry at the front of a wait queue."""
    k.waits.add_wait_queue(wq_head, entry)


@kernel("void add_wait_queue_exclusive(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry)")
def add_wait_queue_exclusive(k: Kernel, wq_head: int, entry: int) -> None:
    """Put an entry, of which a wake-up wakes only one, at the end of a wait queue."""
    k.waits.add_wait_queue_exclusive(wq_head, entry)


@kernel("void remove_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry)")
def remove_wait_queue(k: Kernel, wq_head: int, entry: int) -> None:
    """Take an entry off a wait queue."""
    k.waits.remove_wait_queue(wq_head, entry)


@kernel("void prepare_to_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry, int state)")
def prepare_to_wait(k: Kernel, wq_head: int, entry: int, state: int) -> None:
    """Join a wait queue and set the state: the condition is tested next, then schedule()."""
    k.waits.prepare_to_wait(wq_head, entry, state)


@kernel("bool prepare_to_wait_exclusive(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry, int state)")
def prepare_to_wait_exclusive(k: Kernel, wq_head: int, entry: int, state: int) -> int:
    """prepare_to_wait() as one of those of whom a wake-up wakes only one; true if the queue was empty."""
    return int(k.waits.prepare_to_wait_exclusive(wq_head, entry, state))


@kernel("long prepare_to_wait_event(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry, int state)")
def prepare_to_wait_event(k: Kernel, wq_head: int, entry: int, state: int) -> int:
    """What wait_event() begins each turn with; -ERESTARTSYS if a signal is pending."""
    return int(k.waits.prepare_to_wait_event(wq_head, entry, state))


@kernel("void finish_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry)")
def finish_wait(k: Kernel, wq_head: int, entry: int) -> None:
    """Leave a wait queue, running."""
    k.waits.finish_wait(wq_head, entry)


@kernel("long wait_woken(struct wait_queue_entry *wq_entry, unsigned int mode, long timeout)", may_sleep=True)
def wait_woken(k: Kernel, entry: int, mode: int, timeout: int) -> Answer:
    """Sleep until woken_wake_function() has run for the entry."""
    return int((yield from k.waits.wait_woken(entry, mode, timeout)))


@kernel("int default_wake_function(struct wait_queue_entry *wq_entry, unsigned int mode, int flags, void *key)")
def default_wake_function(k: Kernel, entry: int, mode: int, flags: int, key: int) -> int:
    """Wake the entry's task."""
    return int(k.waits.default_wake_function(entry, mode, flags, key))


@kernel("int autoremove_wake_function(struct wait_queue_entry *wq_entry, unsigned int mode, int sync, void *key)")
def autoremove_wake_function(k: Kernel, entry: int, mode: int, sync: int, key: int) -> int:
    """Wake the entry's task and take the entry off the queue."""
    return int(k.waits.autoremove_wake_function(entry, mode, sync, key))


@kernel("int woken_wake_function(struct wait_queue_entry *wq_entry, unsigned int mode, int sync, void *key)")
def woken_wake_function(k: Kernel, entry: int, mode: int, sync: int, key: int) -> int:
    """Mark the entry woken and wake its task."""
    return int(k.waits.woken_wake_function(entry, mode, sync, key))


@kernel("void __wq_init_completion(struct completion *x)")
def init_completion(k: Kernel, x: int) -> None:
    """init_completion(): nothing is complete, nobody waits."""
    k.waits.init_completion(x)


@kernel("void complete(struct completion *x)")
def complete(k: Kernel, x: int) -> None:
    """Let one waiter go on, now or when it comes."""
    k.waits.complete(x)


@kernel("void complete_all(struct completion *x)")
def complete_all(k: Kernel, x: int) -> None:
    """Let all waiters go on, present and future."""
    k.waits.complete_all(x)


@kernel("bool completion_done(struct completion *x)")
def completion_done(k: Kernel, x: int) -> int:
    """Whether waiting would not block."""
    return int(k.waits.completion_done(x))


@kernel("bool try_wait_for_completion(struct completion *x)")
def try_wait_for_completion(k: Kernel, x: int) -> int:
    """Take a completion if there is one, without waiting."""
    return int(k.waits.try_wait_for_completion(x))


@kernel("void wait_for_completion(struct completion *x)", may_sleep=True)
@kernel("void wait_for_completion_io(struct completion *x)", may_sleep=True)
def wait_for_completion(k: Kernel, x: int) -> Step:
    """Sleep until complete()."""
    yield from k.waits.wait_for_completion(x)


@kernel("unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout)", may_sleep=True)
def wait_for_completion_timeout(k: Kernel, x: int, timeout: int) -> Answer:
    """Sleep until complete() or for `timeout` jiffies; 0 if it timed out."""
    return int((yield from k.waits.wait_for_completion_timeout(x, timeout)))


@kernel("int wait_for_completion_interruptible(struct completion *x)", may_sleep=True, attributes="__must_check")
def wait_for_completion_interruptible(k: Kernel, x: int) -> Answer:
    """Sleep until complete(); -ERESTARTSYS if a signal comes."""
    return int((yield from k.waits.wait_for_completion_interruptible(x)))


@kernel("int wait_for_completion_killable(struct completion *x)", may_sleep=True, attributes="__must_check")
def wait_for_completion_killable(k: Kernel, x: int) -> Answer:
    """Sleep until complete(); -ERESTARTSYS if a fatal signal comes."""
    return int((yield from k.waits.wait_for_completion_killable(x)))


@kernel("long wait_for_completion_interruptible_timeout(struct completion *x, unsigned long timeout)", may_sleep=True)
@kernel("long wait_for_completion_killable_timeout(struct completion *x, unsigned long timeout)", may_sleep=True)
def wait_for_completion_interruptible_timeout(k: Kernel, x: int, timeout: int) -> Answer:
    """Sleep until complete(), a signal, or for `timeout` jiffies."""
    return int((yield from k.waits.wait_for_completion_interruptible_timeout(x, timeout)))
