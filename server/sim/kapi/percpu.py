"""<linux/percpu.h>, <linux/cpumask.h>, <linux/smp.h>, <linux/cpu.h>, <linux/topology.h>, <linux/nodemask.h>."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
#define DEFINE_PER_CPU(type, name) __attribute__((annotate("wq:percpu"))) typeof(type) name
#define DEFINE_PER_CPU_ALIGNED(type, name) DEFINE_PER_CPU(type, name)
#define DEFINE_PER_CPU_SHARED_ALIGNED(type, name) DEFINE_PER_CPU(type, name)
#define DECLARE_PER_CPU(type, name) extern typeof(type) name
#define __wq_percpu_ptr(ptr, cpu) ((typeof(*(ptr)) *)((char *)(ptr) + __wq_percpu_offset(cpu)))
#define per_cpu_ptr(ptr, cpu) __wq_percpu_ptr(ptr, cpu)
#define per_cpu(var, cpu) (*per_cpu_ptr(&(var), cpu))
#define this_cpu_ptr(ptr) __wq_percpu_ptr(ptr, raw_smp_processor_id())
#define raw_cpu_ptr(ptr) this_cpu_ptr(ptr)
#define __this_cpu_ptr(ptr) __wq___this_cpu_ptr_was_removed_in_3_18_use_this_cpu_ptr
#define get_cpu_ptr(var) ({ preempt_disable(); this_cpu_ptr(var); })
#define put_cpu_ptr(var) do { (void)(var); preempt_enable(); } while (0)
#define get_cpu_var(var) (*({ preempt_disable(); this_cpu_ptr(&(var)); }))
#define put_cpu_var(var) do { (void)&(var); preempt_enable(); } while (0)
#define this_cpu_read(var) (*this_cpu_ptr(&(var)))
#define this_cpu_write(var, val) do { *this_cpu_ptr(&(var)) = (val); } while (0)
#define this_cpu_add(var, val) do { *this_cpu_ptr(&(var)) += (val); } while (0)
#define this_cpu_sub(var, val) this_cpu_add(var, -(val))
#define this_cpu_inc(var) this_cpu_add(var, 1)
#define this_cpu_dec(var) this_cpu_add(var, -1)
#define this_cpu_add_return(var, val) (*this_cpu_ptr(&(var)) += (val))
#define this_cpu_inc_return(var) this_cpu_add_return(var, 1)
#define __this_cpu_read(var) this_cpu_read(var)
#define __this_cpu_write(var, val) this_cpu_write(var, val)
#define __this_cpu_add(var, val) this_cpu_add(var, val)
#define __this_cpu_inc(var) this_cpu_inc(var)
#define __this_cpu_dec(var) this_cpu_dec(var)
#define __this_cpu_sub(var, val) this_cpu_sub(var, val)
#define __this_cpu_xchg(var, val) this_cpu_xchg(var, val)
#define this_cpu_or(var, val) do { *this_cpu_ptr(&(var)) |= (val); } while (0)
#define this_cpu_and(var, val) do { *this_cpu_ptr(&(var)) &= (val); } while (0)
#define this_cpu_xchg(var, val) ({ typeof(var) *__wq_v = this_cpu_ptr(&(var)), __wq_o = *__wq_v; *__wq_v = (val); __wq_o; })
#define this_cpu_cmpxchg(var, old, new_) ({ typeof(var) *__wq_v = this_cpu_ptr(&(var)), __wq_o = *__wq_v; \
	if (__wq_o == (old)) *__wq_v = (new_); __wq_o; })
#define this_cpu_dec_return(var) this_cpu_add_return(var, -1)
#define this_cpu_sub_return(var, val) this_cpu_add_return(var, -(val))
#define raw_cpu_add(var, val) this_cpu_add(var, val)
#define raw_cpu_write(var, val) this_cpu_write(var, val)
#define per_cpu_offset(cpu) __wq_percpu_offset(cpu)
#define DEFINE_PER_CPU_READ_MOSTLY(type, name) DEFINE_PER_CPU(type, name)
#define DECLARE_PER_CPU_SHARED_ALIGNED(type, name) DECLARE_PER_CPU(type, name)
#define raw_cpu_read(var) this_cpu_read(var)
#define raw_cpu_inc(var) this_cpu_inc(var)
#define alloc_percpu(type) ((typeof(type) *)__alloc_percpu(sizeof(type), __alignof__(type)))
#define alloc_percpu_gfp(type, gfp) alloc_percpu(type)
struct cpumask { unsigned long bits[NR_CPUS / BITS_PER_LONG]; };
typedef struct cpumask cpumask_t, cpumask_var_t[1];
extern const struct cpumask *cpu_online_mask, *cpu_possible_mask, *cpu_present_mask, *cpu_active_mask;
#define nr_cpu_ids __wq_nr_cpu_ids()
#define num_online_cpus() __wq_num_online_cpus()
#define num_possible_cpus() __wq_nr_cpu_ids()
#define num_present_cpus() __wq_nr_cpu_ids()
#define num_active_cpus() num_online_cpus()
#define cpu_online(cpu) __wq_cpu_online(cpu)
#define cpu_active(cpu) __wq_cpu_online(cpu)
#define cpu_possible(cpu) ((unsigned int)(cpu) < nr_cpu_ids)
#define cpu_present(cpu) cpu_possible(cpu)
#define raw_smp_processor_id() __wq_cpu_id()
#define smp_processor_id() __wq_smp_processor_id()
#define get_cpu() ({ preempt_disable(); raw_smp_processor_id(); })
#define put_cpu() preempt_enable()
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < nr_cpu_ids; (cpu)++)
#define for_each_present_cpu(cpu) for_each_possible_cpu(cpu)
#define for_each_online_cpu(cpu) \
	for ((cpu) = __wq_next_online_cpu(-1); (cpu) < nr_cpu_ids; (cpu) = __wq_next_online_cpu(cpu))
#define for_each_cpu(cpu, mask) \
	for ((cpu) = cpumask_first(mask); (cpu) < nr_cpu_ids; (cpu) = cpumask_next((cpu), (mask)))
#define for_each_cpu_wrap(cpu, mask, start) \
	for (int __wq_n = 0; __wq_n < nr_cpu_ids && ((cpu) = ((start) + __wq_n) % nr_cpu_ids, 1); __wq_n++) \
		if (!cpumask_test_cpu(cpu, mask)) { } else
#define for_each_cpu_andnot(cpu, a, b) for_each_cpu(cpu, a) if (cpumask_test_cpu(cpu, b)) { } else
#define for_each_cpu_or(cpu, a, b) for_each_possible_cpu(cpu) if (!cpumask_test_cpu(cpu, a) && !cpumask_test_cpu(cpu, b)) { } else
#define cpumask_any_and(a, b) cpumask_first_and(a, b)
#define cpumask_any_distribute(m) cpumask_first(m)
#define for_each_cpu_and(cpu, a, b) for_each_cpu(cpu, a) if (!cpumask_test_cpu(cpu, b)) { } else
#define cpumask_bits(maskp) ((maskp)->bits)
#define cpumask_pr_args(maskp) (int)nr_cpu_ids, cpumask_bits(maskp)
#define CPU_MASK_NONE { { 0 } }
#define cpumask_of(cpu) __wq_cpumask_of(cpu)
#define set_cpus_allowed(p, mask) _Static_assert(0, "set_cpus_allowed() was removed in 4.0: use set_cpus_allowed_ptr(p, &mask)")
#define numa_node_id() 0
#define numa_mem_id() 0
#define NUMA_NO_NODE (-1)
#define MAX_NUMNODES 1024
#define for_each_node(node) for ((node) = 0; (node) < 1; (node)++)
#define for_each_online_node(node) for_each_node(node)
#define cpumask_of_node(node) cpu_online_mask
enum cpuhp_state { CPUHP_OFFLINE = 0, CPUHP_AP_ONLINE_DYN = 200, CPUHP_BP_PREPARE_DYN = 50 };
typedef void (*smp_call_func_t)(void *info);
typedef bool (*smp_cond_func_t)(int cpu, void *info);
#define on_each_cpu(func, info, wait) on_each_cpu_cond_mask(NULL, func, info, wait, cpu_online_mask)
#define on_each_cpu_mask(mask, func, info, wait) on_each_cpu_cond_mask(NULL, func, info, wait, mask)
#define on_each_cpu_cond(cond, func, info, wait) on_each_cpu_cond_mask(cond, func, info, wait, cpu_online_mask)
struct cpumask *__wq_cpumask_of(int cpu);
"""

