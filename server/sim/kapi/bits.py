"""<linux/bits.h>, <linux/bitops.h>, <linux/bitmap.h>, <linux/log2.h>, <linux/find.h>."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
#define BIT(nr) (1UL << (nr))
#define BIT_ULL(nr) (1ULL << (nr))
#define BIT_MASK(nr) (1UL << ((nr) % BITS_PER_LONG))
#define BIT_WORD(nr) ((nr) / BITS_PER_LONG)
#define BITS_PER_BYTE 8
#define BITS_PER_TYPE(type) (sizeof(type) * BITS_PER_BYTE)
#define BITS_TO_LONGS(nr) DIV_ROUND_UP(nr, BITS_PER_LONG)
#define BITS_TO_BYTES(nr) DIV_ROUND_UP(nr, BITS_PER_BYTE)
#define GENMASK(h, l) (((~0UL) << (l)) & (~0UL >> (BITS_PER_LONG - 1 - (h))))
#define GENMASK_ULL(h, l) (((~0ULL) << (l)) & (~0ULL >> (63 - (h))))
#define FIELD_GET(mask, reg) ((typeof(mask))(((reg) & (mask)) >> __builtin_ctzll(mask)))
#define FIELD_PREP(mask, val) (((typeof(mask))(val) << __builtin_ctzll(mask)) & (mask))
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]
#define for_each_set_bit(bit, addr, size) \
	for ((bit) = find_first_bit((addr), (size)); (bit) < (size); (bit) = find_next_bit((addr), (size), (bit) + 1))
#define for_each_clear_bit(bit, addr, size) \
	for ((bit) = find_first_zero_bit((addr), (size)); (bit) < (size); \
	     (bit) = find_next_zero_bit((addr), (size), (bit) + 1))
#define ilog2(n) ((int)(63 - __wq_clz((u64)(n))))
#define __wq_clz(n) (__builtin_constant_p(n) ? __builtin_clzll((n) | 1) : __wq_clz64(n))
#define order_base_2(n) ((n) > 1 ? ilog2((n) - 1) + 1 : 0)
#define roundup_pow_of_two(n) (1UL << ((n) == 1 ? 0 : ilog2((n) - 1) + 1))
#define rounddown_pow_of_two(n) (1UL << ilog2(n))
"""

