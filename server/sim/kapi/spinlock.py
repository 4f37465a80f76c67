"""<linux/spinlock.h>, <linux/rwlock.h>, <linux/irqflags.h>, <linux/seqlock.h>, <linux/cleanup.h>: locks that spin."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
typedef struct { u32 cnts; u32 wait_lock; } rwlock_t;
typedef struct seqcount { unsigned int sequence; } seqcount_t;
typedef struct { seqcount_t seqcount; spinlock_t lock; } seqlock_t;
#define DEFINE_SPINLOCK(x) spinlock_t x = __SPIN_LOCK_UNLOCKED(x)
#define DEFINE_RAW_SPINLOCK(x) raw_spinlock_t x = { 0 }
#define DEFINE_RWLOCK(x) rwlock_t x = { 0 }
#define __RW_LOCK_UNLOCKED(x) { 0 }
#define SPIN_LOCK_UNLOCKED __wq_SPIN_LOCK_UNLOCKED_was_removed_in_2_6_39_use_DEFINE_SPINLOCK
#define RW_LOCK_UNLOCKED __wq_RW_LOCK_UNLOCKED_was_removed_in_2_6_39_use_DEFINE_RWLOCK
#define SEQCNT_ZERO(name) { 0 }
#define DEFINE_SEQLOCK(x) seqlock_t x = { { 0 } }
#define spin_lock_init(lock) __wq_spin_lock_init((spinlock_t *)(lock), #lock)
#define raw_spin_lock_init(lock) __wq_spin_lock_init((spinlock_t *)(lock), #lock)
#define rwlock_init(lock) __wq_rwlock_init((lock), #lock)
#define spin_lock_irqsave(lock, flags) do { (void)typecheck(unsigned long, flags); flags = __wq_spin_lock_irqsave(lock); } while (0)
#define spin_trylock_irqsave(lock, flags) ({ (void)typecheck(unsigned long, flags); __wq_spin_trylock_irqsave(lock, &(flags)); })
#define spin_lock_irqsave_nested(lock, flags, subclass) spin_lock_irqsave(lock, flags)
#define spin_lock_nested(lock, subclass) spin_lock(lock)
#define spin_lock_bh_nested(lock, subclass) spin_lock_bh(lock)
#define raw_spin_lock(lock) spin_lock((spinlock_t *)(lock))
#define raw_spin_unlock(lock) spin_unlock((spinlock_t *)(lock))
#define raw_spin_trylock(lock) spin_trylock((spinlock_t *)(lock))
#define raw_spin_lock_irq(lock) spin_lock_irq((spinlock_t *)(lock))
#define raw_spin_unlock_irq(lock) spin_unlock_irq((spinlock_t *)(lock))
#define raw_spin_lock_bh(lock) spin_lock_bh((spinlock_t *)(lock))
#define raw_spin_unlock_bh(lock) spin_unlock_bh((spinlock_t *)(lock))
#define raw_spin_lock_irqsave(lock, flags) do { flags = __wq_spin_lock_irqsave((spinlock_t *)(lock)); } while (0)
#define raw_spin_unlock_irqrestore(lock, flags) spin_unlock_irqrestore((spinlock_t *)(lock), flags)
#define assert_spin_locked(lock) BUG_ON(!spin_is_locked(lock))
#define read_lock_irqsave(lock, flags) do { (void)typecheck(unsigned long, flags); flags = __wq_read_lock_irqsave(lock); } while (0)
#define write_lock_irqsave(lock, flags) do { (void)typecheck(unsigned long, flags); flags = __wq_write_lock_irqsave(lock); } while (0)
#define local_irq_save(flags) do { (void)typecheck(unsigned long, flags); flags = __wq_local_irq_save(); } while (0)
#define local_irq_restore(flags) do { (void)typecheck(unsigned long, flags); __wq_local_irq_restore(flags); } while (0)
#define local_irq_disable() __wq_local_irq_disable()
#define local_irq_enable() __wq_local_irq_enable()
#define local_save_flags(flags) ((flags) = irqs_disabled() ? 0 : 0x200)
#define save_flags(flags) _Static_assert(0, "save_flags() was removed in 2.6: use local_irq_save() or a spinlock")
#define cli() _Static_assert(0, "cli() was removed in 2.6: use local_irq_disable() or a spinlock")
#define sti() _Static_assert(0, "sti() was removed in 2.6: use local_irq_enable() or a spinlock")
#define seqcount_init(s) ((s)->sequence = 0)
#define seqlock_init(sl) do { seqcount_init(&(sl)->seqcount); spin_lock_init(&(sl)->lock); } while (0)
"""