INLINE = r"""
static inline int cpu_to_node(int cpu) { return __wq_cpu_to_node(cpu); }
static inline void cpumask_clear(struct cpumask *m) { memset(m, 0, sizeof(*m)); }
static inline void cpumask_set_cpu(unsigned int cpu, struct cpumask *m) { set_bit(cpu, m->bits); }
static inline void cpumask_clear_cpu(int cpu, struct cpumask *m) { clear_bit(cpu, m->bits); }
static inline bool cpumask_test_cpu(int cpu, const struct cpumask *m) { return test_bit(cpu, m->bits); }
static inline bool cpumask_test_and_set_cpu(int cpu, struct cpumask *m) { return test_and_set_bit(cpu, m->bits); }
static inline bool cpumask_test_and_clear_cpu(int cpu, struct cpumask *m) { return test_and_clear_bit(cpu, m->bits); }
static inline void cpumask_setall(struct cpumask *m) { unsigned int i; cpumask_clear(m); for (i = 0; i < nr_cpu_ids; i++) __set_bit(i, m->bits); }
static inline void cpumask_copy(struct cpumask *dst, const struct cpumask *src) { memcpy(dst, src, sizeof(*dst)); }
static inline unsigned int cpumask_first(const struct cpumask *m) { return find_first_bit(m->bits, nr_cpu_ids); }
static inline unsigned int cpumask_next(int n, const struct cpumask *m) { return find_next_bit(m->bits, nr_cpu_ids, n + 1); }
static inline unsigned int cpumask_any(const struct cpumask *m) { return cpumask_first(m); }
static inline unsigned int cpumask_weight(const struct cpumask *m) { return bitmap_weight(m->bits, nr_cpu_ids); }
static inline bool cpumask_empty(const struct cpumask *m) { return find_first_bit(m->bits, nr_cpu_ids) >= nr_cpu_ids; }
static inline bool cpumask_equal(const struct cpumask *a, const struct cpumask *b) { return !memcmp(a, b, sizeof(*a)); }
static inline bool cpumask_and(struct cpumask *dst, const struct cpumask *a, const struct cpumask *b) { dst->bits[0] = a->bits[0] & b->bits[0]; return dst->bits[0]; }
static inline void cpumask_or(struct cpumask *dst, const struct cpumask *a, const struct cpumask *b) { dst->bits[0] = a->bits[0] | b->bits[0]; }
static inline bool cpumask_andnot(struct cpumask *dst, const struct cpumask *a, const struct cpumask *b) { dst->bits[0] = a->bits[0] & ~b->bits[0]; return dst->bits[0]; }
static inline void cpumask_xor(struct cpumask *dst, const struct cpumask *a, const struct cpumask *b) { dst->bits[0] = a->bits[0] ^ b->bits[0]; }
static inline bool cpumask_intersects(const struct cpumask *a, const struct cpumask *b) { return bitmap_intersects(a->bits, b->bits, nr_cpu_ids); }
static inline bool cpumask_subset(const struct cpumask *a, const struct cpumask *b) { return bitmap_subset(a->bits, b->bits, nr_cpu_ids); }
static inline bool cpumask_full(const struct cpumask *m) { return bitmap_full(m->bits, nr_cpu_ids); }
static inline unsigned int cpumask_last(const struct cpumask *m) { return find_last_bit(m->bits, nr_cpu_ids); }
static inline unsigned int cpumask_first_zero(const struct cpumask *m) { return find_first_zero_bit(m->bits, nr_cpu_ids); }
static inline unsigned int cpumask_next_zero(int n, const struct cpumask *m) { return find_next_zero_bit(m->bits, nr_cpu_ids, n + 1); }
static inline unsigned int cpumask_first_and(const struct cpumask *a, const struct cpumask *b) { return find_first_and_bit(a->bits, b->bits, nr_cpu_ids); }
static inline unsigned int cpumask_next_and(int n, const struct cpumask *a, const struct cpumask *b) { return find_next_and_bit(a->bits, b->bits, nr_cpu_ids, n + 1); }
static inline unsigned int cpumask_any_but(const struct cpumask *m, unsigned int cpu)
{
	unsigned int i;

	for_each_cpu(i, m)
		if (i != cpu)
			break;
	return i;
}
static inline int cpulist_parse(const char *buf, struct cpumask *dst) { return bitmap_parselist(buf, dst->bits, nr_cpu_ids); }
static inline ssize_t cpumap_print_to_pagebuf(bool list, char *buf, const struct cpumask *m) { return bitmap_print_to_pagebuf(list, buf, m->bits, nr_cpu_ids); }
static inline bool alloc_cpumask_var(cpumask_var_t *mask, gfp_t flags) { return true; }
static inline bool zalloc_cpumask_var(cpumask_var_t *mask, gfp_t flags) { cpumask_clear(*mask); return true; }
static inline void free_cpumask_var(cpumask_var_t mask) { }
static inline int set_cpus_allowed_ptr(struct task_struct *p, const struct cpumask *m) { return __wq_set_affinity(p, m->bits[0]); }
static inline void cpus_read_lock(void) { }
static inline void cpus_read_unlock(void) { }
#define get_online_cpus() _Static_assert(0, "get_online_cpus() was removed in 5.15: use cpus_read_lock()")
#define put_online_cpus() _Static_assert(0, "put_online_cpus() was removed in 5.15: use cpus_read_unlock()")
"""