INLINE = r"""
static inline bool is_power_of_2(unsigned long n) { return n != 0 && (n & (n - 1)) == 0; }
static inline void __set_bit(long nr, volatile unsigned long *addr) { addr[BIT_WORD(nr)] |= BIT_MASK(nr); }
static inline void __clear_bit(long nr, volatile unsigned long *addr) { addr[BIT_WORD(nr)] &= ~BIT_MASK(nr); }
static inline void __change_bit(long nr, volatile unsigned long *addr) { addr[BIT_WORD(nr)] ^= BIT_MASK(nr); }
static inline bool test_bit(long nr, const volatile unsigned long *addr) { return 1UL & (addr[BIT_WORD(nr)] >> (nr & 63)); }
static inline bool __test_and_set_bit(long nr, volatile unsigned long *addr) { bool old = test_bit(nr, addr); __set_bit(nr, addr); return old; }
static inline bool __test_and_clear_bit(long nr, volatile unsigned long *addr) { bool old = test_bit(nr, addr); __clear_bit(nr, addr); return old; }
static inline void assign_bit(long nr, volatile unsigned long *addr, bool value) { if (value) set_bit(nr, addr); else clear_bit(nr, addr); }
static inline void clear_bit_unlock(long nr, volatile unsigned long *addr) { clear_bit(nr, addr); }
static inline bool test_and_set_bit_lock(long nr, volatile unsigned long *addr) { return test_and_set_bit(nr, addr); }
static inline unsigned int hweight32(u32 w) { return __wq_hweight(w); }
static inline unsigned int hweight16(u16 w) { return __wq_hweight(w); }
static inline unsigned int hweight8(u8 w) { return __wq_hweight(w); }
static inline unsigned int hweight64(u64 w) { return __wq_hweight(w); }
static inline unsigned int hweight_long(unsigned long w) { return __wq_hweight(w); }
static inline int fls64(u64 x) { return x ? 64 - __wq_clz64(x) : 0; }
static inline int fls(unsigned int x) { return fls64(x); }
static inline unsigned long __fls(unsigned long x) { return 63 - __wq_clz64(x); }
static inline unsigned long __ffs(unsigned long x) { return __wq_ctz64(x); }
static inline unsigned long ffz(unsigned long x) { return __wq_ctz64(~x); }
static inline int ffs(int x) { return x ? (int)__wq_ctz64((u32)x) + 1 : 0; }
static inline u32 rol32(u32 word, unsigned int shift) { return (word << (shift & 31)) | (word >> ((-shift) & 31)); }
static inline u32 ror32(u32 word, unsigned int shift) { return (word >> (shift & 31)) | (word << ((-shift) & 31)); }
static inline u64 rol64(u64 word, unsigned int shift) { return (word << (shift & 63)) | (word >> ((-shift) & 63)); }
static inline void bitmap_zero(unsigned long *dst, unsigned int nbits) { memset(dst, 0, BITS_TO_LONGS(nbits) * sizeof(long)); }
static inline void bitmap_fill(unsigned long *dst, unsigned int nbits) { memset(dst, 0xff, BITS_TO_LONGS(nbits) * sizeof(long)); }
static inline void bitmap_copy(unsigned long *dst, const unsigned long *src, unsigned int nbits) { memcpy(dst, src, BITS_TO_LONGS(nbits) * sizeof(long)); }
static inline bool bitmap_empty(const unsigned long *src, unsigned int nbits) { return find_first_bit(src, nbits) >= nbits; }
static inline bool bitmap_full(const unsigned long *src, unsigned int nbits) { return find_first_zero_bit(src, nbits) >= nbits; }
static inline void bitmap_set(unsigned long *map, unsigned int start, unsigned int len) { while (len--) __set_bit(start++, map); }
static inline void bitmap_clear(unsigned long *map, unsigned int start, unsigned int len) { while (len--) __clear_bit(start++, map); }
static inline unsigned int bitmap_weight(const unsigned long *src, unsigned int nbits)
{
	unsigned int i, n = 0;

	for (i = 0; i < nbits; i++)
		n += test_bit(i, src);
	return n;
}
static inline unsigned long *bitmap_alloc(unsigned int nbits, gfp_t flags) { return kmalloc_array(BITS_TO_LONGS(nbits), sizeof(long), flags); }
static inline unsigned long *bitmap_zalloc(unsigned int nbits, gfp_t flags) { return kcalloc(BITS_TO_LONGS(nbits), sizeof(long), flags); }
static inline void bitmap_free(const unsigned long *bitmap) { kfree(bitmap); }
"""


