"""<linux/hrtimer.h>, <linux/ktime.h>, <linux/timekeeping.h>, <linux/time64.h>: clocks and precise timers."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
#define KTIME_MAX ((s64)~((u64)1 << 63))
#define KTIME_MIN (-KTIME_MAX - 1)
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
#define CLOCK_MONOTONIC_RAW 4
#define CLOCK_BOOTTIME 7
#define CLOCK_TAI 11
struct timespec64 { time64_t tv_sec; long tv_nsec; };
struct tm { int tm_sec, tm_min, tm_hour, tm_mday, tm_mon; long tm_year; int tm_wday, tm_yday; };
enum hrtimer_mode {
	HRTIMER_MODE_ABS = 0, HRTIMER_MODE_REL = 1, HRTIMER_MODE_PINNED = 2, HRTIMER_MODE_SOFT = 4, HRTIMER_MODE_HARD = 8,
	HRTIMER_MODE_ABS_PINNED = 2, HRTIMER_MODE_REL_PINNED = 3, HRTIMER_MODE_ABS_SOFT = 4, HRTIMER_MODE_REL_SOFT = 5,
	HRTIMER_MODE_ABS_PINNED_SOFT = 6, HRTIMER_MODE_REL_PINNED_SOFT = 7, HRTIMER_MODE_ABS_HARD = 8,
	HRTIMER_MODE_REL_HARD = 9,
};
enum hrtimer_restart { HRTIMER_NORESTART, HRTIMER_RESTART };
struct timerqueue_node { struct rb_node node; ktime_t expires; };
struct hrtimer_clock_base;
struct hrtimer {
	struct timerqueue_node node;
	ktime_t _softexpires;
	enum hrtimer_restart (*function)(struct hrtimer *);
	struct hrtimer_clock_base *base;
	u8 state, is_rel, is_soft, is_hard;
};
#define hrtimer_setup(timer, function, clock, mode) \
	_Static_assert(0, "hrtimer_setup() came with 6.13: in 6.12 use hrtimer_init(timer, clock, mode) and set timer->function")
#define ktime_add(a, b) ((a) + (b))
#define ktime_sub(a, b) ((a) - (b))
#define ktime_add_ns(kt, nsval) ((kt) + (nsval))
#define ktime_sub_ns(kt, nsval) ((kt) - (nsval))
#define ktime_add_unsafe(a, b) ((u64)(a) + (b))
#define ktime_to_ns(kt) (kt)
#define ns_to_ktime(ns) ((ktime_t)(ns))
#define do_gettimeofday(tv) _Static_assert(0, "do_gettimeofday() was removed in 5.0: use ktime_get_real_ts64()")
#define getnstimeofday(ts) _Static_assert(0, "getnstimeofday() was removed in 5.0: use ktime_get_real_ts64()")
#define current_kernel_time() _Static_assert(0, "current_kernel_time() was removed in 5.0: use ktime_get_coarse_real_ts64()")
#define get_seconds() _Static_assert(0, "get_seconds() was removed in 5.1: use ktime_get_real_seconds()")
#define ktime_get_ts(ts) _Static_assert(0, "ktime_get_ts() was removed in 5.6: use ktime_get_ts64()")
#define rdtscll(val) ((val) = rdtsc())
"""

