"""<linux/cleanup.h>: guard(), scoped_guard(), __free() and CLASS(), and the kernel's own of them."""

_LOCKS = (
    ("raw_spinlock", "raw_spinlock_t", "raw_spin_lock(_T->lock)", "raw_spin_unlock(_T->lock)", ""),
    ("raw_spinlock_irq", "raw_spinlock_t", "raw_spin_lock_irq(_T->lock)", "raw_spin_unlock_irq(_T->lock)", ""),
    ("raw_spinlock_irqsave", "raw_spinlock_t", "raw_spin_lock_irqsave(_T->lock, _T->flags)",
     "raw_spin_unlock_irqrestore(_T->lock, _T->flags)", "unsigned long flags"),
    ("spinlock", "spinlock_t", "spin_lock(_T->lock)", "spin_unlock(_T->lock)", ""),
    ("spinlock_irq", "spinlock_t", "spin_lock_irq(_T->lock)", "spin_unlock_irq(_T->lock)", ""),
    ("spinlock_bh", "spinlock_t", "spin_lock_bh(_T->lock)", "spin_unlock_bh(_T->lock)", ""),
    ("spinlock_irqsave", "spinlock_t", "spin_lock_irqsave(_T->lock, _T->flags)",
     "spin_unlock_irqrestore(_T->lock, _T->flags)", "unsigned long flags"),
    ("read_lock", "rwlock_t", "read_lock(_T->lock)", "read_unlock(_T->lock)", ""),
    ("read_lock_irq", "rwlock_t", "read_lock_irq(_T->lock)", "read_unlock_irq(_T->lock)", ""),
    ("read_lock_irqsave", "rwlock_t", "read_lock_irqsave(_T->lock, _T->flags)",
     "read_unlock_irqrestore(_T->lock, _T->flags)", "unsigned long flags"),
    ("write_lock", "rwlock_t", "write_lock(_T->lock)", "write_unlock(_T->lock)", ""),
    ("write_lock_irq", "rwlock_t", "write_lock_irq(_T->lock)", "write_unlock_irq(_T->lock)", ""),
    ("write_lock_irqsave", "rwlock_t", "write_lock_irqsave(_T->lock, _T->flags)",
     "write_unlock_irqrestore(_T->lock, _T->flags)", "unsigned long flags"),
    ("srcu", "struct srcu_struct", "_T->idx = srcu_read_lock(_T->lock)", "srcu_read_unlock(_T->lock, _T->idx)", "int idx"),
)  # fmt: skip
_STATES = (
    ("rcu", "rcu_read_lock()", "rcu_read_unlock()", ""),
    ("preempt", "preempt_disable()", "preempt_enable()", ""),
    ("irq", "local_irq_disable()", "local_irq_enable()", ""),
    ("irqsave", "local_irq_save(_T->flags)", "local_irq_restore(_T->flags)", "unsigned long flags"),
    ("cpus_read_lock", "cpus_read_lock()", "cpus_read_unlock()", ""),
)

