"""<linux/printk.h>, <linux/kern_levels.h>, <linux/ratelimit.h>, <linux/dev_printk.h>: the kernel log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
#define KERN_SOH "\001"
#define KERN_EMERG KERN_SOH "0"
#define KERN_ALERT KERN_SOH "1"
#define KERN_CRIT KERN_SOH "2"
#define KERN_ERR KERN_SOH "3"
#define KERN_WARNING KERN_SOH "4"
#define KERN_NOTICE KERN_SOH "5"
#define KERN_INFO KERN_SOH "6"
#define KERN_DEBUG KERN_SOH "7"
#define KERN_DEFAULT ""
#define KERN_CONT KERN_SOH "c"
#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif
#define printk(fmt, ...) _printk(fmt, ##__VA_ARGS__)
#define printk_deferred(fmt, ...) _printk(fmt, ##__VA_ARGS__)
#define pr_emerg(fmt, ...) printk(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert(fmt, ...) printk(KERN_ALERT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_crit(fmt, ...) printk(KERN_CRIT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...) printk(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...) printk(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warning(fmt, ...) _Static_assert(0, "pr_warning() was removed in 5.5: use pr_warn()")
#define pr_notice(fmt, ...) printk(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...) printk(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_cont(fmt, ...) printk(KERN_CONT fmt, ##__VA_ARGS__)
#define no_printk(fmt, ...) ({ if (0) printk(fmt, ##__VA_ARGS__); 0; })
#ifdef DEBUG
#define pr_debug(fmt, ...) printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_devel(fmt, ...) printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#else
#define pr_debug(fmt, ...) no_printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_devel(fmt, ...) no_printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#endif
#define printk_once(fmt, ...) ({ static bool __wq_once; bool __wq_first = !__wq_once; \
	if (__wq_first) { __wq_once = true; printk(fmt, ##__VA_ARGS__); } __wq_first; })
#define pr_emerg_once(fmt, ...) printk_once(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert_once(fmt, ...) printk_once(KERN_ALERT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_crit_once(fmt, ...) printk_once(KERN_CRIT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err_once(fmt, ...) printk_once(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn_once(fmt, ...) printk_once(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice_once(fmt, ...) printk_once(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info_once(fmt, ...) printk_once(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug_once(fmt, ...) pr_debug(fmt, ##__VA_ARGS__)
struct ratelimit_state { int interval, burst, printed, missed; unsigned long begin, flags; };
#define DEFAULT_RATELIMIT_INTERVAL (5 * HZ)
#define DEFAULT_RATELIMIT_BURST 10
#define RATELIMIT_STATE_INIT(name, interval_, burst_) { .interval = interval_, .burst = burst_ }
#define DEFINE_RATELIMIT_STATE(name, interval, burst) \
	struct ratelimit_state name = RATELIMIT_STATE_INIT(name, interval, burst)
#define __ratelimit(state) ___ratelimit(state, __func__)
#define printk_ratelimit() ({ \
	static DEFINE_RATELIMIT_STATE(__wq_rs, DEFAULT_RATELIMIT_INTERVAL, DEFAULT_RATELIMIT_BURST); __ratelimit(&__wq_rs); })
#define printk_ratelimited(fmt, ...) ({ \
	static DEFINE_RATELIMIT_STATE(__wq_rs, DEFAULT_RATELIMIT_INTERVAL, DEFAULT_RATELIMIT_BURST); \
	if (__ratelimit(&__wq_rs)) printk(fmt, ##__VA_ARGS__); })
#define pr_emerg_ratelimited(fmt, ...) printk_ratelimited(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert_ratelimited(fmt, ...) printk_ratelimited(KERN_ALERT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_crit_ratelimited(fmt, ...) printk_ratelimited(KERN_CRIT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err_ratelimited(fmt, ...) printk_ratelimited(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn_ratelimited(fmt, ...) printk_ratelimited(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice_ratelimited(fmt, ...) printk_ratelimited(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info_ratelimited(fmt, ...) printk_ratelimited(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug_ratelimited(fmt, ...) pr_debug(fmt, ##__VA_ARGS__)
#define dev_fmt(fmt) fmt
#define __wq_dev(level, dev, fmt, ...) printk(level "%s %s: " dev_fmt(fmt), dev_driver_string(dev), dev_name(dev), ##__VA_ARGS__)
#define dev_printk(level, dev, fmt, ...) __wq_dev(level, dev, fmt, ##__VA_ARGS__)
#define dev_emerg(dev, fmt, ...) __wq_dev(KERN_EMERG, dev, fmt, ##__VA_ARGS__)
#define dev_alert(dev, fmt, ...) __wq_dev(KERN_ALERT, dev, fmt, ##__VA_ARGS__)
#define dev_crit(dev, fmt, ...) __wq_dev(KERN_CRIT, dev, fmt, ##__VA_ARGS__)
#define dev_err(dev, fmt, ...) __wq_dev(KERN_ERR, dev, fmt, ##__VA_ARGS__)
#define dev_warn(dev, fmt, ...) __wq_dev(KERN_WARNING, dev, fmt, ##__VA_ARGS__)
#define dev_notice(dev, fmt, ...) __wq_dev(KERN_NOTICE, dev, fmt, ##__VA_ARGS__)
#define dev_info(dev, fmt, ...) __wq_dev(KERN_INFO, dev, fmt, ##__VA_ARGS__)
#define dev_dbg(dev, fmt, ...) no_printk(KERN_DEBUG fmt, ##__VA_ARGS__)
#define print_hex_dump_debug(...) do { } while (0)
#define print_hex_dump_bytes(prefix, type, buf, len) print_hex_dump(KERN_DEBUG, prefix, type, 16, 1, buf, len, true)
#define trace_printk(fmt, ...) __trace_printk(0, fmt, ##__VA_ARGS__)
enum { DUMP_PREFIX_NONE, DUMP_PREFIX_ADDRESS, DUMP_PREFIX_OFFSET };
"""

