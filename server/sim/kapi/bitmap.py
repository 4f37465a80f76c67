"""<linux/bitmap.h>, <linux/bitfield.h>, <linux/find.h>: what few modules use, in C over the words of bits.py."""

HEADER = r"""
#define FIELD_FIT(mask, val) (!((((typeof(mask))(val)) << __builtin_ctzll(mask)) & ~(mask)))
#define FIELD_MAX(mask) ((typeof(mask))((mask) >> __builtin_ctzll(mask)))
#define BITMAP_FIRST_WORD_MASK(start) (~0UL << ((start) & (BITS_PER_LONG - 1)))
#define BITMAP_LAST_WORD_MASK(nbits) (~0UL >> (-(nbits) & (BITS_PER_LONG - 1)))
#define for_each_set_bit_from(bit, addr, size) \
	for (; (bit) = find_next_bit((addr), (size), (bit)), (bit) < (size); (bit)++)
#define for_each_clear_bit_from(bit, addr, size) \
	for (; (bit) = find_next_zero_bit((addr), (size), (bit)), (bit) < (size); (bit)++)
#define __assign_bit(nr, addr, value) ((value) ? __set_bit((nr), (addr)) : __clear_bit((nr), (addr)))
#define __wq_bitmap_op(name, expr) \
	static inline bool bitmap_##name(unsigned long *dst, const unsigned long *a, const unsigned long *b, unsigned int bits) \
	{ \
		unsigned int i, n = BITS_TO_LONGS(bits); \
		unsigned long any = 0; \
		for (i = 0; i < n; i++) { \
			dst[i] = (expr) & (i == n - 1 ? BITMAP_LAST_WORD_MASK(bits) : ~0UL); \
			any |= dst[i]; \
		} \
		return any != 0; \
	}
"""

