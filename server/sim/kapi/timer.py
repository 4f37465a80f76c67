"""<linux/timer.h> and <linux/jiffies.h>: the timer wheel and its clock."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
#define HZ 250
#define USER_HZ 100
#define NR_CPUS 8192
#define NSEC_PER_SEC 1000000000L
#define NSEC_PER_MSEC 1000000L
#define NSEC_PER_USEC 1000L
#define USEC_PER_SEC 1000000L
#define USEC_PER_MSEC 1000L
#define MSEC_PER_SEC 1000L
#define PSEC_PER_NSEC 1000L
#define FSEC_PER_NSEC 1000000L
#define TICK_NSEC (NSEC_PER_SEC / HZ)
#define MAX_JIFFY_OFFSET ((LONG_MAX >> 1) - 1)
#define INITIAL_JIFFIES ((unsigned long)(unsigned int)(-300 * HZ))
struct timer_list {
	struct hlist_node entry;
	unsigned long expires;
	void (*function)(struct timer_list *);
	u32 flags;
};
#define TIMER_CPUMASK 0x0003FFFF
#define TIMER_MIGRATING 0x00040000
#define TIMER_DEFERRABLE 0x00080000
#define TIMER_PINNED 0x00100000
#define TIMER_IRQSAFE 0x00200000
#define __TIMER_INITIALIZER(fn, flags_) { .entry = { .next = (void *)0xdead000000000122UL }, .function = (fn), .flags = (flags_) }
#define timer_container_of(var, t, field) ({ \
	_Static_assert(0, "timer_container_of() came in 6.16: use from_timer(" #var ", " #t ", " #field ")"); \
	from_timer(var, t, field); })
#define DEFINE_TIMER(name, fn) struct timer_list name = __TIMER_INITIALIZER(fn, 0)
#define TIMER_INITIALIZER(fn, expires, data) \
	_Static_assert(0, "TIMER_INITIALIZER() was removed in 4.15: use DEFINE_TIMER(name, fn)")
#define timer_setup(timer, callback, flags) __init_timer((timer), (callback), (flags), #timer)
#define timer_setup_on_stack(timer, callback, flags) __init_timer_on_stack((timer), (callback), (flags), #timer)
#define from_timer(var, callback_timer, timer_fieldname) container_of(callback_timer, typeof(*var), timer_fieldname)
#define __wq_removed_timer(name) _Static_assert(0, name "() was removed in 4.15: use timer_setup(timer, fn, 0) with void fn(struct timer_list *), and from_timer() in fn")
#define init_timer(timer) __wq_removed_timer("init_timer")
#define init_timer_deferrable(timer) __wq_removed_timer("init_timer_deferrable")
#define init_timer_on_stack(timer) __wq_removed_timer("init_timer_on_stack")
#define setup_timer(timer, fn, data) __wq_removed_timer("setup_timer")
#define setup_timer_on_stack(timer, fn, data) __wq_removed_timer("setup_timer_on_stack")
#define setup_deferrable_timer(timer, fn, data) __wq_removed_timer("setup_deferrable_timer")
#define del_timer(t) timer_delete(t)
#define del_timer_sync(t) timer_delete_sync(t)
#define del_singleshot_timer_sync(t) __wq_del_singleshot_timer_sync_was_removed_in_6_2_use_timer_delete_sync
extern unsigned long volatile jiffies;
extern u64 jiffies_64;
#define time_after(a, b) (typecheck(unsigned long, a) && typecheck(unsigned long, b) && ((long)((b) - (a)) < 0))
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b) (typecheck(unsigned long, a) && typecheck(unsigned long, b) && ((long)((a) - (b)) >= 0))
#define time_before_eq(a, b) time_after_eq(b, a)
#define time_in_range(a, b, c) (time_after_eq(a, b) && time_before_eq(a, c))
#define time_in_range_open(a, b, c) (time_after_eq(a, b) && time_before(a, c))
#define time_after64(a, b) ((s64)((b) - (a)) < 0)
#define time_before64(a, b) time_after64(b, a)
#define time_after_eq64(a, b) ((s64)((a) - (b)) >= 0)
#define time_is_before_jiffies(a) time_after(jiffies, a)
#define time_is_after_jiffies(a) time_before(jiffies, a)
#define time_is_before_eq_jiffies(a) time_after_eq(jiffies, a)
#define time_is_after_eq_jiffies(a) time_before_eq(jiffies, a)
"""

