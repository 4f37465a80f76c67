"""<linux/atomic.h>, <linux/refcount.h>, <linux/kref.h>: counters that several CPUs may change at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
typedef struct refcount_struct { atomic_t refs; } refcount_t;
struct kref { refcount_t refcount; };
#define ATOMIC_INIT(i) { (i) }
#define ATOMIC64_INIT(i) { (i) }
#define ATOMIC_LONG_INIT(i) { (i) }
#define REFCOUNT_INIT(n) { .refs = ATOMIC_INIT(n) }
#define KREF_INIT(n) { .refcount = REFCOUNT_INIT(n) }
#define atomic_cond_read_acquire(v, c) ({ int VAL; for (;;) { VAL = atomic_read(v); if (c) break; cpu_relax(); } VAL; })
#define __wq_xchg(ptr, v) ({ typeof(*(ptr)) __wq_new = (v); \
	(typeof(*(ptr)))__wq_exchange((void *)(ptr), (u64)__wq_new, sizeof(*(ptr))); })
#define xchg(ptr, v) __wq_xchg(ptr, v)
#define cmpxchg(ptr, o, n) ({ typeof(*(ptr)) __wq_old = (o), __wq_new = (n); \
	(typeof(*(ptr)))__wq_compare_exchange((void *)(ptr), (u64)__wq_old, (u64)__wq_new, sizeof(*(ptr))); })
#define cmpxchg_relaxed(ptr, o, n) cmpxchg(ptr, o, n)
#define cmpxchg_acquire(ptr, o, n) cmpxchg(ptr, o, n)
#define cmpxchg_release(ptr, o, n) cmpxchg(ptr, o, n)
#define cmpxchg64(ptr, o, n) cmpxchg(ptr, o, n)
#define xchg_relaxed(ptr, v) xchg(ptr, v)
#define try_cmpxchg(ptr, oldp, n) ({ typeof(*(ptr)) __wq_was = cmpxchg(ptr, *(oldp), n); \
	bool __wq_ok = __wq_was == *(oldp); if (!__wq_ok) *(oldp) = __wq_was; __wq_ok; })
"""


_ORDERS = ("_relaxed", "_acquire", "_release")


def _family(prefix: str, type_: str, value: str) -> str:
    """The functions of one atomic type in C, around the handlers that are indivisible."""
    p, t, v = prefix, type_, value
    size = "4" if v == "int" else "8"
    lines = [
        f"static inline {v} {p}_read(const {t} *v) {{ return READ_ONCE(v->counter); }}",
        f"static inline {v} {p}_read_acquire(const {t} *v) {{ return READ_ONCE(v->counter); }}",
        f"static inline void {p}_set({t} *v, {v} i) {{ WRITE_ONCE(v->counter, i); }}",
        f"static inline void {p}_set_release({t} *v, {v} i) {{ WRITE_ONCE(v->counter, i); }}",
    ]
    for name, code in (("add", 0), ("sub", 1), ("and", 2), ("or", 3), ("xor", 4), ("andnot", 5)):
        fetch = f"__wq_atomic_op(v, (u64)i, {code}, {size})"
        lines.append(f"static inline void {p}_{name}({v} i, {t} *v) {{ {fetch}; }}")
        for suffix in ("", "_relaxed", "_acquire", "_release"):
            lines.append(f"static inline {v} {p}_fetch_{name}{suffix}({v} i, {t} *v) {{ return ({v}){fetch}; }}")
            if code < 2:
                sign = "+" if code == 0 else "-"
                lines.append(
                    f"static inline {v} {p}_{name}_return{suffix}({v} i, {t} *v) {{ return ({v}){fetch} {sign} i; }}"
                )
    for name, op, sign in (("inc", "0", "+"), ("dec", "1", "-")):
        fetch = f"__wq_atomic_op(v, 1, {op}, {size})"
        lines += [
            f"static inline void {p}_{name}({t} *v) {{ {fetch}; }}",
            f"static inline bool {p}_{name}_and_test({t} *v) {{ return ({v}){fetch} {sign} 1 == 0; }}",
        ]
        for suffix in ("", "_relaxed", "_acquire", "_release"):
            lines += [
                f"static inline {v} {p}_{name}_return{suffix}({t} *v) {{ return ({v}){fetch} {sign} 1; }}",
                f"static inline {v} {p}_fetch_{name}{suffix}({t} *v) {{ return ({v}){fetch}; }}",
            ]
    subtract, add = f"__wq_atomic_op(v, (u64)i, 1, {size})", f"__wq_atomic_op(v, (u64)i, 0, {size})"
    exchange = f"__wq_compare_exchange(v, (u64)o, (u64)n, {size})"
    lines += [
        f"static inline bool {p}_sub_and_test({v} i, {t} *v) {{ return ({v}){subtract} - i == 0; }}",
        f"static inline bool {p}_add_negative({v} i, {t} *v) {{ return ({v}){add} + i < 0; }}",
        f"static inline {v} {p}_xchg({t} *v, {v} n) {{ return ({v})__wq_exchange(v, (u64)n, {size}); }}",
        f"static inline {v} {p}_cmpxchg({t} *v, {v} o, {v} n) {{ return ({v}){exchange}; }}",
        *(
            f"static inline {v} {p}_cmpxchg{order}({t} *v, {v} o, {v} n) {{ return ({v}){exchange}; }}"
            for order in _ORDERS
        ),
        *(f"static inline {v} {p}_xchg{order}({t} *v, {v} n) {{ return {p}_xchg(v, n); }}" for order in _ORDERS),
        f"static inline bool {p}_inc_unless_negative({t} *v)"
        f" {{ {v} c = {p}_read(v); if (c >= 0) {p}_inc(v); return c >= 0; }}",
        f"static inline bool {p}_dec_unless_positive({t} *v)"
        f" {{ {v} c = {p}_read(v); if (c <= 0) {p}_dec(v); return c <= 0; }}",
        f"static inline bool {p}_try_cmpxchg({t} *v, {v} *o, {v} n) {{ {v} was = {p}_cmpxchg(v, *o, n);"
        " bool ok = was == *o; if (!ok) *o = was; return ok; }",
        f"static inline {v} {p}_fetch_add_unless({t} *v, {v} a, {v} u)"
        f" {{ return ({v})__wq_atomic_add_unless(v, (u64)a, (u64)u, {size}); }}",
        f"static inline bool {p}_add_unless({t} *v, {v} a, {v} u) {{ return {p}_fetch_add_unless(v, a, u) != u; }}",
        f"static inline bool {p}_inc_not_zero({t} *v) {{ return {p}_add_unless(v, 1, 0); }}",
        f"static inline {v} {p}_dec_if_positive({t} *v)"
        f" {{ {v} c = {p}_read(v); if (c > 0) {p}_dec(v); return c - 1; }}",
    ]
    return "\n".join(lines)


