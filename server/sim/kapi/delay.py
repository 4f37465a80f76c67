"""<linux/delay.h>: sleeping and spinning for a time."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
#define USLEEP_RANGE_UPPER_BOUND ((TICK_NSEC << 8) / NSEC_PER_USEC)
#define mdelay(n) \
	((__builtin_constant_p(n) && (n) <= 5) ? udelay((n) * 1000) : \
	 ({ unsigned long __ms = (n); while (__ms--) udelay(1000); }))
#define usleep_range(min, max) usleep_range_state(min, max, TASK_UNINTERRUPTIBLE)
#define usleep_idle_range(min, max) usleep_range_state(min, max, TASK_IDLE)
"""

INLINE = r"""
static inline void ssleep(unsigned int seconds) { msleep(seconds * 1000); }
static inline void fsleep(unsigned long usecs)
{
	if (usecs <= 10)
		udelay(usecs);
	else if (usecs <= 20000)
		usleep_range(usecs, 2 * usecs);
	else
		msleep(DIV_ROUND_UP(usecs, 1000));
}
"""


@kernel("void msleep(unsigned int msecs)", may_sleep=True)
def msleep(k: Kernel, msecs: int) -> Generator[object, None, None]:
    """Sleep at least this long; jiffies round it up."""
    yield from k.timers.msleep(msecs)


@kernel("unsigned long msleep_interruptible(unsigned int msecs)", may_sleep=True)
def msleep_interruptible(k: Kernel, msecs: int) -> Generator[object, None, int]:
    """Sleep until the time is over or a signal comes; the milliseconds left."""
    return int((yield from k.timers.msleep(msecs, interruptible=True)))


@kernel("void usleep_range_state(unsigned long min, unsigned long max, unsigned int state)", may_sleep=True)
def usleep_range_state(k: Kernel, min_us: int, max_us: int, state: int) -> Generator[object, None, None]:
    """Sleep between `min` and `max` microseconds, by a high-resolution timer."""
    yield from k.hrtimers.usleep_range(min_us, max_us, {0x402: "I", 1: "S"}.get(state, "D"))


@kernel("void udelay(unsigned long usecs)")
def udelay(k: Kernel, usecs: int) -> Generator[object, None, None]:
    """Spin for microseconds: the CPU is busy, nothing else runs on it."""
    yield from k.spin(usecs * 1000)


@kernel("void ndelay(unsigned long nsecs)")
def ndelay(k: Kernel, nsecs: int) -> Generator[object, None, None]:
    """Spin for nanoseconds."""
    yield from k.spin(nsecs)