INLINE = r"""
static inline int timer_pending(const struct timer_list *timer) { return READ_ONCE(timer->entry.pprev) != NULL; }
static inline unsigned long msecs_to_jiffies(const unsigned int m)
{ return (int)m < 0 ? MAX_JIFFY_OFFSET : (m + (MSEC_PER_SEC / HZ) - 1) / (MSEC_PER_SEC / HZ); }
static inline unsigned long secs_to_jiffies(const unsigned int s) { return (unsigned long)s * HZ; }
static inline unsigned long usecs_to_jiffies(const unsigned int u)
{ return ((u64)u + (USEC_PER_SEC / HZ) - 1) / (USEC_PER_SEC / HZ); }
static inline unsigned long nsecs_to_jiffies(u64 n) { return n / TICK_NSEC; }
static inline u64 nsecs_to_jiffies64(u64 n) { return n / TICK_NSEC; }
static inline unsigned int jiffies_to_msecs(const unsigned long j) { return (MSEC_PER_SEC / HZ) * j; }
static inline unsigned int jiffies_to_usecs(const unsigned long j) { return (USEC_PER_SEC / HZ) * j; }
static inline u64 jiffies_to_nsecs(const unsigned long j) { return (u64)j * TICK_NSEC; }
static inline u64 jiffies64_to_nsecs(u64 j) { return j * TICK_NSEC; }
static inline u64 jiffies64_to_msecs(u64 j) { return j * (MSEC_PER_SEC / HZ); }
static inline unsigned long jiffies_delta_to_msecs(long delta) { return jiffies_to_msecs(delta > 0 ? delta : 0); }
static inline u64 get_jiffies_64(void) { return jiffies; }
static inline unsigned long round_jiffies_up(unsigned long j) { return j % HZ ? j + HZ - j % HZ : j; }
static inline unsigned long round_jiffies(unsigned long j)
{
	unsigned long rest = j % HZ, rounded = rest < HZ / 4 ? j - rest : j - rest + HZ;

	return time_is_after_jiffies(rounded) ? rounded : j;
}
static inline unsigned long round_jiffies_relative(unsigned long j) { return round_jiffies(j + jiffies) - jiffies; }
static inline unsigned long round_jiffies_up_relative(unsigned long j) { return round_jiffies_up(j + jiffies) - jiffies; }
static inline unsigned long clock_t_to_jiffies(unsigned long x) { return x * HZ / USER_HZ; }
static inline long jiffies_to_clock_t(unsigned long x) { return x * USER_HZ / HZ; }
"""


@kernel("unsigned long __get_jiffies(void)")
def jiffies(k: Kernel) -> int:
    """The number of ticks since boot, from -300 s on."""
    k.clock_read()
    return int(k.jiffies) & (1 << 64) - 1


@kernel("u64 __get_jiffies_64(void)")
def jiffies_64(k: Kernel) -> int:
    """The number of ticks since boot, 64 bits wide."""
    k.clock_read()
    return int(k.jiffies) & (1 << 64) - 1


@kernel(
    "void __init_timer(struct timer_list *timer, void (*func)(struct timer_list *), unsigned int flags,"
    " const char *name)"
)
def init_timer(k: Kernel, timer: int, func: int, flags: int, name: int) -> None:
    """timer_setup(): name the function of a timer; it is not started."""
    k.timers.init_timer(timer, func, flags)
    k.lockdep.name_timer(timer, f"({k.mem.cstr(name).decode('utf-8', 'replace')})")