HEADER = r"""
#define __cleanup(func) __attribute__((annotate("wq:cleanup:" #func), unused))
#define DEFINE_FREE(name, type, free) static inline void __free_##name(void *p) { type _T = *(type *)p; free; }
#define __free(name) __cleanup(__free_##name)
#define __get_and_null(p, nullvalue) ({ \
	typeof(p) *__wq_p = &(p); typeof(p) __wq_val = *__wq_p; *__wq_p = nullvalue; __wq_val; })
#define no_free_ptr(p) ((typeof(p))__get_and_null(p, NULL))
#define return_ptr(p) return no_free_ptr(p)
#define DEFINE_CLASS(name, type, exit, init, init_args...) \
	typedef type class_##name##_t; \
	static inline void class_##name##_destructor(type *p) { type _T = *p; exit; } \
	static inline type class_##name##_constructor(init_args) { type t = init; return t; }
#define EXTEND_CLASS(name, ext, init, init_args...) \
	typedef class_##name##_t class_##name##ext##_t; \
	static inline void class_##name##ext##_destructor(class_##name##_t *p) { class_##name##_destructor(p); } \
	static inline class_##name##_t class_##name##ext##_constructor(init_args) { class_##name##_t t = init; return t; }
#define CLASS(name, var) class_##name##_t var __cleanup(class_##name##_destructor) = class_##name##_constructor
#define DEFINE_GUARD(name, type, lock, unlock) \
	DEFINE_CLASS(name, type, if (_T) { unlock; }, ({ lock; _T; }), type _T); \
	static inline void *class_##name##_lock_ptr(class_##name##_t *_T) { return *_T; }
#define DEFINE_GUARD_COND(name, ext, condlock) \
	EXTEND_CLASS(name, ext, ({ void *_t = _T; if (_T && !(condlock)) _t = NULL; _t; }), class_##name##_t _T) \
	static inline void *class_##name##ext##_lock_ptr(class_##name##_t *_T) { return class_##name##_lock_ptr(_T); }
#define __wq_guard_class(name, member, members, unlock) \
	typedef struct { member *lock; members; } class_##name##_t; \
	static inline void class_##name##_destructor(class_##name##_t *_T) { if (_T->lock) { unlock; } } \
	static inline void *class_##name##_lock_ptr(class_##name##_t *_T) { return _T->lock; }
#define DEFINE_LOCK_GUARD_1(name, type, lock_, unlock_, members...) \
	__wq_guard_class(name, type, members, unlock_) \
	static inline class_##name##_t class_##name##_constructor(type *l) \
	{ class_##name##_t _t = { .lock = l }, *_T = &_t; lock_; return _t; }
#define DEFINE_LOCK_GUARD_0(name, lock_, unlock_, members...) \
	__wq_guard_class(name, void, members, unlock_) \
	static inline class_##name##_t class_##name##_constructor(void) \
	{ class_##name##_t _t = { .lock = (void *)1 }, *_T = &_t; lock_; return _t; }
#define DEFINE_LOCK_GUARD_1_COND(name, ext, condlock) \
	EXTEND_CLASS(name, ext, ({ class_##name##_t _t = { .lock = l }, *_T = &_t; \
		if (_T->lock && !(condlock)) _T->lock = NULL; _t; }), typeof(((class_##name##_t *)NULL)->lock) l) \
	static inline void *class_##name##ext##_lock_ptr(class_##name##_t *_T) { return class_##name##_lock_ptr(_T); }
#define guard(name) CLASS(name, __UNIQUE_ID(guard))
#define __guard_ptr(name) class_##name##_lock_ptr
#define scoped_guard(name, args...) \
	for (CLASS(name, scope)(args), *done = NULL; __guard_ptr(name)(&scope) && !done; done = (void *)1)
#define scoped_cond_guard(name, fail, args...) \
	for (CLASS(name, scope)(args), *done = NULL; !done; done = (void *)1) \
		if (!__guard_ptr(name)(&scope)) fail; \
		else
"""

INLINE = (
    r"""
DEFINE_FREE(kfree, void *, if (!IS_ERR_OR_NULL(_T)) kfree(_T))
DEFINE_FREE(kvfree, void *, if (!IS_ERR_OR_NULL(_T)) kvfree(_T))
DEFINE_FREE(kfree_sensitive, void *, if (_T) kfree_sensitive(_T))
DEFINE_FREE(bitmap, unsigned long *, if (_T) bitmap_free(_T))
DEFINE_FREE(put_device, struct device *, if (_T) put_device(_T))
DEFINE_FREE(put_task, struct task_struct *, if (_T) put_task_struct(_T))
DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))
DEFINE_GUARD_COND(mutex, _try, mutex_trylock(_T))
DEFINE_GUARD_COND(mutex, _intr, mutex_lock_interruptible(_T) == 0)
DEFINE_GUARD(rwsem_read, struct rw_semaphore *, down_read(_T), up_read(_T))
DEFINE_GUARD_COND(rwsem_read, _try, down_read_trylock(_T))
DEFINE_GUARD_COND(rwsem_read, _intr, down_read_interruptible(_T) == 0)
DEFINE_GUARD(rwsem_write, struct rw_semaphore *, down_write(_T), up_write(_T))
DEFINE_GUARD_COND(rwsem_write, _try, down_write_trylock(_T))
DEFINE_GUARD(task_lock, struct task_struct *, task_lock(_T), task_unlock(_T))
"""
    + "".join(
        f"DEFINE_LOCK_GUARD_1({name}, {type_}, {lock}, {unlock}{', ' if more else ''}{more})\n"
        for name, type_, lock, unlock, more in _LOCKS
    )
    + "".join(
        f"DEFINE_LOCK_GUARD_0({name}, {on}, {off}{', ' if more else ''}{more})\n" for name, on, off, more in _STATES
    )
    + r"""
DEFINE_LOCK_GUARD_1_COND(spinlock, _try, spin_trylock(_T->lock))
DEFINE_LOCK_GUARD_1_COND(spinlock_irq, _try, spin_trylock_irq(_T->lock))
DEFINE_LOCK_GUARD_1_COND(spinlock_irqsave, _try, spin_trylock_irqsave(_T->lock, _T->flags))
"""
)