INLINE = r"""
static inline void ratelimit_state_init(struct ratelimit_state *rs, int interval, int burst)
{
	memset(rs, 0, sizeof(*rs));
	rs->interval = interval;
	rs->burst = burst;
}
static inline int ___ratelimit(struct ratelimit_state *rs, const char *func)
{
	if (!rs->interval)
		return 1;
	if (!rs->begin)
		rs->begin = jiffies;
	if (time_is_before_jiffies(rs->begin + rs->interval)) {
		if (rs->missed)
			printk(KERN_WARNING "%s: %d callbacks suppressed\n", func, rs->missed);
		rs->begin = jiffies;
		rs->printed = rs->missed = 0;
	}
	if (rs->burst > rs->printed) {
		rs->printed++;
		return 1;
	}
	rs->missed++;
	return 0;
}
"""


def level_of(text: bytes) -> int:
    """The level that a KERN_ prefix names; 4, the default level, without one."""
    return text[1] - 48 if len(text) >= 2 and text[0] == 1 and text[1:2].isdigit() else 4


@kernel("int _printk(const char *fmt, ...)", attributes="__printf(1, 2)")
def printk(k: Kernel, fmt: int, *args: int) -> int:
    """Write a line to the kernel's log."""
    return int(k.printk.vprintk(k.format(fmt, args)))


@kernel("int vprintk(const char *fmt, va_list args)")
def vprintk(k: Kernel, fmt: int, args: int) -> int:
    """Write a line to the kernel's log, with the arguments of a caller."""
    return int(k.printk.vprintk(k.format(fmt, Slots(k, args))))


@kernel("int __trace_printk(unsigned long ip, const char *fmt, ...)", attributes="__printf(2, 3)")
def trace_printk(k: Kernel, ip: int, fmt: int, *args: int) -> int:
    """Write to the trace buffer, which nobody reads here: it costs time only."""
    k.charge("call")
    return len(k.format(fmt, args))


@kernel("void dump_stack(void)")
def dump_stack(k: Kernel) -> None:
    """Print the call trace of the running task."""
    k.oops.dump_stack()


def hex_row(data: bytes, row: int, group: int, with_text: bool) -> str:
    """One row as the kernel's hex dumps show it: numbers of `group` bytes, then the characters."""
    unit = group if group in (2, 4, 8) and len(data) % group == 0 else 1
    hexes = " ".join(data[i : i + unit][::-1].hex() for i in range(0, len(data), unit))
    if not with_text or not data:
        return hexes
    shown = "".join(chr(b) if 32 <= b < 127 else "." for b in data)
    return f"{hexes:<{row * 2 + row // unit}} {shown}"


@kernel(
    "void print_hex_dump(const char *level, const char *prefix_str, int prefix_type, int rowsize, int groupsize,"
    " const void *buf, size_t len, bool ascii)"
)
def print_hex_dump(
    k: Kernel, level: int, prefix: int, kind: int, row: int, group: int, buf: int, length: int, ascii_: int
) -> None:
    """Print memory as rows of hexadecimal numbers."""
    number = level_of(k.mem.cstr(level))
    before = k.mem.cstr(prefix).decode("utf-8", "replace")
    row = row if row in (16, 32) else 16
    data = k.mem.read(buf, min(length, 65536))
    for start in range(0, len(data), row):
        where = {1: f"{buf + start:016x}: ", 2: f"{start:08x}: "}.get(kind, "")
        k.printk.log(number, f"{before}{where}{hex_row(data[start : start + row], row, group, bool(ascii_))}")


@kernel("int hex_dump_to_buffer(const void *buf, size_t len, int rowsize, int groupsize, char *linebuf,"
        " size_t linebuflen, bool ascii)")  # fmt: skip
def hex_dump_to_buffer(
    k: Kernel, buf: int, length: int, row: int, group: int, line: int, size: int, ascii_: int
) -> int:
    """Write memory as one row of hexadecimal numbers; the length that it wanted."""
    row = row if row in (16, 32) else 16
    text = hex_row(k.mem.read(buf, min(length, row)) if length else b"", row, group, bool(ascii_)).encode()
    if size:
        k.mem.write(line, text[: size - 1] + b"\0")
    return len(text)


class Slots:
    """The arguments behind a `va_list`: 8-byte slots in memory, read one by one."""

    def __init__(self, k: Kernel, address: int) -> None:
        """Start at the list's next argument."""
        self._k, self._address = k, address

    def __getitem__(self, index: int) -> int:
        """Argument `index`."""
        return int(self._k.mem.load(self._address + 8 * index, 8))

    def __len__(self) -> int:
        """Unknown: as many as are asked for."""
        return 1 << 16