INLINE = r"""
static inline unsigned read_seqcount_begin(const seqcount_t *s) { unsigned seq; while ((seq = READ_ONCE(s->sequence)) & 1) cpu_relax(); return seq; }
static inline unsigned raw_read_seqcount(const seqcount_t *s) { return READ_ONCE(s->sequence); }
static inline int read_seqcount_retry(const seqcount_t *s, unsigned start) { return READ_ONCE(s->sequence) != start; }
static inline void write_seqcount_begin(seqcount_t *s) { s->sequence++; }
static inline void write_seqcount_end(seqcount_t *s) { s->sequence++; }
static inline unsigned read_seqbegin(const seqlock_t *sl) { return read_seqcount_begin(&sl->seqcount); }
static inline unsigned read_seqretry(const seqlock_t *sl, unsigned start) { return read_seqcount_retry(&sl->seqcount, start); }
static inline void write_seqlock(seqlock_t *sl) { spin_lock(&sl->lock); sl->seqcount.sequence++; }
static inline void write_sequnlock(seqlock_t *sl) { sl->seqcount.sequence++; spin_unlock(&sl->lock); }
static inline void write_seqlock_irq(seqlock_t *sl) { spin_lock_irq(&sl->lock); sl->seqcount.sequence++; }
static inline void write_sequnlock_irq(seqlock_t *sl) { sl->seqcount.sequence++; spin_unlock_irq(&sl->lock); }
static inline void write_seqlock_bh(seqlock_t *sl) { spin_lock_bh(&sl->lock); sl->seqcount.sequence++; }
static inline void write_sequnlock_bh(seqlock_t *sl) { sl->seqcount.sequence++; spin_unlock_bh(&sl->lock); }
#define write_seqlock_irqsave(sl, flags) do { spin_lock_irqsave(&(sl)->lock, flags); (sl)->seqcount.sequence++; } while (0)
#define write_sequnlock_irqrestore(sl, flags) do { (sl)->seqcount.sequence++; spin_unlock_irqrestore(&(sl)->lock, flags); } while (0)
"""

Step = Generator[object, None, None]
Answer = Generator[object, None, int]


@kernel("void __wq_spin_lock_init(spinlock_t *lock, const char *name)")
def spin_lock_init(k: Kernel, lock: int, name: int) -> None:
    """spin_lock_init(): an unlocked spinlock."""
    k.locks.spin_lock_init(lock, k.mem.cstr(name).decode("utf-8", "replace"))


@kernel("void spin_lock(spinlock_t *lock)")
def spin_lock(k: Kernel, lock: int) -> Step:
    """Take a spinlock, spinning until it is free; no sleeping while it is held."""
    yield from k.locks.spin_lock(lock)


@kernel("void spin_unlock(spinlock_t *lock)")
def spin_unlock(k: Kernel, lock: int) -> Step:
    """Release a spinlock."""
    k.locks.spin_unlock(lock)
    yield from preempt_point(k)


@kernel("int spin_trylock(spinlock_t *lock)")
def spin_trylock(k: Kernel, lock: int) -> int:
    """Take a spinlock if it is free: 1, else 0."""
    return int(k.locks.spin_trylock(lock))


@kernel("int spin_is_locked(spinlock_t *lock)")
def spin_is_locked(k: Kernel, lock: int) -> int:
    """Whether someone holds the spinlock."""
    return int(k.locks.spin_is_locked(lock))


@kernel("void spin_lock_irq(spinlock_t *lock)")
def spin_lock_irq(k: Kernel, lock: int) -> Step:
    """Disable interrupts of this CPU and take a spinlock."""
    yield from k.locks.spin_lock_irq(lock)


@kernel("void spin_unlock_irq(spinlock_t *lock)")
def spin_unlock_irq(k: Kernel, lock: int) -> Step:
    """Release a spinlock and enable interrupts."""
    k.locks.spin_unlock_irq(lock)
    yield from preempt_point(k)