@kernel("void *__alloc_percpu(size_t size, size_t align)", may_sleep=True)
def alloc_percpu(k: Kernel, size: int, align: int) -> int:
    """alloc_percpu(): one variable for each CPU, to be used through per_cpu_ptr()."""
    k.charge("kmalloc")
    return int(k.mem.percpu_alloc(size, align))


@kernel("void free_percpu(void *ptr)")
def free_percpu(k: Kernel, ptr: int) -> None:
    """Free an alloc_percpu() variable; its address is not used again."""
    k.charge("kfree")


@kernel("unsigned long __wq_percpu_offset(int cpu)")
def percpu_offset(k: Kernel, cpu: int) -> int:
    """What to add to a per-CPU variable's address for a CPU's copy."""
    return int(k.mem.percpu_offset(cpu)) & (1 << 64) - 1


@kernel("int __wq_cpu_id(void)")
def raw_smp_processor_id(k: Kernel) -> int:
    """raw_smp_processor_id(): the CPU that runs this."""
    return int(k.cpu.id)


@kernel("int __wq_smp_processor_id(void)")
def smp_processor_id(k: Kernel) -> int:
    """smp_processor_id(): the CPU that runs this; a debug kernel complains where the task could move."""
    if k.profile.kasan and not k.in_atomic() and not k.locks.irqs_disabled():
        task = k.current
        bound = task.worker is not None or task.kind == "idle" or k.sched.is_bound(task)
        if not bound:
            k.oops.preemptible_processor_id(task)
    return int(k.cpu.id)


