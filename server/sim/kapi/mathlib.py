"""<linux/math.h>, <linux/gcd.h>, <linux/unaligned.h>, <linux/swab.h>, <linux/bitrev.h>, <linux/crc32.h>, <linux/jhash.h>,
<linux/hex.h>: arithmetic that is plain C.
"""  # fmt: skip

HEADER = r"""
#define SZ_1 0x00000001
#define SZ_16 0x00000010
#define SZ_32 0x00000020
#define SZ_64 0x00000040
#define SZ_128 0x00000080
#define SZ_256 0x00000100
#define SZ_512 0x00000200
#define SZ_1K 0x00000400
#define SZ_2K 0x00000800
#define SZ_4K 0x00001000
#define SZ_8K 0x00002000
#define SZ_16K 0x00004000
#define SZ_32K 0x00008000
#define SZ_64K 0x00010000
#define SZ_128K 0x00020000
#define SZ_256K 0x00040000
#define SZ_512K 0x00080000
#define SZ_1M 0x00100000
#define SZ_2M 0x00200000
#define SZ_4M 0x00400000
#define SZ_8M 0x00800000
#define SZ_16M 0x01000000
#define upper_16_bits(n) ((u16)((n) >> 16))
#define lower_16_bits(n) ((u16)((n) & 0xffff))
#define u64_to_user_ptr(x) ((void *)(uintptr_t)(u64)(x))
#define PTR_IF(cond, ptr) ((cond) ? (ptr) : NULL)
#define offset_in_page(p) ((unsigned long)(p) & ~PAGE_MASK)
#define array3_size(a, b, c) size_mul(size_mul(a, b), c)
#define DIV_ROUND_CLOSEST_ULL(x, divisor) ({ typeof(divisor) __wq_d = (divisor); (unsigned long long)((x) + __wq_d / 2) / __wq_d; })
#define check_shl_overflow(a, s, d) ({ __int128 __wq_s = (s) < 64 ? (__int128)(a) << (s) : 0; \
	*(d) = (typeof(*(d)))__wq_s; (s) >= 8 * sizeof(*(d)) || (__int128)*(d) != __wq_s; })
#define get_unaligned(ptr) ({ const struct { typeof(*(ptr)) x; } __packed *__wq_u = (const void *)(ptr); __wq_u->x; })
#define put_unaligned(val, ptr) do { struct { typeof(*(ptr)) x; } __packed *__wq_u = (void *)(ptr); __wq_u->x = (val); } while (0)
#define crc32(seed, data, length) crc32_le(seed, (unsigned char const *)(data), length)
#define ether_crc_le(length, data) crc32_le(~0, data, length)
#define JHASH_INITVAL 0xdeadbeef
#define reciprocal_scale(val, ep_ro) ((u32)(((u64)(val) * (ep_ro)) >> 32))
#define swab(x) swab64(x)
"""