INLINE = r"""
static inline ktime_t ktime_set(const s64 secs, const unsigned long nsecs) { return secs * NSEC_PER_SEC + (s64)nsecs; }
static inline ktime_t ms_to_ktime(u64 ms) { return ms * NSEC_PER_MSEC; }
ktime_t us_to_ktime(u64 us) __wq_removed("us_to_ktime() came in 6.14: use ns_to_ktime(us * NSEC_PER_USEC)");
static inline int ktime_compare(const ktime_t a, const ktime_t b) { return a < b ? -1 : a > b; }
static inline bool ktime_after(const ktime_t a, const ktime_t b) { return a > b; }
static inline bool ktime_before(const ktime_t a, const ktime_t b) { return a < b; }
static inline s64 ktime_divns(const ktime_t kt, s64 div) { return kt / div; }
static inline s64 ktime_to_us(const ktime_t kt) { return kt / NSEC_PER_USEC; }
static inline s64 ktime_to_ms(const ktime_t kt) { return kt / NSEC_PER_MSEC; }
static inline s64 ktime_us_delta(const ktime_t later, const ktime_t earlier) { return ktime_to_us(later - earlier); }
static inline s64 ktime_ms_delta(const ktime_t later, const ktime_t earlier) { return ktime_to_ms(later - earlier); }
static inline ktime_t ktime_add_us(const ktime_t kt, const u64 us) { return kt + us * NSEC_PER_USEC; }
static inline ktime_t ktime_add_ms(const ktime_t kt, const u64 ms) { return kt + ms * NSEC_PER_MSEC; }
static inline ktime_t ktime_sub_us(const ktime_t kt, const u64 us) { return kt - us * NSEC_PER_USEC; }
static inline ktime_t ktime_sub_ms(const ktime_t kt, const u64 ms) { return kt - ms * NSEC_PER_MSEC; }
static inline u64 ktime_get_ns(void) { return ktime_get(); }
static inline u64 ktime_get_real_ns(void) { return ktime_get_real(); }
static inline ktime_t ktime_get_boottime(void) { return ktime_get(); }
static inline u64 ktime_get_boottime_ns(void) { return ktime_get(); }
static inline u64 ktime_get_boot_ns(void) { return ktime_get(); }
static inline ktime_t ktime_get_raw(void) { return ktime_get(); }
static inline u64 ktime_get_raw_ns(void) { return ktime_get(); }
static inline u64 ktime_get_mono_fast_ns(void) { return ktime_get(); }
static inline ktime_t ktime_get_coarse(void) { return ktime_get(); }
static inline u64 ktime_get_coarse_ns(void) { return ktime_get(); }
static inline time64_t ktime_get_seconds(void) { return ktime_get() / NSEC_PER_SEC; }
static inline time64_t ktime_get_boottime_seconds(void) { return ktime_get() / NSEC_PER_SEC; }
static inline time64_t ktime_get_real_seconds(void) { return ktime_get_real() / NSEC_PER_SEC; }
static inline u64 local_clock(void) { return ktime_get(); }
static inline u64 sched_clock(void) { return ktime_get(); }
static inline u64 get_cycles(void) { return ktime_get(); }
static inline u64 rdtsc(void) { return ktime_get(); }
static inline struct timespec64 ns_to_timespec64(s64 ns)
{
	struct timespec64 ts = { ns / NSEC_PER_SEC, ns % NSEC_PER_SEC };

	if (ts.tv_nsec < 0) {
		ts.tv_sec--;
		ts.tv_nsec += NSEC_PER_SEC;
	}
	return ts;
}
static inline s64 timespec64_to_ns(const struct timespec64 *ts) { return ts->tv_sec * NSEC_PER_SEC + ts->tv_nsec; }
static inline struct timespec64 timespec64_sub(struct timespec64 a, struct timespec64 b)
{ return ns_to_timespec64(timespec64_to_ns(&a) - timespec64_to_ns(&b)); }
static inline struct timespec64 timespec64_add(struct timespec64 a, struct timespec64 b)
{ return ns_to_timespec64(timespec64_to_ns(&a) + timespec64_to_ns(&b)); }
static inline struct timespec64 ktime_to_timespec64(const ktime_t kt) { return ns_to_timespec64(kt); }
static inline ktime_t timespec64_to_ktime(const struct timespec64 ts) { return timespec64_to_ns(&ts); }
static inline unsigned long timespec64_to_jiffies(const struct timespec64 *ts) { return nsecs_to_jiffies(timespec64_to_ns(ts)); }
static inline void jiffies_to_timespec64(const unsigned long j, struct timespec64 *ts) { *ts = ns_to_timespec64((s64)j * TICK_NSEC); }
static inline void ktime_get_ts64(struct timespec64 *ts) { *ts = ns_to_timespec64(ktime_get()); }
static inline void ktime_get_real_ts64(struct timespec64 *ts) { *ts = ns_to_timespec64(ktime_get_real()); }
static inline void ktime_get_boottime_ts64(struct timespec64 *ts) { *ts = ns_to_timespec64(ktime_get()); }
static inline void ktime_get_coarse_real_ts64(struct timespec64 *ts) { *ts = ns_to_timespec64(ktime_get_real()); }
static inline void time64_to_tm(time64_t secs, int offset, struct tm *result)
{
	long days = (secs + offset) / 86400, rest = (secs + offset) % 86400, era, doe, yoe, doy, mp;

	result->tm_hour = rest / 3600;
	result->tm_min = rest / 60 % 60;
	result->tm_sec = rest % 60;
	result->tm_wday = (4 + days) % 7;
	days += 719468;
	era = days / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	result->tm_mday = doy - (153 * mp + 2) / 5 + 1;
	result->tm_mon = mp < 10 ? mp + 2 : mp - 10;
	result->tm_year = yoe + era * 400 + (result->tm_mon <= 1) - 1900;
	result->tm_yday = 0;
}
static inline void hrtimer_init_on_stack(struct hrtimer *timer, clockid_t clock, enum hrtimer_mode mode) { hrtimer_init(timer, clock, mode); }
static inline void hrtimer_start(struct hrtimer *timer, ktime_t tim, const enum hrtimer_mode mode) { hrtimer_start_range_ns(timer, tim, 0, mode); }
static inline void hrtimer_restart(struct hrtimer *timer) { hrtimer_start_range_ns(timer, timer->node.expires, 0, HRTIMER_MODE_ABS); }
static inline void hrtimer_start_expires(struct hrtimer *timer, enum hrtimer_mode mode) { hrtimer_start_range_ns(timer, timer->node.expires, 0, mode); }
static inline void hrtimer_set_expires(struct hrtimer *timer, ktime_t time) { timer->node.expires = time; timer->_softexpires = time; }
static inline ktime_t hrtimer_get_expires(const struct hrtimer *timer) { return timer->node.expires; }
static inline s64 hrtimer_get_expires_ns(const struct hrtimer *timer) { return timer->node.expires; }
static inline ktime_t hrtimer_get_remaining(const struct hrtimer *timer) { return timer->node.expires - ktime_get(); }
static inline void hrtimer_add_expires_ns(struct hrtimer *timer, u64 ns) { timer->node.expires += ns; timer->_softexpires += ns; }
static inline u64 hrtimer_forward_now(struct hrtimer *timer, ktime_t interval) { return hrtimer_forward(timer, ktime_get(), interval); }
static inline ktime_t hrtimer_cb_get_time(const struct hrtimer *timer) { return ktime_get(); }
static inline bool hrtimer_is_queued(struct hrtimer *timer) { return timer->state & 1; }
static inline u64 hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval)
{
	u64 overruns = 1;
	ktime_t delta = now - timer->node.expires;

	if (delta < 0)
		return 0;
	if (delta >= interval) {
		overruns = delta / interval;
		hrtimer_add_expires_ns(timer, interval * overruns);
		if (timer->node.expires > now)
			return overruns;
		overruns++;
	}
	hrtimer_add_expires_ns(timer, interval);
	return overruns;
}
static inline int schedule_hrtimeout(ktime_t *expires, const enum hrtimer_mode mode) { return schedule_hrtimeout_range(expires, 0, mode); }
"""