@kernel("unsigned int __wq_nr_cpu_ids(void)")
def nr_cpu_ids(k: Kernel) -> int:
    """nr_cpu_ids: one more than the highest CPU number."""
    return len(k.cpus)


@kernel("unsigned int __wq_num_online_cpus(void)")
def num_online_cpus(k: Kernel) -> int:
    """num_online_cpus()."""
    return sum(1 for cpu in k.cpus if cpu.online)


@kernel("bool __wq_cpu_online(unsigned int cpu)")
def cpu_online(k: Kernel, cpu: int) -> int:
    """cpu_online(): whether a CPU runs tasks."""
    return int(cpu < len(k.cpus) and k.cpus[cpu].online)


@kernel("unsigned int __wq_next_online_cpu(int cpu)")
def next_online_cpu(k: Kernel, cpu: int) -> int:
    """The next CPU that is online, or nr_cpu_ids."""
    return next((c.id for c in k.cpus if c.id > cpu and c.online), len(k.cpus))


@kernel("int __wq_cpu_to_node(int cpu)")
def cpu_to_node(k: Kernel, cpu: int) -> int:
    """The NUMA node of a CPU."""
    return next((i for i, node in enumerate(k.topology.nodes) if cpu in node), 0)


def _mask(k: Kernel, kind: str, cpus: list[int]) -> int:
    """Address of a cpumask of the kernel's own, made when it is first asked for, up to date."""
    address = k.kernel_masks.get(kind, 0)
    if not address:
        address = k.kernel_masks[kind] = int(k.mem.alloc(1024, True, "cpumask"))
    k.poke(address, 8, sum(1 << cpu for cpu in cpus))
    return address