@kernel(
    "void __init_timer_on_stack(struct timer_list *timer, void (*func)(struct timer_list *), unsigned int flags,"
    " const char *name)"
)
def init_timer_on_stack(k: Kernel, timer: int, func: int, flags: int, name: int) -> None:
    """timer_setup_on_stack()."""
    k.timers.init_timer(timer, func, flags)
    k.lockdep.name_timer(timer, f"({k.mem.cstr(name).decode('utf-8', 'replace')})")


@kernel("void destroy_timer_on_stack(struct timer_list *timer)")
def destroy_timer_on_stack(k: Kernel, timer: int) -> None:
    """Stop to track a timer on the stack."""
    k.charge("call")


@kernel("int mod_timer(struct timer_list *timer, unsigned long expires)")
def mod_timer(k: Kernel, timer: int, expires: int) -> int:
    """Start a timer, or change when it expires; 1 if it was pending."""
    return int(k.timers.mod_timer(timer, expires))


@kernel("int mod_timer_pending(struct timer_list *timer, unsigned long expires)")
def mod_timer_pending(k: Kernel, timer: int, expires: int) -> int:
    """Change when a timer expires, only if it is pending."""
    return int(k.timers.mod_timer_pending(timer, expires))


@kernel("int timer_reduce(struct timer_list *timer, unsigned long expires)")
def timer_reduce(k: Kernel, timer: int, expires: int) -> int:
    """Start a timer, or let it expire sooner."""
    return int(k.timers.timer_reduce(timer, expires))


@kernel("void add_timer(struct timer_list *timer)")
def add_timer(k: Kernel, timer: int) -> None:
    """Start a timer for its `expires`; it must not be pending."""
    k.timers.add_timer(timer)


@kernel("void add_timer_on(struct timer_list *timer, int cpu)")
def add_timer_on(k: Kernel, timer: int, cpu: int) -> None:
    """Start a timer on a CPU."""
    k.timers.add_timer_on(timer, cpu)


@kernel("void add_timer_local(struct timer_list *timer)")
def add_timer_local(k: Kernel, timer: int) -> None:
    """add_timer() on this CPU, which will run it even if it is idle then."""
    k.timers.add_timer_pinned(timer, True)


@kernel("void add_timer_global(struct timer_list *timer)")
def add_timer_global(k: Kernel, timer: int) -> None:
    """add_timer() of a timer that another CPU may run, whatever its flags said."""
    k.timers.add_timer_pinned(timer, False)


@kernel("int timer_delete(struct timer_list *timer)")
def timer_delete(k: Kernel, timer: int) -> int:
    """Stop a timer; does not wait for its function. 1 if it was pending."""
    return int(k.timers.timer_delete(timer))


@kernel("int timer_delete_sync(struct timer_list *timer)")
def timer_delete_sync(k: Kernel, timer: int) -> Generator[object, None, int]:
    """Stop a timer and wait until its function no longer runs on any CPU."""
    return int((yield from k.timers.timer_delete_sync(timer)))


@kernel("int try_to_del_timer_sync(struct timer_list *timer)")
def try_to_del_timer_sync(k: Kernel, timer: int) -> int:
    """try_to_del_timer_sync(): -1 if the function runs right now."""
    return int(k.timers.try_to_del_timer_sync(timer))


@kernel("int timer_shutdown(struct timer_list *timer)")
def timer_shutdown(k: Kernel, timer: int) -> int:
    """Stop a timer for good."""
    return int(k.timers.timer_shutdown(timer))


@kernel("int timer_shutdown_sync(struct timer_list *timer)")
def timer_shutdown_sync(k: Kernel, timer: int) -> Generator[object, None, int]:
    """Stop a timer for good and wait until its function no longer runs."""
    return int((yield from k.timers.timer_shutdown_sync(timer)))
