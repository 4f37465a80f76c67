"""<linux/notifier.h>, <linux/reboot.h>, <linux/suspend.h>: chains of functions, in C."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel
from server.sim.warn import warn_at

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
struct notifier_block;
typedef int (*notifier_fn_t)(struct notifier_block *nb, unsigned long action, void *data);
struct notifier_block { notifier_fn_t notifier_call; struct notifier_block *next; int priority; };
struct atomic_notifier_head { spinlock_t lock; struct notifier_block *head; };
struct blocking_notifier_head { struct rw_semaphore rwsem; struct notifier_block *head; };
struct raw_notifier_head { struct notifier_block *head; };
#define ATOMIC_NOTIFIER_HEAD(name) struct atomic_notifier_head name = { .head = NULL }
#define BLOCKING_NOTIFIER_HEAD(name) struct blocking_notifier_head name = { \
	.rwsem = __RWSEM_INITIALIZER((name).rwsem), .head = NULL }
#define RAW_NOTIFIER_HEAD(name) struct raw_notifier_head name = { .head = NULL }
#define ATOMIC_INIT_NOTIFIER_HEAD(name) do { spin_lock_init(&(name)->lock); (name)->head = NULL; } while (0)
#define BLOCKING_INIT_NOTIFIER_HEAD(name) do { init_rwsem(&(name)->rwsem); (name)->head = NULL; } while (0)
#define RAW_INIT_NOTIFIER_HEAD(name) do { (name)->head = NULL; } while (0)
#define NOTIFY_DONE 0x0000
#define NOTIFY_OK 0x0001
#define NOTIFY_STOP_MASK 0x8000
#define NOTIFY_BAD (NOTIFY_STOP_MASK | 0x0002)
#define NOTIFY_STOP (NOTIFY_OK | NOTIFY_STOP_MASK)
#define SYS_DOWN 1
#define SYS_RESTART SYS_DOWN
#define SYS_HALT 2
#define SYS_POWER_OFF 3
#define PM_HIBERNATION_PREPARE 1
#define PM_POST_HIBERNATION 2
#define PM_SUSPEND_PREPARE 3
#define PM_POST_SUSPEND 4
"""

INLINE = r"""
static inline int notifier_from_errno(int err) { return err ? NOTIFY_STOP_MASK | (NOTIFY_OK - err) : NOTIFY_OK; }
static inline int notifier_to_errno(int ret) { ret &= ~NOTIFY_STOP_MASK; return ret > NOTIFY_OK ? NOTIFY_OK - ret : 0; }
static inline int __wq_notifier_add(struct notifier_block **nl, struct notifier_block *n)
{
	while (*nl) {
		if (*nl == n) {
			__wq_notifier_twice(n->notifier_call);
			return -EEXIST;
		}
		if (n->priority > (*nl)->priority)
			break;
		nl = &(*nl)->next;
	}
	n->next = *nl;
	*nl = n;
	return 0;
}
static inline int __wq_notifier_remove(struct notifier_block **nl, struct notifier_block *n)
{
	for (; *nl; nl = &(*nl)->next)
		if (*nl == n) {
			*nl = n->next;
			return 0;
		}
	return -ENOENT;
}
static inline int __wq_notifier_call(struct notifier_block *nb, unsigned long val, void *v)
{
	int ret = NOTIFY_DONE;

	while (nb) {
		struct notifier_block *next = nb->next;

		ret = nb->notifier_call(nb, val, v);
		if (ret & NOTIFY_STOP_MASK)
			break;
		nb = next;
	}
	return ret;
}
static inline int raw_notifier_chain_register(struct raw_notifier_head *nh, struct notifier_block *nb) { return __wq_notifier_add(&nh->head, nb); }
static inline int raw_notifier_chain_unregister(struct raw_notifier_head *nh, struct notifier_block *nb) { return __wq_notifier_remove(&nh->head, nb); }
static inline int raw_notifier_call_chain(struct raw_notifier_head *nh, unsigned long val, void *v) { return __wq_notifier_call(nh->head, val, v); }
static inline int atomic_notifier_chain_register(struct atomic_notifier_head *nh, struct notifier_block *nb)
{
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&nh->lock, flags);
	ret = __wq_notifier_add(&nh->head, nb);
	spin_unlock_irqrestore(&nh->lock, flags);
	return ret;
}
static inline int atomic_notifier_chain_unregister(struct atomic_notifier_head *nh, struct notifier_block *nb)
{
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&nh->lock, flags);
	ret = __wq_notifier_remove(&nh->head, nb);
	spin_unlock_irqrestore(&nh->lock, flags);
	synchronize_rcu();
	return ret;
}
static inline int atomic_notifier_call_chain(struct atomic_notifier_head *nh, unsigned long val, void *v)
{
	int ret;

	rcu_read_lock();
	ret = __wq_notifier_call(nh->head, val, v);
	rcu_read_unlock();
	return ret;
}
static inline int blocking_notifier_chain_register(struct blocking_notifier_head *nh, struct notifier_block *nb)
{
	int ret;

	down_write(&nh->rwsem);
	ret = __wq_notifier_add(&nh->head, nb);
	up_write(&nh->rwsem);
	return ret;
}
static inline int blocking_notifier_chain_unregister(struct blocking_notifier_head *nh, struct notifier_block *nb)
{
	int ret;

	down_write(&nh->rwsem);
	ret = __wq_notifier_remove(&nh->head, nb);
	up_write(&nh->rwsem);
	return ret;
}
static inline int blocking_notifier_call_chain(struct blocking_notifier_head *nh, unsigned long val, void *v)
{
	int ret;

	down_read(&nh->rwsem);
	ret = __wq_notifier_call(nh->head, val, v);
	up_read(&nh->rwsem);
	return ret;
}
"""


@kernel("void __wq_notifier_twice(void *call)")
def notifier_twice(k: Kernel, call: int) -> None:
    """What notifier_chain_register() says of a block that is in the chain already."""
    text = f"notifier callback {k.function_name(call)} already registered"
    warn_at(k, "notifier_chain_register", "kernel/notifier.c:31", text)


@kernel("int register_reboot_notifier(struct notifier_block *nb)")
@kernel("int unregister_reboot_notifier(struct notifier_block *nb)")
@kernel("int register_keyboard_notifier(struct notifier_block *nb)")
@kernel("int unregister_keyboard_notifier(struct notifier_block *nb)")
@kernel("int register_die_notifier(struct notifier_block *nb)")
@kernel("int unregister_die_notifier(struct notifier_block *nb)")
def register_silent(k: Kernel, nb: int) -> int:
    """Listen to events that do not happen in the simulated machine."""
    k.charge("call")
    return 0


@kernel("int register_pm_notifier(struct notifier_block *nb)")
def register_pm_notifier(k: Kernel, nb: int) -> int:
    """Be told before suspend and after resume."""
    return int(k.freezer.register_pm_notifier(nb))


@kernel("int unregister_pm_notifier(struct notifier_block *nb)")
def unregister_pm_notifier(k: Kernel, nb: int) -> int:
    """No longer be told of suspend and resume."""
    return int(k.freezer.unregister_pm_notifier(nb))