@kernel("const struct cpumask *__get_cpu_online_mask(void)")
@kernel("const struct cpumask *__get_cpu_active_mask(void)")
def cpu_online_mask(k: Kernel) -> int:
    """cpu_online_mask."""
    return _mask(k, "online", [cpu.id for cpu in k.cpus if cpu.online])


@kernel("const struct cpumask *__get_cpu_possible_mask(void)")
@kernel("const struct cpumask *__get_cpu_present_mask(void)")
def cpu_possible_mask(k: Kernel) -> int:
    """cpu_possible_mask."""
    return _mask(k, "possible", [cpu.id for cpu in k.cpus])


@kernel("struct cpumask *__wq_cpumask_of(int cpu)")
def cpumask_of(k: Kernel, cpu: int) -> int:
    """cpumask_of(): the mask of one CPU."""
    return _mask(k, f"cpu{cpu}", [cpu])


@kernel("int __wq_set_affinity(struct task_struct *p, unsigned long mask)")
def set_affinity(k: Kernel, p: int, mask: int) -> int:
    """set_cpus_allowed_ptr(): let a task run only on some CPUs."""
    from server.sim.kapi.tasks import task_of

    task = task_of(k, p)
    cpus = frozenset(cpu.id for cpu in k.cpus if mask >> cpu.id & 1)
    if task is None or not cpus:
        return -22
    k.sched.set_affinity(task, cpus)
    return 0


@kernel("int smp_call_function_single(int cpu, smp_call_func_t func, void *info, int wait)")
def smp_call_function_single(k: Kernel, cpu: int, func: int, info: int, wait: int) -> Generator[object, None, int]:
    """Call a function on a CPU, in its interrupt context."""
    return int((yield from k.irq.smp_call_function_single(cpu, func, info, wait)))


def _cpus(k: Kernel, mask: int) -> list[int]:
    """The online CPUs of a cpumask."""
    bits = k.mem.load(mask, 8)
    return [cpu.id for cpu in k.cpus if cpu.online and bits >> cpu.id & 1]