def _bit(k: Kernel, nr: int, addr: int) -> tuple[int, int, int]:
    """(address of the word, its value, mask) of bit `nr`."""
    word = addr + 8 * (nr // 64)
    return word, int(k.mem.load(word, 8)), 1 << nr % 64


@kernel("void set_bit(long nr, volatile unsigned long *addr)")
def set_bit(k: Kernel, nr: int, addr: int) -> None:
    """Set a bit atomically."""
    k.charge("atomic")
    word, value, mask = _bit(k, nr, addr)
    k.mem.store(word, 8, value | mask)


@kernel("void clear_bit(long nr, volatile unsigned long *addr)")
def clear_bit(k: Kernel, nr: int, addr: int) -> None:
    """Clear a bit atomically."""
    k.charge("atomic")
    word, value, mask = _bit(k, nr, addr)
    k.mem.store(word, 8, value & ~mask)


@kernel("void change_bit(long nr, volatile unsigned long *addr)")
def change_bit(k: Kernel, nr: int, addr: int) -> None:
    """Flip a bit atomically."""
    k.charge("atomic")
    word, value, mask = _bit(k, nr, addr)
    k.mem.store(word, 8, value ^ mask)


@kernel("bool test_and_set_bit(long nr, volatile unsigned long *addr)")
def test_and_set_bit(k: Kernel, nr: int, addr: int) -> int:
    """Set a bit atomically; its old value."""
    k.charge("atomic")
    word, value, mask = _bit(k, nr, addr)
    k.mem.store(word, 8, value | mask)
    return int(value & mask != 0)


@kernel("bool test_and_clear_bit(long nr, volatile unsigned long *addr)")
def test_and_clear_bit(k: Kernel, nr: int, addr: int) -> int:
    """Clear a bit atomically; its old value."""
    k.charge("atomic")
    word, value, mask = _bit(k, nr, addr)
    k.mem.store(word, 8, value & ~mask)
    return int(value & mask != 0)


@kernel("bool test_and_change_bit(long nr, volatile unsigned long *addr)")
def test_and_change_bit(k: Kernel, nr: int, addr: int) -> int:
    """Flip a bit atomically; its old value."""
    k.charge("atomic")
    word, value, mask = _bit(k, nr, addr)
    k.mem.store(word, 8, value ^ mask)
    return int(value & mask != 0)


def _find(k: Kernel, addr: int, size: int, start: int, flip: int) -> int:
    if start >= size:
        return size
    bits = int.from_bytes(k.mem.read(addr, (size + 63) // 64 * 8), "little")
    if flip:
        bits = ~bits
    bits = (bits & (1 << size) - 1) >> start
    return start + (bits & -bits).bit_length() - 1 if bits else size


@kernel("unsigned long find_first_bit(const unsigned long *addr, unsigned long size)")
def find_first_bit(k: Kernel, addr: int, size: int) -> int:
    """The first set bit, or `size`."""
    k.charge("call")
    return _find(k, addr, size, 0, 0)


@kernel("unsigned long find_next_bit(const unsigned long *addr, unsigned long size, unsigned long offset)")
def find_next_bit(k: Kernel, addr: int, size: int, offset: int) -> int:
    """The first set bit from `offset` on, or `size`."""
    k.charge("call")
    return _find(k, addr, size, offset, 0)


@kernel("unsigned long find_first_zero_bit(const unsigned long *addr, unsigned long size)")
def find_first_zero_bit(k: Kernel, addr: int, size: int) -> int:
    """The first clear bit, or `size`."""
    k.charge("call")
    return _find(k, addr, size, 0, 1)


@kernel("unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size, unsigned long offset)")
def find_next_zero_bit(k: Kernel, addr: int, size: int, offset: int) -> int:
    """The first clear bit from `offset` on, or `size`."""
    k.charge("call")
    return _find(k, addr, size, offset, 1)


@kernel("unsigned long find_last_bit(const unsigned long *addr, unsigned long size)")
def find_last_bit(k: Kernel, addr: int, size: int) -> int:
    """The last set bit, or `size`."""
    k.charge("call")
    bits = int.from_bytes(k.mem.read(addr, (size + 63) // 64 * 8), "little") & (1 << size) - 1
    return bits.bit_length() - 1 if bits else size


@kernel("unsigned int __wq_hweight(u64 w)")
def hweight(k: Kernel, w: int) -> int:
    """The number of set bits."""
    return w.bit_count()


@kernel("int __wq_clz64(u64 x)")
@kernel("int __builtin_clzll(unsigned long long x)", attributes="/* a builtin */")
def clz64(k: Kernel, x: int) -> int:
    """The number of leading zero bits of a 64-bit number."""
    return 64 - x.bit_length()


@kernel("int __wq_ctz64(u64 x)")
@kernel("int __builtin_ctzll(unsigned long long x)", attributes="/* a builtin */")
def ctz64(k: Kernel, x: int) -> int:
    """The number of trailing zero bits of a 64-bit number; 64 for 0."""
    return (x & -x).bit_length() - 1 if x else 64
