"""<linux/types.h>, <linux/limits.h>, <linux/errno.h>, <linux/err.h>, <linux/stdarg.h>, <linux/container_of.h>, <linux/minmax.h>."""

from server.sim.kapi.errno import ERRNO

_ERRORS = "".join(f"#define {name} {number}\n" for name, number in ERRNO.items())

HEADER = (
    r"""
typedef signed char s8, __s8, int8_t;
typedef unsigned char u8, __u8, uint8_t, u_char, unchar;
typedef short s16, __s16, int16_t;
typedef unsigned short u16, __u16, uint16_t, u_short, ushort, __le16, __be16, __sum16, umode_t;
typedef int s32, __s32, int32_t;
typedef unsigned int u32, __u32, uint32_t, u_int, uint, __le32, __be32, __wsum, gfp_t, fmode_t, slab_flags_t, __poll_t;
typedef long long s64, __s64, int64_t, loff_t, time64_t, ktime_t;
typedef unsigned long long u64, __u64, uint64_t, __le64, __be64, sector_t, blkcnt_t;
typedef unsigned long size_t, __kernel_size_t, uintptr_t, ulong, u_long, pgoff_t, kernel_ulong_t, irq_hw_number_t;
typedef long ssize_t, ptrdiff_t, intptr_t, __kernel_time_t, time_t, off_t, __kernel_long_t;
typedef u64 dma_addr_t, phys_addr_t, resource_size_t;
typedef int pid_t, clockid_t, key_serial_t;
typedef unsigned int dev_t, uid_t, gid_t, mode_t, nlink_t;
typedef _Bool bool;
typedef struct { int counter; } atomic_t;
typedef struct { s64 counter; } atomic64_t, atomic_long_t;
typedef struct { uid_t val; } kuid_t;
typedef struct { gid_t val; } kgid_t;
typedef void *va_list;
typedef void *fl_owner_t;
struct va_format { const char *fmt; va_list *va; };
#define va_start(ap, last) __wq_va_start(&(ap))
#define va_arg(ap, type) (*(type *)__wq_va_arg(&(ap)))
#define va_end(ap) ((void)(ap))
#define va_copy(to, from) ((to) = (from))
#define NULL ((void *)0)
#define true 1
#define false 0
#define BITS_PER_LONG 64
#define BITS_PER_LONG_LONG 64
#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PAGE_ALIGN(x) ALIGN(x, PAGE_SIZE)
#define L1_CACHE_BYTES 64
#define SMP_CACHE_BYTES 64
#define PATH_MAX 4096
#define NAME_MAX 255
#define TASK_COMM_LEN 16
#define U8_MAX ((u8)~0U)
#define S8_MAX ((s8)(U8_MAX >> 1))
#define S8_MIN ((s8)(-S8_MAX - 1))
#define U16_MAX ((u16)~0U)
#define S16_MAX ((s16)(U16_MAX >> 1))
#define S16_MIN ((s16)(-S16_MAX - 1))
#define U32_MAX ((u32)~0U)
#define UINT_MAX (~0U)
#define S32_MAX ((s32)(U32_MAX >> 1))
#define S32_MIN ((s32)(-S32_MAX - 1))
#define U64_MAX ((u64)~0ULL)
#define S64_MAX ((s64)(U64_MAX >> 1))
#define S64_MIN ((s64)(-S64_MAX - 1))
#define INT_MAX ((int)(~0U >> 1))
#define INT_MIN (-INT_MAX - 1)
#define CHAR_BIT 8
#define SHRT_MAX 32767
#define USHRT_MAX 65535
#define LONG_MAX ((long)(~0UL >> 1))
#define LONG_MIN (-LONG_MAX - 1)
#define ULONG_MAX (~0UL)
#define LLONG_MAX ((long long)(~0ULL >> 1))
#define LLONG_MIN (-LLONG_MAX - 1)
#define ULLONG_MAX (~0ULL)
#define SIZE_MAX (~(size_t)0)
#define PHYS_ADDR_MAX (~(phys_addr_t)0)
#define SSIZE_MAX ((ssize_t)(SIZE_MAX >> 1))
#define MAX_ERRNO 4095
#define IS_ERR_VALUE(x) ((unsigned long)(void *)(x) >= (unsigned long)-MAX_ERRNO)
#define offsetof(type, member) __builtin_offsetof(type, member)
#define offsetofend(type, member) (offsetof(type, member) + sizeof(((type *)0)->member))
#define sizeof_field(type, member) sizeof(((type *)0)->member)
#define FIELD_SIZEOF(type, member) __wq_FIELD_SIZEOF_was_removed_in_5_6_use_sizeof_field
#define typeof_member(type, member) typeof(((type *)0)->member)
#define container_of(ptr, type, member) ({ \
	_Static_assert(__same_type(*(ptr), ((type *)0)->member) || __same_type(*(ptr), void), \
		"container_of(): '" #ptr "' does not point to the type of member '" #member "'"); \
	(type *)((char *)(ptr) - offsetof(type, member)); })
#define container_of_const(ptr, type, member) container_of(ptr, type, member)
#define __wq_is_array(a) BUILD_BUG_ON_ZERO(__same_type((a), &(a)[0]))
#define ARRAY_SIZE(arr) (sizeof(arr) / sizeof((arr)[0]) + __wq_is_array(arr))
#define struct_size(p, member, count) (sizeof(*(p)) + sizeof(*(p)->member) * (size_t)(count))
#define flex_array_size(p, member, count) (sizeof(*(p)->member) * (size_t)(count))
#define array_size(a, b) ((size_t)(a) * (size_t)(b))
#define size_add(a, b) ((size_t)(a) + (size_t)(b))
#define size_mul(a, b) ((size_t)(a) * (size_t)(b))
#define typecheck(type, x) ({ type __dummy; typeof(x) __dummy2; (void)(&__dummy == &__dummy2); 1; })
#define __wq_minmax(x, op, y) ({ \
	typeof(x) __wq_x = (x); typeof(y) __wq_y = (y); \
	__wq_x op __wq_y ? __wq_x : __wq_y; })
#define min(x, y) __wq_minmax(x, <, y)
#define max(x, y) __wq_minmax(x, >, y)
#define min_t(type, x, y) ({ type __wq_p = (x); type __wq_q = (y); __wq_p < __wq_q ? __wq_p : __wq_q; })
#define max_t(type, x, y) ({ type __wq_p = (x); type __wq_q = (y); __wq_p > __wq_q ? __wq_p : __wq_q; })
#define min3(x, y, z) min(min(x, y), z)
#define max3(x, y, z) max(max(x, y), z)
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define umin(x, y) min((x) + 0ull, (y) + 0ull)
#define umax(x, y) max((x) + 0ull, (y) + 0ull)
#define min_not_zero(x, y) ({ typeof(x) __wq_a = (x); typeof(y) __wq_b = (y); \
	__wq_a == 0 ? __wq_b : (__wq_b == 0 ? __wq_a : min(__wq_a, __wq_b)); })
#define clamp(val, lo, hi) min((typeof(val))max(val, lo), hi)
#define clamp_t(type, val, lo, hi) min_t(type, max_t(type, val, lo), hi)
#define clamp_val(val, lo, hi) clamp_t(typeof(val), val, lo, hi)
#define in_range(val, start, len) ((u64)(val) - (u64)(start) < (u64)(len))
#define swap(a, b) do { typeof(a) __wq_tmp = (a); (a) = (b); (b) = __wq_tmp; } while (0)
#define abs(x) ({ typeof(x) __wq_v = (x); __wq_v < 0 ? -__wq_v : __wq_v; })
#define abs_diff(a, b) ({ typeof(a) __wq_a = (a); typeof(b) __wq_b = (b); \
	__wq_a > __wq_b ? __wq_a - __wq_b : __wq_b - __wq_a; })
#define __ALIGN_MASK(x, mask) (((x) + (mask)) & ~(mask))
#define ALIGN(x, a) __ALIGN_MASK(x, (typeof(x))(a) - 1)
#define ALIGN_DOWN(x, a) ((x) & ~((typeof(x))(a) - 1))
#define PTR_ALIGN(p, a) ((typeof(p))ALIGN((unsigned long)(p), (a)))
#define IS_ALIGNED(x, a) (((x) & ((typeof(x))(a) - 1)) == 0)
#define round_up(x, y) ((((x) - 1) | ((typeof(x))(y) - 1)) + 1)
#define round_down(x, y) ((x) & ~((typeof(x))(y) - 1))
#define roundup(x, y) ({ typeof(y) __wq_y = (y); (((x) + (__wq_y - 1)) / __wq_y) * __wq_y; })
#define rounddown(x, y) ({ typeof(x) __wq_x = (x); __wq_x - (__wq_x % (y)); })
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define DIV_ROUND_UP_ULL(n, d) DIV_ROUND_UP((unsigned long long)(n), (d))
#define DIV_ROUND_DOWN_ULL(n, d) ((unsigned long long)(n) / (d))
#define DIV_ROUND_CLOSEST(x, d) ({ typeof(x) __wq_x = (x); typeof(d) __wq_d = (d); \
	((__wq_x > 0) == (__wq_d > 0)) ? (__wq_x + __wq_d / 2) / __wq_d : (__wq_x - __wq_d / 2) / __wq_d; })
#define mult_frac(x, n, d) ({ typeof(x) __wq_x = (x); typeof(n) __wq_n = (n); typeof(d) __wq_d = (d); \
	(__wq_x / __wq_d) * __wq_n + ((__wq_x % __wq_d) * __wq_n) / __wq_d; })
#define upper_32_bits(n) ((u32)(((n) >> 16) >> 16))
#define lower_32_bits(n) ((u32)((n) & 0xffffffff))
#define do_div(n, base) ({ u32 __wq_base = (base); u32 __wq_rem = (u64)(n) % __wq_base; (n) = (u64)(n) / __wq_base; __wq_rem; })
#define check_add_overflow(a, b, d) ({ __int128 __wq_s = (__int128)(a) + (b); *(d) = (typeof(*(d)))__wq_s; (__int128)*(d) != __wq_s; })
#define check_sub_overflow(a, b, d) ({ __int128 __wq_s = (__int128)(a) - (b); *(d) = (typeof(*(d)))__wq_s; (__int128)*(d) != __wq_s; })
#define check_mul_overflow(a, b, d) ({ __int128 __wq_s = (__int128)(a) * (b); *(d) = (typeof(*(d)))__wq_s; (__int128)*(d) != __wq_s; })
#define cpu_to_le16(x) ((__le16)(x))
#define cpu_to_le32(x) ((__le32)(x))
#define cpu_to_le64(x) ((__le64)(x))
#define le16_to_cpu(x) ((u16)(x))
#define le32_to_cpu(x) ((u32)(x))
#define le64_to_cpu(x) ((u64)(x))
#define swab16(x) ((u16)((((u16)(x) & 0xffU) << 8) | (((u16)(x) >> 8) & 0xffU)))
#define swab32(x) ((u32)((((u32)(x) & 0xffU) << 24) | (((u32)(x) & 0xff00U) << 8) | (((u32)(x) >> 8) & 0xff00U) | ((u32)(x) >> 24)))
#define swab64(x) (((u64)swab32((u32)(x)) << 32) | swab32((u32)((u64)(x) >> 32)))
#define cpu_to_be16(x) swab16(x)
#define cpu_to_be32(x) swab32(x)
#define cpu_to_be64(x) swab64(x)
#define be16_to_cpu(x) swab16(x)
#define be32_to_cpu(x) swab32(x)
#define be64_to_cpu(x) swab64(x)
#define htons(x) swab16(x)
#define ntohs(x) swab16(x)
#define htonl(x) swab32(x)
#define ntohl(x) swab32(x)
struct module;
struct file;
struct inode;
struct device;
struct seq_file;
struct task_struct;
struct workqueue_struct;
struct work_struct;
struct kobject;
struct cpumask;
void __wq_va_start(va_list *ap);
void *__wq_va_arg(va_list *ap);
"""
    + _ERRORS
)