@kernel("unsigned long __wq_spin_lock_irqsave(spinlock_t *lock)")
def spin_lock_irqsave(k: Kernel, lock: int) -> Answer:
    """spin_lock_irqsave(): disable interrupts, remembering whether they were, and take a spinlock."""
    return int((yield from k.locks.spin_lock_irqsave(lock)))


@kernel("void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags)")
def spin_unlock_irqrestore(k: Kernel, lock: int, flags: int) -> Step:
    """Release a spinlock and put interrupts back as they were."""
    k.locks.spin_unlock_irqrestore(lock, flags)
    yield from preempt_point(k)


@kernel("int __wq_spin_trylock_irqsave(spinlock_t *lock, unsigned long *flags)")
def spin_trylock_irqsave(k: Kernel, lock: int, flags: int) -> int:
    """spin_trylock_irqsave()."""
    taken, value = k.locks.spin_trylock_irqsave(lock)
    k.mem.store(flags, 8, value)
    return int(taken)


@kernel("int spin_trylock_irq(spinlock_t *lock)")
def spin_trylock_irq(k: Kernel, lock: int) -> int:
    """spin_lock_irq() if the lock is free: 1, else 0."""
    return int(k.locks.spin_trylock_irq(lock))


@kernel("void spin_lock_bh(spinlock_t *lock)")
def spin_lock_bh(k: Kernel, lock: int) -> Step:
    """Disable bottom halves and take a spinlock."""
    yield from k.locks.spin_lock_bh(lock)


@kernel("void spin_unlock_bh(spinlock_t *lock)")
def spin_unlock_bh(k: Kernel, lock: int) -> Step:
    """Release a spinlock and enable bottom halves, which may run at once."""
    yield from k.locks.spin_unlock_bh(lock)


@kernel("int spin_trylock_bh(spinlock_t *lock)")
def spin_trylock_bh(k: Kernel, lock: int) -> Answer:
    """spin_lock_bh() if the lock is free: 1, else 0."""
    return int((yield from k.locks.spin_trylock_bh(lock)))


def preempt_point(k: Kernel) -> Step:
    """preempt_enable() at the end of a critical section: a preemption point in a preemptible kernel."""
    if k.cx.now >= k.cx.horizon:
        yield None
    if k.sched.full and not k.in_atomic() and k.cpu.need_resched:
        yield from k.sched.might_resched()


@kernel("void __wq_rwlock_init(rwlock_t *lock, const char *name)")
def rwlock_init(k: Kernel, lock: int, name: int) -> None:
    """rwlock_init(): an unlocked reader-writer lock."""
    k.locks.rwlock_init(lock, k.mem.cstr(name).decode("utf-8", "replace"))


@kernel("void read_lock(rwlock_t *lock)", macro=True)
def read_lock(k: Kernel, lock: int) -> Step:
    """Take a reader-writer lock together with other readers."""
    yield from k.locks.read_lock(lock)


@kernel("void read_unlock(rwlock_t *lock)", macro=True)
def read_unlock(k: Kernel, lock: int) -> Step:
    """Release a reader's hold."""
    k.locks.read_unlock(lock)
    yield from preempt_point(k)


@kernel("void write_lock(rwlock_t *lock)", macro=True)
def write_lock(k: Kernel, lock: int) -> Step:
    """Take a reader-writer lock alone."""
    yield from k.locks.write_lock(lock)


@kernel("void write_unlock(rwlock_t *lock)", macro=True)
def write_unlock(k: Kernel, lock: int) -> Step:
    """Release a writer's hold."""
    k.locks.write_unlock(lock)
    yield from preempt_point(k)


@kernel("int read_trylock(rwlock_t *lock)", macro=True)
def read_trylock(k: Kernel, lock: int) -> int:
    """read_lock() if no writer is there: 1, else 0."""
    return int(k.locks.read_trylock(lock))


@kernel("int write_trylock(rwlock_t *lock)", macro=True)
def write_trylock(k: Kernel, lock: int) -> int:
    """write_lock() if nobody holds it: 1, else 0."""
    return int(k.locks.write_trylock(lock))


