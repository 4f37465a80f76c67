"""<linux/random.h>, <linux/prandom.h>, <linux/uuid.h>, <linux/crc32.h>, <linux/jhash.h>: random numbers, from the seed."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
struct rnd_state { u32 s1, s2, s3, s4; };
typedef struct { u8 b[16]; } uuid_t, guid_t;
#define get_random_once(buf, nbytes) get_random_bytes(buf, nbytes)
"""

INLINE = r"""
static inline u64 get_random_u64(void) { u64 v; get_random_bytes(&v, sizeof(v)); return v; }
static inline u16 get_random_u16(void) { return get_random_u32(); }
static inline u8 get_random_u8(void) { return get_random_u32(); }
static inline unsigned int get_random_int(void) { return get_random_u32(); }
static inline unsigned long get_random_long(void) { return get_random_u64(); }
static inline u32 get_random_u32_below(u32 ceil) { return ceil ? get_random_u32() % ceil : 0; }
static inline u32 get_random_u32_above(u32 floor) { return floor + 1 + get_random_u32_below(U32_MAX - floor); }
static inline u32 get_random_u32_inclusive(u32 floor, u32 ceil) { return floor + get_random_u32_below(ceil - floor + 1); }
static inline int wait_for_random_bytes(void) { return 0; }
static inline bool rng_is_initialized(void) { return true; }
static inline void add_device_randomness(const void *buf, size_t len) { }
static inline void prandom_seed_state(struct rnd_state *state, u64 seed)
{ state->s1 = seed; state->s2 = seed >> 32; state->s3 = seed ^ 0x9e3779b9u; state->s4 = ~seed; }
static inline u32 prandom_u32_state(struct rnd_state *s)
{
	u32 t = s->s1 ^ (s->s1 << 11);

	s->s1 = s->s2;
	s->s2 = s->s3;
	s->s3 = s->s4;
	s->s4 = s->s4 ^ (s->s4 >> 19) ^ t ^ (t >> 8);
	return s->s4;
}
#define prandom_u32() _Static_assert(0, "prandom_u32() was removed in 6.1: use get_random_u32()")
#define prandom_u32_max(n) _Static_assert(0, "prandom_u32_max() was removed in 6.2: use get_random_u32_below()")
"""


@kernel("void get_random_bytes(void *buf, size_t len)")
def get_random_bytes(k: Kernel, buf: int, length: int) -> None:
    """Fill memory with random bytes; they depend on the scenario's seed only."""
    k.charge("call")
    if length:
        k.mem.write(buf, k.random.randbytes(min(length, 1 << 20)))


@kernel("u32 get_random_u32(void)")
def get_random_u32(k: Kernel) -> int:
    """A random number; it depends on the scenario's seed only."""
    k.charge("call")
    return k.random.getrandbits(32)


@kernel("u32 crc32_le(u32 crc, const unsigned char *p, size_t len)")
def crc32_le(k: Kernel, crc: int, p: int, length: int) -> int:
    """The CRC-32 of memory, without the final inversion."""
    k.charge("call")
    return zlib.crc32(k.mem.read(p, length), crc ^ 0xFFFFFFFF) ^ 0xFFFFFFFF if length else crc
