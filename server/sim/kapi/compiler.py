"""<linux/compiler.h>, <linux/compiler_attributes.h>, <linux/init.h>, <linux/stddef.h>: words of the language."""

HEADER = r"""
#define __init __attribute__((annotate("wq:init"), cold))
#define __exit __attribute__((annotate("wq:exit"), used))
#define __initdata __attribute__((annotate("wq:initdata")))
#define __initconst __initdata
#define __exitdata
#define __exit_p(x) x
#define __devinit __wq___devinit_was_removed_in_3_8_use_nothing
#define __devexit __wq___devexit_was_removed_in_3_8_use_nothing
#define __devexit_p(x) __wq___devexit_p_was_removed_in_3_8_use_x
#define __ref
#define __refdata
#define __read_mostly
#define __ro_after_init
#define __user
#define __kernel
#define __iomem
#define __percpu
#define __rcu
#define __force
#define __must_check __attribute__((warn_unused_result))
#define __maybe_unused __attribute__((unused))
#define __always_unused __attribute__((unused))
#define __used __attribute__((used))
#define __packed __attribute__((packed))
#define __aligned(x) __attribute__((aligned(x)))
#define ____cacheline_aligned __attribute__((aligned(64)))
#define ____cacheline_aligned_in_smp __attribute__((aligned(64)))
#define __cacheline_aligned __attribute__((aligned(64)))
#define __printf(a, b) __attribute__((format(printf, a, b)))
#define __scanf(a, b) __attribute__((format(scanf, a, b)))
#define __pure __attribute__((pure))
#define __attribute_const__ __attribute__((const))
#define __cold
#define __malloc
#define __weak __attribute__((weak))
#define __section(s)
#define __visible
#define __deprecated
#define __noreturn __attribute__((noreturn))
#define inline inline __attribute__((unused))
#define __always_inline inline
#define __inline inline
#define __inline__ inline
#define noinline
#define noinline_for_stack
#define notrace
#define asmlinkage
#define __sched
#define __lockfunc
#define __acquires(x)
#define __releases(x)
#define __acquire(x) (void)0
#define __release(x) (void)0
#define __must_hold(x)
#define __same_type(a, b) __builtin_types_compatible_p(typeof(a), typeof(b))
#define fallthrough __attribute__((fallthrough))
#define likely(x) (!!(x))
#define unlikely(x) (!!(x))
#define barrier() __wq_barrier()
#define unreachable() __builtin_unreachable()
#define __wq_removed(text) __attribute__((unavailable(text)))
#define __PASTE_(a, b) a##b
#define __PASTE(a, b) __PASTE_(a, b)
#define ___PASTE(a, b) a##b
#define __UNIQUE_ID(prefix) __PASTE(__PASTE(__UNIQUE_ID_, prefix), __COUNTER__)
#define __stringify_1(x...) #x
#define __stringify(x...) __stringify_1(x)
#define READ_ONCE(x) (*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, val) do { *(volatile typeof(x) *)&(x) = (val); } while (0)
#define ACCESS_ONCE(x) __wq_access_once_was_removed_in_4_15_use_READ_ONCE_or_WRITE_ONCE(x)
#define data_race(expr) (expr)
#define OPTIMIZER_HIDE_VAR(x) barrier()
#define smp_mb() barrier()
#define smp_rmb() barrier()
#define smp_wmb() barrier()
#define mb() barrier()
#define rmb() barrier()
#define wmb() barrier()
#define smp_mb__before_atomic() barrier()
#define smp_mb__after_atomic() barrier()
#define smp_mb__after_spinlock() barrier()
#define smp_store_release(p, v) WRITE_ONCE(*(p), v)
#define smp_load_acquire(p) READ_ONCE(*(p))
#define smp_store_mb(var, value) WRITE_ONCE(var, value)
#define BUILD_BUG_ON(cond) _Static_assert(!(cond), "BUILD_BUG_ON failed: " #cond)
#define BUILD_BUG_ON_MSG(cond, msg) _Static_assert(!(cond), msg)
#define BUILD_BUG_ON_ZERO(e) ((int)(sizeof(struct { int : (-!!(e)); })))
#define static_assert(expr, ...) __static_assert(expr, ##__VA_ARGS__, #expr)
#define __static_assert(expr, msg, ...) _Static_assert(expr, msg)
struct static_key { int enabled; };
struct static_key_true { struct static_key key; };
struct static_key_false { struct static_key key; };
#define STATIC_KEY_INIT_TRUE { 1 }
#define STATIC_KEY_INIT_FALSE { 0 }
#define DEFINE_STATIC_KEY_TRUE(name) struct static_key_true name = { { 1 } }
#define DEFINE_STATIC_KEY_FALSE(name) struct static_key_false name = { { 0 } }
#define static_branch_likely(x) ((x)->key.enabled > 0)
#define static_branch_unlikely(x) ((x)->key.enabled > 0)
#define static_branch_enable(x) ((x)->key.enabled = 1)
#define static_branch_disable(x) ((x)->key.enabled = 0)
#define static_branch_inc(x) ((x)->key.enabled++)
#define static_branch_dec(x) ((x)->key.enabled--)
#define static_key_enabled(x) (((struct static_key *)(x))->enabled > 0)
#define __KERNEL__ 1
#define MODULE 1
#define CONFIG_64BIT 1
#define CONFIG_X86 1
#define CONFIG_X86_64 1
#define CONFIG_SMP 1
#define CONFIG_MODULES 1
#define CONFIG_MODULE_UNLOAD 1
#define CONFIG_PROC_FS 1
#define CONFIG_SYSFS 1
#define CONFIG_DEBUG_FS 1
#define CONFIG_PRINTK 1
#define CONFIG_PREEMPT_VOLUNTARY 1
#define CONFIG_NET 1
#define CONFIG_BLOCK 1
#define CONFIG_PM 1
#define CONFIG_HZ 250
#define CONFIG_NR_CPUS 8192
#define __wq_second(a, b, ...) b
#define __wq_is_one(x) __wq_is_one_(x)
#define __wq_is_one_(x) __wq_is_one__(__wq_one_##x)
#define __wq_one_1 0,
#define __wq_is_one__(x) __wq_second(x 1, 0, 0)
#define IS_ENABLED(option) __wq_is_one(option)
#define IS_BUILTIN(option) __wq_is_one(option)
#define IS_MODULE(option) 0
#define IS_REACHABLE(option) __wq_is_one(option)
#define LINUX_VERSION_MAJOR 6
#define LINUX_VERSION_PATCHLEVEL 12
#define LINUX_VERSION_SUBLEVEL 0
#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))
#define LINUX_VERSION_CODE KERNEL_VERSION(6, 12, 0)
#define UTS_RELEASE "6.12.0"
static inline void __wq_barrier(void) { }
"""