INLINE = "\n".join(
    [
        _family("atomic", "atomic_t", "int"),
        _family("atomic64", "atomic64_t", "s64"),
        _family("atomic_long", "atomic_long_t", "long"),
        r"""
static inline void refcount_set(refcount_t *r, int n) { atomic_set(&r->refs, n); }
static inline unsigned int refcount_read(const refcount_t *r) { return atomic_read(&r->refs); }
static inline void refcount_inc(refcount_t *r) { __wq_refcount(r, 0, 1); }
static inline void refcount_add(int i, refcount_t *r) { __wq_refcount(r, 0, i); }
static inline bool refcount_inc_not_zero(refcount_t *r) { return __wq_refcount(r, 1, 1); }
static inline bool refcount_add_not_zero(int i, refcount_t *r) { return __wq_refcount(r, 1, i); }
static inline void refcount_dec(refcount_t *r) { __wq_refcount(r, 2, 1); }
static inline bool refcount_dec_and_test(refcount_t *r) { return __wq_refcount(r, 3, 1); }
static inline bool refcount_sub_and_test(int i, refcount_t *r) { return __wq_refcount(r, 3, i); }
static inline bool refcount_dec_if_one(refcount_t *r) { return atomic_cmpxchg(&r->refs, 1, 0) == 1; }
static inline bool refcount_dec_not_one(refcount_t *r) { return refcount_read(r) != 1 && (refcount_dec(r), true); }
#define refcount_dec_and_mutex_lock(r, lock) ({ bool __wq_zero = false; \
	if (!refcount_dec_not_one(r)) { \
		mutex_lock(lock); \
		__wq_zero = refcount_dec_and_test(r); \
		if (!__wq_zero) mutex_unlock(lock); \
	} \
	__wq_zero; })
#define refcount_dec_and_lock(r, lock) ({ bool __wq_zero = false; \
	if (!refcount_dec_not_one(r)) { \
		spin_lock(lock); \
		__wq_zero = refcount_dec_and_test(r); \
		if (!__wq_zero) spin_unlock(lock); \
	} \
	__wq_zero; })
#define refcount_dec_and_lock_irqsave(r, lock, flags) ({ bool __wq_zero; \
	spin_lock_irqsave(lock, *(flags)); \
	__wq_zero = refcount_dec_and_test(r); \
	if (!__wq_zero) spin_unlock_irqrestore(lock, *(flags)); \
	__wq_zero; })
#define atomic_dec_and_lock_irqsave(atomic, lock, flags) ({ spin_lock_irqsave(lock, flags); \
	bool __wq_zero = atomic_dec_and_test(atomic); \
	if (!__wq_zero) spin_unlock_irqrestore(lock, flags); __wq_zero; })
static inline void kref_init(struct kref *kref) { refcount_set(&kref->refcount, 1); }
static inline unsigned int kref_read(const struct kref *kref) { return refcount_read(&kref->refcount); }
static inline void kref_get(struct kref *kref) { refcount_inc(&kref->refcount); }
static inline int kref_get_unless_zero(struct kref *kref) { return refcount_inc_not_zero(&kref->refcount); }
static inline int kref_put(struct kref *kref, void (*release)(struct kref *kref))
{
	if (refcount_dec_and_test(&kref->refcount)) {
		release(kref);
		return 1;
	}
	return 0;
}
#define kref_put_mutex(kref, release, lock) ({ \
	int __wq_last = refcount_dec_and_test(&(kref)->refcount); \
	if (__wq_last) { mutex_lock(lock); (release)(kref); } __wq_last; })
#define kref_put_lock(kref, release, lock) ({ \
	int __wq_last = refcount_dec_and_test(&(kref)->refcount); \
	if (__wq_last) { spin_lock(lock); (release)(kref); } __wq_last; })
#define atomic_dec_and_lock(atomic, lock) ({ spin_lock(lock); bool __wq_zero = atomic_dec_and_test(atomic); \
	if (!__wq_zero) spin_unlock(lock); __wq_zero; })
""",
    ]
)

