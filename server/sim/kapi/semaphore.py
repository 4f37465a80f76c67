"""<linux/semaphore.h> and <linux/rwsem.h>."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
struct semaphore { raw_spinlock_t lock; unsigned int count; struct list_head wait_list; };
struct rw_semaphore {
	atomic_long_t count, owner;
	struct optimistic_spin_queue osq;
	raw_spinlock_t wait_lock;
	struct list_head wait_list;
};
#define __SEMAPHORE_INITIALIZER(name, n) { .count = n, .wait_list = LIST_HEAD_INIT((name).wait_list) }
#define DEFINE_SEMAPHORE(name, n...) struct semaphore name = __SEMAPHORE_INITIALIZER(name, __wq_semaphore_count(n))
#define __wq_semaphore_count(n...) __wq_second(0, ##n, \
	({ _Static_assert(0, "DEFINE_SEMAPHORE(name) takes the count since 6.4: use DEFINE_SEMAPHORE(name, 1)"); 1; }))
#define __RWSEM_INITIALIZER(name) { .wait_list = LIST_HEAD_INIT((name).wait_list) }
#define DECLARE_RWSEM(name) struct rw_semaphore name = __RWSEM_INITIALIZER(name)
#define init_rwsem(sem) __wq_init_rwsem((sem), #sem)
#define down_read_nested(sem, subclass) down_read(sem)
#define down_write_nested(sem, subclass) down_write(sem)
"""

Step = Generator[object, None, None]
Answer = Generator[object, None, int]


@kernel("void sema_init(struct semaphore *sem, int val)")
def sema_init(k: Kernel, sem: int, val: int) -> None:
    """Initialise a semaphore with a count."""
    k.locks.sema_init(sem, val)


@kernel("void down(struct semaphore *sem)", may_sleep=True)
def down(k: Kernel, sem: int) -> Step:
    """Take a semaphore, sleeping while its count is 0."""
    yield from k.locks.down(sem)


@kernel("int down_interruptible(struct semaphore *sem)", may_sleep=True, attributes="__must_check")
def down_interruptible(k: Kernel, sem: int) -> Answer:
    """Take a semaphore; -EINTR if a signal ends the wait."""
    return int((yield from k.locks.down_interruptible(sem)))


@kernel("int down_killable(struct semaphore *sem)", may_sleep=True, attributes="__must_check")
def down_killable(k: Kernel, sem: int) -> Answer:
    """Take a semaphore; -EINTR if a fatal signal ends the wait."""
    return int((yield from k.locks.down_killable(sem)))


@kernel("int down_timeout(struct semaphore *sem, long jiffies)", may_sleep=True, attributes="__must_check")
def down_timeout(k: Kernel, sem: int, jiffies: int) -> Answer:
    """Take a semaphore; -ETIME after so many jiffies."""
    return int((yield from k.locks.down_timeout(sem, jiffies)))


@kernel("int down_trylock(struct semaphore *sem)", attributes="__must_check")
def down_trylock(k: Kernel, sem: int) -> int:
    """Take a semaphore if its count allows: 0, else 1 (not as other trylocks)."""
    return int(k.locks.down_trylock(sem))


@kernel("void up(struct semaphore *sem)")
def up(k: Kernel, sem: int) -> None:
    """Release a semaphore; the first waiter gets it."""
    k.locks.up(sem)


@kernel("void __wq_init_rwsem(struct rw_semaphore *sem, const char *name)")
def init_rwsem(k: Kernel, sem: int, name: int) -> None:
    """init_rwsem()."""
    k.locks.init_rwsem(sem, k.mem.cstr(name).decode("utf-8", "replace"))


@kernel("void down_read(struct rw_semaphore *sem)", may_sleep=True)
def down_read(k: Kernel, sem: int) -> Step:
    """Take a read-write semaphore together with other readers."""
    yield from k.locks.down_read(sem)


@kernel("int down_read_interruptible(struct rw_semaphore *sem)", may_sleep=True, attributes="__must_check")
def down_read_interruptible(k: Kernel, sem: int) -> Answer:
    """down_read(); -EINTR if a signal ends the wait."""
    return int((yield from k.locks.down_read_interruptible(sem)))


@kernel("int down_read_killable(struct rw_semaphore *sem)", may_sleep=True, attributes="__must_check")
def down_read_killable(k: Kernel, sem: int) -> Answer:
    """down_read(); -EINTR if a fatal signal ends the wait."""
    return int((yield from k.locks.down_read_killable(sem)))


@kernel("int down_read_trylock(struct rw_semaphore *sem)")
def down_read_trylock(k: Kernel, sem: int) -> int:
    """down_read() if no writer is there: 1, else 0."""
    return int(k.locks.down_read_trylock(sem))


@kernel("void up_read(struct rw_semaphore *sem)")
def up_read(k: Kernel, sem: int) -> None:
    """Release a reader's hold."""
    k.locks.up_read(sem)


@kernel("void down_write(struct rw_semaphore *sem)", may_sleep=True)
def down_write(k: Kernel, sem: int) -> Step:
    """Take a read-write semaphore alone."""
    yield from k.locks.down_write(sem)


@kernel("int down_write_killable(struct rw_semaphore *sem)", may_sleep=True, attributes="__must_check")
def down_write_killable(k: Kernel, sem: int) -> Answer:
    """down_write(); -EINTR if a fatal signal ends the wait."""
    return int((yield from k.locks.down_write_killable(sem)))


@kernel("int down_write_trylock(struct rw_semaphore *sem)")
def down_write_trylock(k: Kernel, sem: int) -> int:
    """down_write() if nobody holds it: 1, else 0."""
    return int(k.locks.down_write_trylock(sem))


@kernel("void up_write(struct rw_semaphore *sem)")
def up_write(k: Kernel, sem: int) -> None:
    """Release a writer's hold."""
    k.locks.up_write(sem)


@kernel("void downgrade_write(struct rw_semaphore *sem)")
def downgrade_write(k: Kernel, sem: int) -> None:
    """Turn a writer's hold into a reader's."""
    k.locks.downgrade_write(sem)


@kernel("int rwsem_is_locked(struct rw_semaphore *sem)")
def rwsem_is_locked(k: Kernel, sem: int) -> int:
    """Whether someone holds the semaphore."""
    return int(k.locks.rwsem_is_locked(sem))
