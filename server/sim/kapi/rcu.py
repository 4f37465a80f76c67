"""<linux/rcupdate.h>, <linux/srcu.h>: read-copy-update."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
struct srcu_struct { int idx; void *private; };
#define RCU_INITIALIZER(v) (v)
#define rcu_assign_pointer(p, v) do { (p) = (v); } while (0)
#define RCU_INIT_POINTER(p, v) do { (p) = (v); } while (0)
#define rcu_replace_pointer(p, n, c) ({ typeof(p) __wq_old = (p); rcu_assign_pointer(p, n); __wq_old; })
#define rcu_dereference(p) READ_ONCE(p)
#define rcu_dereference_raw(p) READ_ONCE(p)
#define rcu_dereference_bh(p) READ_ONCE(p)
#define rcu_dereference_sched(p) READ_ONCE(p)
#define rcu_dereference_check(p, c) READ_ONCE(p)
#define rcu_dereference_protected(p, c) (p)
#define rcu_access_pointer(p) READ_ONCE(p)
#define rcu_pointer_handoff(p) (p)
#define rcu_read_lock_bh() do { local_bh_disable(); rcu_read_lock(); } while (0)
#define rcu_read_unlock_bh() do { rcu_read_unlock(); local_bh_enable(); } while (0)
#define rcu_read_lock_sched() preempt_disable()
#define rcu_read_unlock_sched() preempt_enable()
#define synchronize_rcu_bh() synchronize_rcu()
#define synchronize_sched() synchronize_rcu()
#define synchronize_net() synchronize_rcu()
#define DEFINE_SRCU(name) struct srcu_struct name
#define DEFINE_STATIC_SRCU(name) static struct srcu_struct name
"""

INLINE = r"""
static inline int init_srcu_struct(struct srcu_struct *ssp) { ssp->idx = 0; __wq_init_srcu_struct(ssp); return 0; }
static inline bool rcu_read_lock_held(void) { return true; }
#define srcu_dereference(p, ssp) READ_ONCE(p)
"""

Step = Generator[object, None, None]


@kernel("void rcu_read_lock(void)")
def rcu_read_lock(k: Kernel) -> None:
    """Begin to read: nothing that is reachable now is freed before rcu_read_unlock()."""
    k.rcu.rcu_read_lock()


@kernel("void rcu_read_unlock(void)")
def rcu_read_unlock(k: Kernel) -> None:
    """End to read."""
    k.rcu.rcu_read_unlock()


@kernel("void synchronize_rcu(void)", may_sleep=True)
@kernel("void synchronize_rcu_expedited(void)", may_sleep=True)
def synchronize_rcu(k: Kernel) -> Step:
    """Wait for all who read now."""
    yield from k.rcu.synchronize_rcu()


@kernel("unsigned long get_state_synchronize_rcu(void)")
def get_state_synchronize_rcu(k: Kernel) -> int:
    """What poll_state_synchronize_rcu() is given to tell whether a grace period has passed since now."""
    return int(k.rcu.state())


@kernel("unsigned long start_poll_synchronize_rcu(void)")
def start_poll_synchronize_rcu(k: Kernel) -> int:
    """get_state_synchronize_rcu() that also has the grace period begin."""
    return int(k.rcu.start_poll())


@kernel("bool poll_state_synchronize_rcu(unsigned long oldstate)")
def poll_state_synchronize_rcu(k: Kernel, oldstate: int) -> int:
    """Whether a grace period has passed since `oldstate` was taken."""
    return int(k.rcu.passed(oldstate))


@kernel("void cond_synchronize_rcu(unsigned long oldstate)", may_sleep=True)
def cond_synchronize_rcu(k: Kernel, oldstate: int) -> Step:
    """synchronize_rcu() if no grace period has passed since `oldstate` was taken."""
    if not k.rcu.passed(oldstate):
        yield from k.rcu.synchronize_rcu()


@kernel("void call_rcu(struct rcu_head *head, rcu_callback_t func)")
def call_rcu(k: Kernel, head: int, func: int) -> None:
    """Have a function called after a grace period."""
    k.rcu.call_rcu(head, func)


@kernel("void rcu_barrier(void)", may_sleep=True)
def rcu_barrier(k: Kernel) -> Step:
    """Wait until all functions given to call_rcu() have run; needed before a module goes."""
    yield from k.rcu.rcu_barrier()


@kernel("void __wq_init_srcu_struct(struct srcu_struct *ssp)")
def init_srcu_struct(k: Kernel, ssp: int) -> None:
    """init_srcu_struct(): a domain without readers."""
    k.rcu.srcu.init_srcu_struct(ssp)


@kernel("void cleanup_srcu_struct(struct srcu_struct *ssp)")
def cleanup_srcu_struct(k: Kernel, ssp: int) -> None:
    """Give a domain up, which must have no readers."""
    k.rcu.srcu.cleanup_srcu_struct(ssp)


@kernel("int srcu_read_lock(struct srcu_struct *ssp)")
def srcu_read_lock(k: Kernel, ssp: int) -> int:
    """Begin to read in a domain; one may sleep. The answer is for srcu_read_unlock()."""
    return int(k.rcu.srcu.srcu_read_lock(ssp))


@kernel("void srcu_read_unlock(struct srcu_struct *ssp, int idx)")
def srcu_read_unlock(k: Kernel, ssp: int, idx: int) -> None:
    """End to read."""
    k.rcu.srcu.srcu_read_unlock(ssp, idx)


@kernel("void synchronize_srcu(struct srcu_struct *ssp)", may_sleep=True)
@kernel("void synchronize_srcu_expedited(struct srcu_struct *ssp)", may_sleep=True)
def synchronize_srcu(k: Kernel, ssp: int) -> Step:
    """Wait for all who read in a domain now."""
    yield from k.rcu.srcu.synchronize_srcu(ssp)


@kernel("void call_srcu(struct srcu_struct *ssp, struct rcu_head *head, rcu_callback_t func)")
def call_srcu(k: Kernel, ssp: int, head: int, func: int) -> None:
    """Have a function called after a grace period of a domain."""
    k.rcu.srcu.call_srcu(ssp, head, func)


@kernel("void srcu_barrier(struct srcu_struct *ssp)", may_sleep=True)
def srcu_barrier(k: Kernel, ssp: int) -> Step:
    """Wait until all functions given to call_srcu() have run."""
    yield from k.rcu.srcu.srcu_barrier(ssp)