REALTIME_AT_BOOT_NS = 1_735_689_600_000_000_000  # 2025-01-01 00:00 UTC: every simulated machine boots then


@kernel("ktime_t ktime_get(void)")
def ktime_get(k: Kernel) -> int:
    """Nanoseconds since boot."""
    k.charge("ktime_get")
    k.clock_reads += 1
    k.clock_read()
    return int(k.cx.now)


@kernel("ktime_t ktime_get_real(void)")
def ktime_get_real(k: Kernel) -> int:
    """Nanoseconds since 1970; the simulated machine boots at the start of 2025."""
    k.charge("ktime_get")
    k.clock_reads += 1
    k.clock_read()
    return REALTIME_AT_BOOT_NS + int(k.cx.now)


@kernel("void hrtimer_init(struct hrtimer *timer, clockid_t clock_id, enum hrtimer_mode mode)")
def hrtimer_init(k: Kernel, timer: int, clock: int, mode: int) -> None:
    """Initialise an hrtimer; its function is set afterwards."""
    k.hrtimers.hrtimer_init(timer, clock, mode)


@kernel("void hrtimer_start_range_ns(struct hrtimer *timer, ktime_t tim, u64 range_ns, const enum hrtimer_mode mode)")
def hrtimer_start(k: Kernel, timer: int, tim: int, range_ns: int, mode: int) -> None:
    """Start an hrtimer, or change when it expires."""
    k.hrtimers.hrtimer_start(timer, tim, range_ns, mode)


@kernel("int hrtimer_cancel(struct hrtimer *timer)")
def hrtimer_cancel(k: Kernel, timer: int) -> Generator[object, None, int]:
    """Stop an hrtimer and wait until its function no longer runs."""
    return int((yield from k.hrtimers.hrtimer_cancel(timer)))


@kernel("int hrtimer_try_to_cancel(struct hrtimer *timer)")
def hrtimer_try_to_cancel(k: Kernel, timer: int) -> int:
    """Stop an hrtimer: 1, 0 if it was not active, -1 if its function runs."""
    return int(k.hrtimers.hrtimer_try_to_cancel(timer))


@kernel("bool hrtimer_active(const struct hrtimer *timer)")
def hrtimer_active(k: Kernel, timer: int) -> int:
    """Whether an hrtimer is queued or its function runs."""
    return int(k.hrtimers.hrtimer_active(timer))


@kernel("bool hrtimer_callback_running(const struct hrtimer *timer)")
def hrtimer_callback_running(k: Kernel, timer: int) -> int:
    """Whether an hrtimer's function runs."""
    return int(k.hrtimers.hrtimer_callback_running(timer))


@kernel("int schedule_hrtimeout_range(ktime_t *expires, u64 delta, const enum hrtimer_mode mode)", may_sleep=True)
def schedule_hrtimeout_range(k: Kernel, expires: int, delta: int, mode: int) -> Generator[object, None, int]:
    """Sleep until a time; 0, or -EINTR if something else woke the task."""
    at = k.mem.load(expires, 8, True) if expires else -1
    return int((yield from k.hrtimers.schedule_hrtimeout(at, mode & 1)))