@kernel("void smp_call_function(smp_call_func_t func, void *info, int wait)")
def smp_call_function(k: Kernel, func: int, info: int, wait: int) -> Generator[object, None, None]:
    """Call a function on all other CPUs."""
    others = [cpu.id for cpu in k.cpus if cpu.online and cpu is not k.cpu]
    yield from k.irq.smp_call_function_many(others, func, info, wait)


@kernel("void smp_call_function_many(const struct cpumask *mask, smp_call_func_t func, void *info, bool wait)")
def smp_call_function_many(k: Kernel, mask: int, func: int, info: int, wait: int) -> Generator[object, None, None]:
    """Call a function on the CPUs of a mask, but not on this one."""
    others = [cpu for cpu in _cpus(k, mask) if cpu != k.cpu.id]
    yield from k.irq.smp_call_function_many(others, func, info, wait)


@kernel("int smp_call_function_any(const struct cpumask *mask, smp_call_func_t func, void *info, int wait)")
def smp_call_function_any(k: Kernel, mask: int, func: int, info: int, wait: int) -> Generator[object, None, int]:
    """Call a function on one CPU of a mask: this one if it is in it."""
    cpus = _cpus(k, mask)
    cpu = k.cpu.id if k.cpu.id in cpus else next(iter(cpus), len(k.cpus))
    return int((yield from k.irq.smp_call_function_single(cpu, func, info, wait)))


@kernel("void on_each_cpu_cond_mask(smp_cond_func_t cond_func, smp_call_func_t func, void *info, bool wait,"
        " const struct cpumask *mask)")  # fmt: skip
def on_each_cpu_cond_mask(
    k: Kernel, cond_func: int, func: int, info: int, wait: int, mask: int
) -> Generator[object, None, None]:
    """on_each_cpu() and its relatives: call a function on the CPUs of a mask for which `cond_func` is true."""
    cpus = []
    for cpu in sorted(_cpus(k, mask), key=lambda cpu: cpu == k.cpu.id):  # asked for itself last
        if not cond_func or (yield from k.ccall(cond_func, cpu, info)) & 0xFF:
            cpus.append(cpu)
    yield from k.irq.smp_call_function_many(cpus, func, info, wait)


@kernel("int cpuhp_setup_state(enum cpuhp_state state, const char *name, int (*startup)(unsigned int cpu),"
        " int (*teardown)(unsigned int cpu))", may_sleep=True)  # fmt: skip
def cpuhp_setup_state(k: Kernel, state: int, name: int, startup: int, teardown: int) -> Generator[object, None, int]:
    """Have functions called when a CPU comes or goes; the first is called for each CPU that is online."""
    k.charge("call")
    return int((yield from k.hotplug.cpuhp_setup_state(state, startup, teardown)))


@kernel("int cpuhp_setup_state_nocalls(enum cpuhp_state state, const char *name, int (*startup)(unsigned int cpu),"
        " int (*teardown)(unsigned int cpu))", may_sleep=True)  # fmt: skip
def cpuhp_setup_state_nocalls(
    k: Kernel, state: int, name: int, startup: int, teardown: int
) -> Generator[object, None, int]:
    """cpuhp_setup_state() without a call for the CPUs that are online already."""
    k.charge("call")
    return int((yield from k.hotplug.cpuhp_setup_state(state, startup, teardown, call=False)))


@kernel("void cpuhp_remove_state(int state)", may_sleep=True)
def cpuhp_remove_state(k: Kernel, state: int) -> Generator[object, None, None]:
    """Undo cpuhp_setup_state(): the second function is called for each CPU that is online."""
    k.charge("call")
    yield from k.hotplug.cpuhp_remove_state(state)


@kernel("void cpuhp_remove_state_nocalls(int state)", may_sleep=True)
def cpuhp_remove_state_nocalls(k: Kernel, state: int) -> Generator[object, None, None]:
    """Undo cpuhp_setup_state() without a call."""
    k.charge("call")
    yield from k.hotplug.cpuhp_remove_state(state, call=False)