@kernel("unsigned long __wq_read_lock_irqsave(rwlock_t *lock)")
def read_lock_irqsave(k: Kernel, lock: int) -> Answer:
    """read_lock_irqsave()."""
    return int((yield from k.locks.read_lock_irqsave(lock)))


@kernel("void read_unlock_irqrestore(rwlock_t *lock, unsigned long flags)", macro=True)
def read_unlock_irqrestore(k: Kernel, lock: int, flags: int) -> None:
    """Release a reader's hold and put interrupts back as they were."""
    k.locks.read_unlock_irqrestore(lock, flags)


@kernel("unsigned long __wq_write_lock_irqsave(rwlock_t *lock)")
def write_lock_irqsave(k: Kernel, lock: int) -> Answer:
    """write_lock_irqsave()."""
    return int((yield from k.locks.write_lock_irqsave(lock)))


@kernel("void write_unlock_irqrestore(rwlock_t *lock, unsigned long flags)", macro=True)
def write_unlock_irqrestore(k: Kernel, lock: int, flags: int) -> None:
    """Release a writer's hold and put interrupts back as they were."""
    k.locks.write_unlock_irqrestore(lock, flags)


@kernel("void read_lock_irq(rwlock_t *lock)", macro=True)
def read_lock_irq(k: Kernel, lock: int) -> Step:
    """Disable interrupts and take the lock as a reader."""
    yield from k.locks.read_lock_irq(lock)


@kernel("void read_unlock_irq(rwlock_t *lock)", macro=True)
def read_unlock_irq(k: Kernel, lock: int) -> None:
    """Release a reader's hold and enable interrupts."""
    k.locks.read_unlock_irq(lock)


@kernel("void write_lock_irq(rwlock_t *lock)", macro=True)
def write_lock_irq(k: Kernel, lock: int) -> Step:
    """Disable interrupts and take the lock as a writer."""
    yield from k.locks.write_lock_irq(lock)


@kernel("void write_unlock_irq(rwlock_t *lock)", macro=True)
def write_unlock_irq(k: Kernel, lock: int) -> None:
    """Release a writer's hold and enable interrupts."""
    k.locks.write_unlock_irq(lock)


@kernel("void read_lock_bh(rwlock_t *lock)", macro=True)
def read_lock_bh(k: Kernel, lock: int) -> Step:
    """Disable bottom halves and take the lock as a reader."""
    yield from k.locks.read_lock_bh(lock)


@kernel("void read_unlock_bh(rwlock_t *lock)", macro=True)
def read_unlock_bh(k: Kernel, lock: int) -> Step:
    """Release a reader's hold and enable bottom halves."""
    yield from k.locks.read_unlock_bh(lock)


@kernel("void write_lock_bh(rwlock_t *lock)", macro=True)
def write_lock_bh(k: Kernel, lock: int) -> Step:
    """Disable bottom halves and take the lock as a writer."""
    yield from k.locks.write_lock_bh(lock)


@kernel("void write_unlock_bh(rwlock_t *lock)", macro=True)
def write_unlock_bh(k: Kernel, lock: int) -> Step:
    """Release a writer's hold and enable bottom halves."""
    yield from k.locks.write_unlock_bh(lock)


@kernel("unsigned long __wq_local_irq_save(void)")
def local_irq_save(k: Kernel) -> int:
    """local_irq_save(): disable interrupts of this CPU; whether they were enabled."""
    return int(k.locks.local_irq_save())


@kernel("void __wq_local_irq_restore(unsigned long flags)")
def local_irq_restore(k: Kernel, flags: int) -> Step:
    """local_irq_restore()."""
    k.locks.local_irq_restore(flags)
    yield from preempt_point(k)


@kernel("void __wq_local_irq_disable(void)")
def local_irq_disable(k: Kernel) -> None:
    """local_irq_disable()."""
    k.locks.local_irq_disable()


@kernel("void __wq_local_irq_enable(void)")
def local_irq_enable(k: Kernel) -> Step:
    """local_irq_enable(): interrupts that came meanwhile are taken."""
    k.locks.local_irq_enable()
    yield from preempt_point(k)


@kernel("bool irqs_disabled(void)")
def irqs_disabled(k: Kernel) -> int:
    """Whether this CPU takes no interrupts."""
    return int(k.locks.irqs_disabled())
