"""<linux/percpu_counter.h>, <linux/percpu-refcount.h>, <linux/percpu-rwsem.h>: in C; references are exact where the kernel's are lazy."""

HEADER = r"""
struct percpu_counter { raw_spinlock_t lock; s64 count; s32 *counters; };
struct percpu_ref;
typedef void (percpu_ref_func_t)(struct percpu_ref *);
struct percpu_ref { atomic_long_t count; percpu_ref_func_t *release; bool dying, atomic; struct rcu_head rcu; };
enum { PERCPU_REF_INIT_ATOMIC = 1 << 0, PERCPU_REF_INIT_DEAD = 1 << 1, PERCPU_REF_ALLOW_REINIT = 1 << 2 };
struct percpu_rw_semaphore { struct rw_semaphore rw_sem; };
#define percpu_counter_batch max_t(s32, 32, 2 * num_online_cpus())
#define percpu_init_rwsem(sem) ({ init_rwsem(&(sem)->rw_sem); 0; })
#define DEFINE_STATIC_PERCPU_RWSEM(name) static struct percpu_rw_semaphore name = { __RWSEM_INITIALIZER((name).rw_sem) }
#define DEFINE_PERCPU_RWSEM(name) struct percpu_rw_semaphore name = { __RWSEM_INITIALIZER((name).rw_sem) }
"""

INLINE = r"""
static inline int percpu_counter_init(struct percpu_counter *fbc, s64 amount, gfp_t gfp)
{
	raw_spin_lock_init(&fbc->lock);
	fbc->count = amount;
	fbc->counters = alloc_percpu_gfp(s32, gfp);
	return fbc->counters ? 0 : -ENOMEM;
}
static inline void percpu_counter_destroy(struct percpu_counter *fbc)
{ if (fbc->counters) free_percpu(fbc->counters); fbc->counters = NULL; }
static inline bool percpu_counter_initialized(struct percpu_counter *fbc) { return fbc->counters != NULL; }
static inline void percpu_counter_add_batch(struct percpu_counter *fbc, s64 amount, s32 batch)
{
	s64 count = this_cpu_read(*fbc->counters) + amount;

	if (count >= batch || count <= -batch) {
		fbc->count += count;
		count = 0;
	}
	this_cpu_write(*fbc->counters, count);
}
static inline void percpu_counter_add(struct percpu_counter *fbc, s64 amount)
{ percpu_counter_add_batch(fbc, amount, percpu_counter_batch); }
static inline void percpu_counter_sub(struct percpu_counter *fbc, s64 amount) { percpu_counter_add(fbc, -amount); }
static inline void percpu_counter_inc(struct percpu_counter *fbc) { percpu_counter_add(fbc, 1); }
static inline void percpu_counter_dec(struct percpu_counter *fbc) { percpu_counter_add(fbc, -1); }
static inline s64 percpu_counter_read(struct percpu_counter *fbc) { return fbc->count; }
static inline s64 percpu_counter_read_positive(struct percpu_counter *fbc) { return fbc->count >= 0 ? fbc->count : 0; }
static inline s64 percpu_counter_sum(struct percpu_counter *fbc)
{
	s64 sum = fbc->count;
	int cpu;

	for_each_online_cpu(cpu)
		sum += *per_cpu_ptr(fbc->counters, cpu);
	return sum;
}
static inline s64 percpu_counter_sum_positive(struct percpu_counter *fbc)
{ s64 sum = percpu_counter_sum(fbc); return sum < 0 ? 0 : sum; }
static inline void percpu_counter_set(struct percpu_counter *fbc, s64 amount)
{
	int cpu;

	for_each_possible_cpu(cpu)
		*per_cpu_ptr(fbc->counters, cpu) = 0;
	fbc->count = amount;
}
static inline int percpu_counter_compare(struct percpu_counter *fbc, s64 rhs)
{ s64 sum = percpu_counter_sum(fbc); return sum > rhs ? 1 : sum < rhs ? -1 : 0; }
static inline int percpu_ref_init(struct percpu_ref *ref, percpu_ref_func_t *release, unsigned int flags, gfp_t gfp)
{
	atomic_long_set(&ref->count, flags & PERCPU_REF_INIT_DEAD ? 0 : 1);
	ref->release = release;
	ref->dying = flags & PERCPU_REF_INIT_DEAD;
	return 0;
}
static inline void percpu_ref_exit(struct percpu_ref *ref) { ref->dying = true; }
static inline void percpu_ref_get_many(struct percpu_ref *ref, unsigned long nr) { atomic_long_add(nr, &ref->count); }
static inline void percpu_ref_get(struct percpu_ref *ref) { percpu_ref_get_many(ref, 1); }
static inline bool percpu_ref_tryget(struct percpu_ref *ref) { return atomic_long_read(&ref->count) && (percpu_ref_get(ref), true); }
static inline bool percpu_ref_tryget_live(struct percpu_ref *ref) { return !ref->dying && percpu_ref_tryget(ref); }
static inline void percpu_ref_put_many(struct percpu_ref *ref, unsigned long nr)
{ if (!atomic_long_sub_return(nr, &ref->count)) ref->release(ref); }
static inline void percpu_ref_put(struct percpu_ref *ref) { percpu_ref_put_many(ref, 1); }
static inline bool percpu_ref_is_dying(struct percpu_ref *ref) { return ref->dying; }
static inline bool percpu_ref_is_zero(struct percpu_ref *ref) { return !atomic_long_read(&ref->count); }
static inline void __wq_percpu_ref_put_rcu(struct rcu_head *rcu) { percpu_ref_put(container_of(rcu, struct percpu_ref, rcu)); }
static inline void percpu_ref_kill(struct percpu_ref *ref)
{
	WARN_ONCE(ref->dying, "percpu_ref_kill called more than once on %ps!", ref->release);
	ref->dying = true;
	percpu_ref_get(ref);
	call_rcu(&ref->rcu, __wq_percpu_ref_put_rcu);
	percpu_ref_put(ref);
}
static inline void percpu_ref_kill_and_confirm(struct percpu_ref *ref, percpu_ref_func_t *confirm)
{ percpu_ref_kill(ref); if (confirm) confirm(ref); }
static inline void percpu_ref_reinit(struct percpu_ref *ref) { atomic_long_set(&ref->count, 1); ref->dying = false; }
static inline void percpu_ref_resurrect(struct percpu_ref *ref) { percpu_ref_get(ref); ref->dying = false; }
static inline void percpu_down_read(struct percpu_rw_semaphore *sem) { down_read(&sem->rw_sem); }
static inline bool percpu_down_read_trylock(struct percpu_rw_semaphore *sem) { return down_read_trylock(&sem->rw_sem); }
static inline void percpu_up_read(struct percpu_rw_semaphore *sem) { up_read(&sem->rw_sem); }
static inline void percpu_down_write(struct percpu_rw_semaphore *sem) { down_write(&sem->rw_sem); }
static inline void percpu_up_write(struct percpu_rw_semaphore *sem) { up_write(&sem->rw_sem); }
static inline void percpu_free_rwsem(struct percpu_rw_semaphore *sem) { }
"""
