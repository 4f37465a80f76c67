"""<linux/wait_bit.h>: waiting for a bit or a variable, each on a queue of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
#define wait_var_event(var, condition) wait_event(*__var_waitqueue(var), condition)
#define wait_var_event_killable(var, condition) wait_event_killable(*__var_waitqueue(var), condition)
#define wait_var_event_interruptible(var, condition) wait_event_interruptible(*__var_waitqueue(var), condition)
#define wait_var_event_timeout(var, condition, timeout) wait_event_timeout(*__var_waitqueue(var), condition, timeout)
#define wait_on_bit_io(word, bit, mode) wait_on_bit(word, bit, mode)
"""

INLINE = r"""
static inline void wake_up_var(void *var) { wake_up(__var_waitqueue(var)); }
static inline void wake_up_bit(unsigned long *word, int bit) { if (!test_bit(bit, word)) wake_up(bit_waitqueue(word, bit)); }
static inline void clear_and_wake_up_bit(int bit, unsigned long *word) { clear_bit_unlock(bit, word); wake_up_bit(word, bit); }
static inline int wait_on_bit(unsigned long *word, int bit, unsigned int mode)
{ return __wq_wait_signal(*bit_waitqueue(word, bit), !test_bit(bit, word), mode, 0) ? -EINTR : 0; }
static inline int wait_on_bit_timeout(unsigned long *word, int bit, unsigned int mode, unsigned long timeout)
{
	long left = __wq_wait_timeout(*bit_waitqueue(word, bit), !test_bit(bit, word), mode, timeout);

	return left > 0 ? 0 : left ? -EINTR : -EAGAIN;
}
static inline int wait_on_bit_lock(unsigned long *word, int bit, unsigned int mode)
{ return __wq_wait_signal(*bit_waitqueue(word, bit), !test_and_set_bit(bit, word), mode, 1) ? -EINTR : 0; }
"""


@kernel("struct wait_queue_head *__var_waitqueue(void *p)")
def var_waitqueue(k: Kernel, p: int) -> int:
    """The wait queue of those who wait for a variable (wait_var_event())."""
    return int(k.waits.queue_of(p, -1))


@kernel("struct wait_queue_head *bit_waitqueue(unsigned long *word, int bit)")
def bit_waitqueue(k: Kernel, word: int, bit: int) -> int:
    """The wait queue of those who wait for a bit (wait_on_bit())."""
    return int(k.waits.queue_of(word, bit))