INLINE = r"""
static inline void *ERR_PTR(long error) { return (void *)error; }
static inline long PTR_ERR(const void *ptr) { return (long)ptr; }
static inline bool IS_ERR(const void *ptr) { return IS_ERR_VALUE((unsigned long)ptr); }
static inline bool IS_ERR_OR_NULL(const void *ptr) { return !ptr || IS_ERR_VALUE((unsigned long)ptr); }
static inline void *ERR_CAST(const void *ptr) { return (void *)ptr; }
static inline int PTR_ERR_OR_ZERO(const void *ptr) { return IS_ERR(ptr) ? (int)PTR_ERR(ptr) : 0; }
static inline u64 div_u64(u64 dividend, u32 divisor) { return dividend / divisor; }
static inline u64 div_u64_rem(u64 dividend, u32 divisor, u32 *rest) { *rest = dividend % divisor; return dividend / divisor; }
static inline u64 div64_u64(u64 dividend, u64 divisor) { return dividend / divisor; }
static inline u64 div64_u64_rem(u64 dividend, u64 divisor, u64 *rest) { *rest = dividend % divisor; return dividend / divisor; }
static inline s64 div_s64(s64 dividend, s32 divisor) { return dividend / divisor; }
static inline s64 div64_s64(s64 dividend, s64 divisor) { return dividend / divisor; }
static inline s64 div_s64_rem(s64 dividend, s32 divisor, s32 *rest) { *rest = dividend % divisor; return dividend / divisor; }
static inline u64 mul_u32_u32(u32 a, u32 b) { return (u64)a * b; }
#define div64_ul(x, y) div64_u64((x), (y))
#define div64_long(x, y) div64_s64((x), (y))
#define GLOBAL_ROOT_UID ((kuid_t){ 0 })
#define GLOBAL_ROOT_GID ((kgid_t){ 0 })
"""