INLINE = r"""
__wq_bitmap_op(and, a[i] & b[i])
__wq_bitmap_op(andnot, a[i] & ~b[i])
__wq_bitmap_op(or, a[i] | b[i])
__wq_bitmap_op(xor, a[i] ^ b[i])
static inline void bitmap_complement(unsigned long *dst, const unsigned long *src, unsigned int bits)
{
	unsigned int i;

	for (i = 0; i < BITS_TO_LONGS(bits); i++)
		dst[i] = ~src[i];
}
static inline bool bitmap_equal(const unsigned long *a, const unsigned long *b, unsigned int bits)
{
	unsigned int i;

	for (i = 0; i < bits / BITS_PER_LONG; i++)
		if (a[i] != b[i])
			return false;
	return !(bits % BITS_PER_LONG) || !((a[i] ^ b[i]) & BITMAP_LAST_WORD_MASK(bits));
}
static inline bool bitmap_intersects(const unsigned long *a, const unsigned long *b, unsigned int bits)
{
	unsigned int i;

	for (i = 0; i < bits / BITS_PER_LONG; i++)
		if (a[i] & b[i])
			return true;
	return bits % BITS_PER_LONG && (a[i] & b[i] & BITMAP_LAST_WORD_MASK(bits));
}
static inline bool bitmap_subset(const unsigned long *a, const unsigned long *b, unsigned int bits)
{
	unsigned int i;

	for (i = 0; i < bits / BITS_PER_LONG; i++)
		if (a[i] & ~b[i])
			return false;
	return !(bits % BITS_PER_LONG) || !(a[i] & ~b[i] & BITMAP_LAST_WORD_MASK(bits));
}
static inline void bitmap_shift_left(unsigned long *dst, const unsigned long *src, unsigned int shift, unsigned int bits)
{
	int i;

	for (i = bits - 1; i >= 0; i--)
		__assign_bit(i, dst, i >= (int)shift && test_bit(i - shift, src));
}
static inline void bitmap_shift_right(unsigned long *dst, const unsigned long *src, unsigned int shift, unsigned int bits)
{
	unsigned int i;

	for (i = 0; i < bits; i++)
		__assign_bit(i, dst, i + shift < bits && test_bit(i + shift, src));
}
static inline unsigned long bitmap_find_next_zero_area(unsigned long *map, unsigned long size, unsigned long start,
	unsigned int nr, unsigned long align_mask)
{
	for (;;) {
		unsigned long index = find_next_zero_bit(map, size, start), end, busy;

		index = (index + align_mask) & ~align_mask;
		end = index + nr;
		if (end > size)
			return end;
		busy = find_next_bit(map, end, index);
		if (busy >= end)
			return index;
		start = busy + 1;
	}
}
static inline int bitmap_allocate_region(unsigned long *bitmap, unsigned int pos, int order)
{
	if (find_next_bit(bitmap, pos + (1U << order), pos) < pos + (1U << order))
		return -EBUSY;
	bitmap_set(bitmap, pos, 1U << order);
	return 0;
}
static inline int bitmap_find_free_region(unsigned long *bitmap, unsigned int bits, int order)
{
	unsigned int pos;

	for (pos = 0; pos + (1U << order) <= bits; pos += 1U << order)
		if (!bitmap_allocate_region(bitmap, pos, order))
			return pos;
	return -ENOMEM;
}
static inline void bitmap_release_region(unsigned long *bitmap, unsigned int pos, int order) { bitmap_clear(bitmap, pos, 1U << order); }
static inline void bitmap_to_arr32(u32 *buf, const unsigned long *bitmap, unsigned int nbits)
{
	unsigned int i;

	for (i = 0; i < DIV_ROUND_UP(nbits, 32); i++)
		buf[i] = bitmap[i / 2] >> 32 * (i % 2);
}
static inline void bitmap_from_arr32(unsigned long *bitmap, const u32 *buf, unsigned int nbits)
{
	unsigned int i;

	bitmap_zero(bitmap, nbits);
	for (i = 0; i < DIV_ROUND_UP(nbits, 32); i++)
		bitmap[i / 2] |= (unsigned long)buf[i] << 32 * (i % 2);
}
static inline int bitmap_print_to_pagebuf(bool list, char *buf, const unsigned long *maskp, int nmaskbits)
{ return scnprintf(buf, PAGE_SIZE, list ? "%*pbl\n" : "%*pb\n", nmaskbits, maskp); }
static inline int bitmap_parselist(const char *buf, unsigned long *maskp, int nmaskbits)
{
	unsigned int a, b;
	char *end;

	bitmap_zero(maskp, nmaskbits);
	while (*(buf = skip_spaces(buf))) {
		if (!isdigit(*buf))
			return -EINVAL;
		a = b = simple_strtoul(buf, &end, 10);
		if (*end == '-') {
			if (!isdigit(end[1]))
				return -EINVAL;
			b = simple_strtoul(end + 1, &end, 10);
		}
		if (a > b)
			return -EINVAL;
		if (b >= nmaskbits)
			return -ERANGE;
		bitmap_set(maskp, a, b - a + 1);
		if (*end && *end != ',' && *end != '\n')
			return -EINVAL;
		buf = *end == ',' ? end + 1 : skip_spaces(end);
	}
	return 0;
}
static inline unsigned long find_next_and_bit(const unsigned long *a, const unsigned long *b, unsigned long size, unsigned long offset)
{
	for (; offset < size; offset++)
		if (test_bit(offset, a) && test_bit(offset, b))
			return offset;
	return size;
}
static inline unsigned long find_first_and_bit(const unsigned long *a, const unsigned long *b, unsigned long size)
{ return find_next_and_bit(a, b, size, 0); }
static inline unsigned long find_nth_bit(const unsigned long *addr, unsigned long size, unsigned long n)
{
	unsigned long bit;

	for_each_set_bit(bit, addr, size)
		if (n-- == 0)
			return bit;
	return size;
}
"""