INLINE = r"""
static inline int fls_long(unsigned long l) { return fls64(l); }
static inline int get_count_order(unsigned int count) { return count == 0 ? -1 : fls(--count); }
static inline int get_count_order_long(unsigned long l) { return l == 0UL ? -1 : fls_long(--l); }
static inline u64 ror64(u64 word, unsigned int shift) { return (word >> (shift & 63)) | (word << ((-shift) & 63)); }
static inline u16 rol16(u16 word, unsigned int shift) { return (word << (shift & 15)) | (word >> ((-shift) & 15)); }
static inline u16 ror16(u16 word, unsigned int shift) { return (word >> (shift & 15)) | (word << ((-shift) & 15)); }
static inline u8 rol8(u8 word, unsigned int shift) { return (word << (shift & 7)) | (word >> ((-shift) & 7)); }
static inline u8 ror8(u8 word, unsigned int shift) { return (word >> (shift & 7)) | (word << ((-shift) & 7)); }
static inline s32 sign_extend32(u32 value, int index) { u8 shift = 31 - index; return (s32)(value << shift) >> shift; }
static inline s64 sign_extend64(u64 value, int index) { u8 shift = 63 - index; return (s64)(value << shift) >> shift; }
static inline u64 mul_u64_u32_shr(u64 a, u32 mul, unsigned int shift) { return (u64)(((unsigned __int128)a * mul) >> shift); }
static inline u64 mul_u64_u64_div_u64(u64 a, u64 b, u64 c) { return (u64)(((unsigned __int128)a * b) / c); }
static inline unsigned long int_sqrt(unsigned long x)
{
	unsigned long root = 0, bit;

	if (x <= 1)
		return x;
	for (bit = 1UL << (__fls(x) & ~1UL); bit; bit >>= 2) {
		if (x >= root + bit) {
			x -= root + bit;
			root = (root >> 1) + bit;
		} else {
			root >>= 1;
		}
	}
	return root;
}
static inline u64 int_pow(u64 base, unsigned int exp)
{
	u64 result = 1;

	for (; exp; exp >>= 1, base *= base)
		if (exp & 1)
			result *= base;
	return result;
}
static inline unsigned long gcd(unsigned long a, unsigned long b)
{
	while (b) {
		unsigned long rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}
static inline unsigned long lcm(unsigned long a, unsigned long b) { return a && b ? (a / gcd(a, b)) * b : 0; }
static inline u16 get_unaligned_le16(const void *p) { const u8 *b = p; return b[0] | b[1] << 8; }
static inline u32 get_unaligned_le32(const void *p) { const u8 *b = p; return b[0] | b[1] << 8 | b[2] << 16 | (u32)b[3] << 24; }
static inline u64 get_unaligned_le64(const void *p) { return get_unaligned_le32(p) | (u64)get_unaligned_le32((const u8 *)p + 4) << 32; }
static inline u16 get_unaligned_be16(const void *p) { const u8 *b = p; return b[0] << 8 | b[1]; }
static inline u32 get_unaligned_be32(const void *p) { return swab32(get_unaligned_le32(p)); }
static inline u64 get_unaligned_be64(const void *p) { return swab64(get_unaligned_le64(p)); }
static inline void put_unaligned_le16(u16 val, void *p) { u8 *b = p; b[0] = val; b[1] = val >> 8; }
static inline void put_unaligned_le32(u32 val, void *p) { put_unaligned_le16(val, p); put_unaligned_le16(val >> 16, (u8 *)p + 2); }
static inline void put_unaligned_le64(u64 val, void *p) { put_unaligned_le32(val, p); put_unaligned_le32(val >> 32, (u8 *)p + 4); }
static inline void put_unaligned_be16(u16 val, void *p) { put_unaligned_le16(swab16(val), p); }
static inline void put_unaligned_be32(u32 val, void *p) { put_unaligned_le32(swab32(val), p); }
static inline void put_unaligned_be64(u64 val, void *p) { put_unaligned_le64(swab64(val), p); }
static inline void le16_add_cpu(__le16 *var, u16 val) { *var += val; }
static inline void le32_add_cpu(__le32 *var, u32 val) { *var += val; }
static inline void le64_add_cpu(__le64 *var, u64 val) { *var += val; }
static inline void be16_add_cpu(__be16 *var, u16 val) { *var = cpu_to_be16(be16_to_cpu(*var) + val); }
static inline void be32_add_cpu(__be32 *var, u32 val) { *var = cpu_to_be32(be32_to_cpu(*var) + val); }
static inline u8 bitrev8(u8 byte)
{
	byte = byte >> 4 | byte << 4;
	byte = (byte & 0xcc) >> 2 | (byte & 0x33) << 2;
	return (byte & 0xaa) >> 1 | (byte & 0x55) << 1;
}
static inline u16 bitrev16(u16 x) { return bitrev8(x) << 8 | bitrev8(x >> 8); }
static inline u32 bitrev32(u32 x) { return (u32)bitrev16(x) << 16 | bitrev16(x >> 16); }
static inline u16 crc16(u16 crc, const u8 *p, size_t len)
{
	while (len--) {
		int i;

		crc ^= *p++;
		for (i = 0; i < 8; i++)
			crc = (crc >> 1) ^ ((crc & 1) ? 0xa001 : 0);
	}
	return crc;
}
static inline int hex_to_bin(unsigned char ch)
{ return isdigit(ch) ? ch - '0' : isxdigit(ch) ? (ch | 0x20) - 'a' + 10 : -1; }
static inline int hex2bin(u8 *dst, const char *src, size_t count)
{
	while (count--) {
		int hi, lo;

		hi = hex_to_bin(*src++);
		if (hi < 0)
			return -EINVAL;
		lo = hex_to_bin(*src++);
		if (lo < 0)
			return -EINVAL;
		*dst++ = hi << 4 | lo;
	}
	return 0;
}
static inline char *bin2hex(char *dst, const void *src, size_t count)
{
	const unsigned char *p = src;

	while (count--) {
		*dst++ = "0123456789abcdef"[*p >> 4];
		*dst++ = "0123456789abcdef"[*p++ & 15];
	}
	return dst;
}
static inline void __wq_jhash_final(u32 *a, u32 *b, u32 *c)
{
	*c ^= *b; *c -= rol32(*b, 14);
	*a ^= *c; *a -= rol32(*c, 11);
	*b ^= *a; *b -= rol32(*a, 25);
	*c ^= *b; *c -= rol32(*b, 16);
	*a ^= *c; *a -= rol32(*c, 4);
	*b ^= *a; *b -= rol32(*a, 14);
	*c ^= *b; *c -= rol32(*b, 24);
}
static inline void __wq_jhash_mix(u32 *a, u32 *b, u32 *c)
{
	*a -= *c; *a ^= rol32(*c, 4); *c += *b;
	*b -= *a; *b ^= rol32(*a, 6); *a += *c;
	*c -= *b; *c ^= rol32(*b, 8); *b += *a;
	*a -= *c; *a ^= rol32(*c, 16); *c += *b;
	*b -= *a; *b ^= rol32(*a, 19); *a += *c;
	*c -= *b; *c ^= rol32(*b, 4); *b += *a;
}
static inline u32 jhash(const void *key, u32 length, u32 initval)
{
	u32 a, b, c;
	const u8 *k = key;

	a = b = c = JHASH_INITVAL + length + initval;
	for (; length > 12; length -= 12, k += 12) {
		a += get_unaligned_le32(k);
		b += get_unaligned_le32(k + 4);
		c += get_unaligned_le32(k + 8);
		__wq_jhash_mix(&a, &b, &c);
	}
	if (length) {
		u8 last[12] = { 0 };

		memcpy(last, k, length);
		a += get_unaligned_le32(last);
		b += get_unaligned_le32(last + 4);
		c += get_unaligned_le32(last + 8);
		__wq_jhash_final(&a, &b, &c);
	}
	return c;
}
static inline u32 jhash2(const u32 *k, u32 length, u32 initval) { return jhash(k, length * 4, initval); }
static inline u32 __wq_jhash_nwords(u32 a, u32 b, u32 c, u32 initval)
{
	a += initval;
	b += initval;
	c += initval;
	__wq_jhash_final(&a, &b, &c);
	return c;
}
static inline u32 jhash_3words(u32 a, u32 b, u32 c, u32 initval) { return __wq_jhash_nwords(a, b, c, initval + JHASH_INITVAL + 12); }
static inline u32 jhash_2words(u32 a, u32 b, u32 initval) { return __wq_jhash_nwords(a, b, 0, initval + JHASH_INITVAL + 8); }
static inline u32 jhash_1word(u32 a, u32 initval) { return __wq_jhash_nwords(a, 0, 0, initval + JHASH_INITVAL + 4); }
static inline char **argv_split(gfp_t gfp, const char *str, int *argcp)
{
	char *copy = kstrndup(str, KMALLOC_MAX_SIZE - 1, gfp), *p;
	int argc = 0;
	char **argv;

	if (!copy)
		return NULL;
	for (p = skip_spaces(copy); *p; p = skip_spaces(p)) {
		argc++;
		while (*p && !isspace(*p))
			p++;
	}
	argv = kmalloc_array(argc + 2, sizeof(*argv), gfp);
	if (!argv) {
		kfree(copy);
		return NULL;
	}
	*argv++ = copy;
	argc = 0;
	for (p = skip_spaces(copy); *p; p = skip_spaces(p)) {
		argv[argc++] = p;
		while (*p && !isspace(*p))
			p++;
		if (*p)
			*p++ = '\0';
	}
	argv[argc] = NULL;
	if (argcp)
		*argcp = argc;
	return argv;
}
static inline void argv_free(char **argv) { argv--; kfree(argv[0]); kfree(argv); }
"""
