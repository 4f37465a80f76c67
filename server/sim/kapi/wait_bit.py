"""<linux/wait_bit.h>: waiting for a bit or a variable. One wait queue of the kernel's is for all: who is woken looks."""

HEADER = r"""
static DECLARE_WAIT_QUEUE_HEAD(__wq_bit_head);
#define wait_var_event(var, condition) ({ (void)(var); wait_event(__wq_bit_head, condition); 0; })
#define wait_var_event_killable(var, condition) ({ (void)(var); wait_event_killable(__wq_bit_head, condition); })
#define wait_var_event_interruptible(var, condition) ({ (void)(var); wait_event_interruptible(__wq_bit_head, condition); })
#define wait_var_event_timeout(var, condition, timeout) ({ (void)(var); wait_event_timeout(__wq_bit_head, condition, timeout); })
#define wait_on_bit(word, bit, mode) __wq_wait_on_bit(word, bit, mode, MAX_SCHEDULE_TIMEOUT)
#define wait_on_bit_io(word, bit, mode) __wq_wait_on_bit(word, bit, mode, MAX_SCHEDULE_TIMEOUT)
#define wait_on_bit_timeout(word, bit, mode, timeout) __wq_wait_on_bit(word, bit, mode, timeout)
"""

INLINE = r"""
static inline void wake_up_var(void *var) { wake_up_all(&__wq_bit_head); }
static inline void wake_up_bit(unsigned long *word, int bit) { if (!test_bit(bit, word)) wake_up_all(&__wq_bit_head); }
static inline void clear_and_wake_up_bit(int bit, unsigned long *word) { clear_bit_unlock(bit, word); wake_up_bit(word, bit); }
static inline int __wq_wait_on_bit(unsigned long *word, int bit, unsigned int mode, long timeout)
{
	long left = timeout;
	int ret = 0;

	might_sleep();
	if (!test_bit(bit, word))
		return 0;
	ret = __wq_wait(__wq_bit_head, !test_bit(bit, word) || !left, mode, 0, 0, left = schedule_timeout(left));
	return ret ? -EINTR : test_bit(bit, word) ? -EAGAIN : 0;
}
static inline int wait_on_bit_lock(unsigned long *word, int bit, unsigned int mode)
{
	might_sleep();
	while (test_and_set_bit(bit, word))
		if (__wq_wait_on_bit(word, bit, mode, MAX_SCHEDULE_TIMEOUT))
			return -EINTR;
	return 0;
}
"""
