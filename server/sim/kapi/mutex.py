"""<linux/mutex.h>."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
typedef struct raw_spinlock { u32 raw_lock; } raw_spinlock_t;
typedef struct spinlock { union { struct raw_spinlock rlock; }; } spinlock_t;
struct optimistic_spin_queue { atomic_t tail; };
struct lock_class_key { unsigned char subkeys[1]; };
struct mutex {
	atomic_long_t owner;
	raw_spinlock_t wait_lock;
	struct optimistic_spin_queue osq;
	struct list_head wait_list;
};
#define __RAW_SPIN_LOCK_UNLOCKED(name) { 0 }
#define __SPIN_LOCK_UNLOCKED(name) { { { 0 } } }
#define __MUTEX_INITIALIZER(name) { .owner = ATOMIC_LONG_INIT(0), .wait_list = LIST_HEAD_INIT(name.wait_list) }
#define DEFINE_MUTEX(name) struct mutex name = __MUTEX_INITIALIZER(name)
#define mutex_init(mutex) __mutex_init(mutex, #mutex, NULL)
#define mutex_lock_nested(lock, subclass) mutex_lock(lock)
#define mutex_lock_interruptible_nested(lock, subclass) mutex_lock_interruptible(lock)
#define mutex_lock_killable_nested(lock, subclass) mutex_lock_killable(lock)
#define mutex_lock_nest_lock(lock, nest) mutex_lock(lock)
#define DECLARE_MUTEX(name) _Static_assert(0, "DECLARE_MUTEX() was removed in 2.6.37: use DEFINE_MUTEX() or DEFINE_SEMAPHORE(name, 1)")
#define init_MUTEX(sem) _Static_assert(0, "init_MUTEX() was removed in 2.6.37: use mutex_init() or sema_init(sem, 1)")
"""

INLINE = r"""
static inline void mutex_destroy(struct mutex *lock) { __wq_mutex_destroy(lock); }
#define lockdep_assert_held(l) __wq_lockdep_assert((l), 1)
#define lockdep_assert_not_held(l) __wq_lockdep_assert((l), 0)
#define lockdep_assert_held_once(l) lockdep_assert_held(l)
#define lockdep_set_class(lock, key) do { } while (0)
#define lockdep_is_held(lock) __wq_lockdep_is_held(lock)
"""


@kernel("void __mutex_init(struct mutex *lock, const char *name, struct lock_class_key *key)")
def mutex_init(k: Kernel, lock: int, name: int, key: int) -> None:
    """Initialise a mutex, unlocked."""
    k.locks.mutex_init(lock, k.mem.cstr(name).decode("utf-8", "replace"))


@kernel("void mutex_lock(struct mutex *lock)", may_sleep=True)
def mutex_lock(k: Kernel, lock: int) -> Generator[object, None, None]:
    """Take a mutex, sleeping until it is free."""
    yield from k.locks.mutex_lock(lock)


@kernel("int mutex_lock_interruptible(struct mutex *lock)", may_sleep=True, attributes="__must_check")
def mutex_lock_interruptible(k: Kernel, lock: int) -> Generator[object, None, int]:
    """Take a mutex; -EINTR if a signal ends the wait."""
    return int((yield from k.locks.mutex_lock_interruptible(lock)))


@kernel("int mutex_lock_killable(struct mutex *lock)", may_sleep=True, attributes="__must_check")
def mutex_lock_killable(k: Kernel, lock: int) -> Generator[object, None, int]:
    """Take a mutex; -EINTR if a fatal signal ends the wait."""
    return int((yield from k.locks.mutex_lock_killable(lock)))


@kernel("int mutex_trylock(struct mutex *lock)")
def mutex_trylock(k: Kernel, lock: int) -> int:
    """Take a mutex if it is free: 1, else 0."""
    return int(k.locks.mutex_trylock(lock))


@kernel("void mutex_unlock(struct mutex *lock)")
def mutex_unlock(k: Kernel, lock: int) -> None:
    """Release a mutex; the first waiter wakes."""
    k.locks.mutex_unlock(lock)


@kernel("bool mutex_is_locked(struct mutex *lock)")
def mutex_is_locked(k: Kernel, lock: int) -> int:
    """Whether someone holds the mutex."""
    return int(k.locks.mutex_is_locked(lock))


@kernel("void __wq_mutex_destroy(struct mutex *lock)")
def mutex_destroy(k: Kernel, lock: int) -> None:
    """Mark a mutex unusable; complains if it is locked."""
    k.locks.mutex_destroy(lock)


@kernel("int atomic_dec_and_mutex_lock(atomic_t *cnt, struct mutex *lock)", may_sleep=True)
def atomic_dec_and_mutex_lock(k: Kernel, cnt: int, lock: int) -> Generator[object, None, int]:
    """Decrement; if that gives 0 return 1 holding the mutex."""
    k.charge("atomic")
    value = int(k.mem.load(cnt, 4))
    if value != 1:
        k.mem.store(cnt, 4, (value - 1) & 0xFFFFFFFF)
        return 0
    yield from k.locks.mutex_lock(lock)
    value = (int(k.mem.load(cnt, 4)) - 1) & 0xFFFFFFFF
    k.mem.store(cnt, 4, value)
    if value:
        k.locks.mutex_unlock(lock)
        return 0
    return 1


@kernel("int __wq_lockdep_is_held(const void *lock)")
def lockdep_is_held(k: Kernel, lock: int) -> int:
    """lockdep_is_held(): whether the running task holds a lock; 1 where nobody keeps count of it."""
    return int(k.locks.lockdep_is_held(lock))


@kernel("void __wq_lockdep_assert(const void *lock, int held)")
def lockdep_assert(k: Kernel, lock: int, held: int) -> None:
    """lockdep_assert_held(), lockdep_assert_not_held(): warns if that is not so, in a kernel with lockdep."""
    if k.lockdep.on and k.locks.lockdep_is_held(lock) != bool(held):
        k.oops.warn_on(k.cx.line, "")