_OPERATIONS: tuple[Callable[[int, int], int], ...] = (
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a & b,
    lambda a, b: a | b,
    lambda a, b: a ^ b,
    lambda a, b: a & ~b,
)
SATURATED = 0xC0000000  # REFCOUNT_SATURATED: a counter that went wrong stays away from zero for ever


@kernel("u64 __wq_atomic_op(void *v, u64 i, int operation, int size)")
def atomic_op(k: Kernel, v: int, i: int, operation: int, size: int) -> int:
    """Do one indivisible operation; the old value."""
    k.charge("atomic")
    old = int(k.mem.load(v, size))
    k.mem.store(v, size, _OPERATIONS[operation](old, i) & (1 << 8 * size) - 1)
    return old


@kernel("u64 __wq_exchange(volatile void *v, u64 n, int size)")
def exchange(k: Kernel, v: int, n: int, size: int) -> int:
    """Store a value; the old one."""
    k.charge("atomic")
    old = int(k.mem.load(v, size))
    k.mem.store(v, size, n & (1 << 8 * size) - 1)
    return old


@kernel("u64 __wq_compare_exchange(volatile void *v, u64 o, u64 n, int size)")
def compare_exchange(k: Kernel, v: int, o: int, n: int, size: int) -> int:
    """Store `n` if the value is `o`; the old value."""
    k.charge("atomic")
    mask = (1 << 8 * size) - 1
    old = int(k.mem.load(v, size))
    if old == o & mask:
        k.mem.store(v, size, n & mask)
    return old


@kernel("u64 __wq_atomic_add_unless(void *v, u64 a, u64 u, int size)")
def atomic_add_unless(k: Kernel, v: int, a: int, u: int, size: int) -> int:
    """Add `a` unless the value is `u`; the old value."""
    k.charge("atomic")
    mask = (1 << 8 * size) - 1
    old = int(k.mem.load(v, size))
    if old != u & mask:
        k.mem.store(v, size, (old + a) & mask)
    return old


@kernel("bool __wq_refcount(void *r, int operation, int i)")
def refcount(k: Kernel, r: int, operation: int, i: int) -> int:
    """The `refcount_t` operations: 0 inc, 1 inc_not_zero, 2 dec, 3 dec_and_test; warns and saturates when misused.

    Linux: lib/refcount.c refcount_warn_saturate (6.12)
    """
    k.charge("atomic")
    old = int(k.mem.load(r, 4))
    value = old - (1 << 32) if old >> 31 else old
    if operation < 2:
        if operation == 1 and value == 0:
            return 0
        new, wrong = value + i, ""
        if value == 0:
            wrong = "addition on 0; use-after-free."
        elif value < 0 or new >= 1 << 31:
            wrong = "saturated; leaking memory."
    else:
        new, wrong = value - i, ""
        if value < i or value < 0:
            wrong = "underflow; use-after-free."
        elif new == 0 and operation == 2:
            wrong = "decrement hit 0; leaking memory."
    if wrong:
        k.mem.store(r, 4, SATURATED)
        k.oops.refcount(wrong)
        return 0
    k.mem.store(r, 4, new & 0xFFFFFFFF)
    return int(operation == 1 or operation == 3 and new == 0)
