#include <linux/module.h>
#include <linux/bitmap.h>
#include <linux/gcd.h>
#include <linux/lcm.h>
#include <linux/hex.h>
#include <linux/unaligned.h>
#include <linux/bitrev.h>
#include <linux/crc16.h>
#include <linux/jhash.h>
#include <linux/crc32.h>
#include <linux/string_helpers.h>
#include <linux/math64.h>
#include <linux/sizes.h>
#include <linux/overflow.h>
static int __init start(void)
{
	DECLARE_BITMAP(a, 100); DECLARE_BITMAP(b, 100); DECLARE_BITMAP(c, 100);
	char buf[64]; u8 raw[4]; int n; char **argv; u64 v; u32 w; int ov;
	bitmap_zero(a, 100); bitmap_zero(b, 100);
	n = bitmap_parselist("1-5,64,70-72", a, 100);
	bitmap_set(b, 3, 70);
	ov = bitmap_and(c, a, b, 100); pr_info("%d and %d weight %u %*pbl\n", n, ov, bitmap_weight(c, 100), 100, c);
	bitmap_andnot(c, a, b, 100); pr_info("%*pbl %*pb\n", 100, c, 100, c);
	bitmap_xor(c, a, b, 100); bitmap_or(c, c, a, 100); pr_info("%*pbl\n", 100, c);
	pr_info("%d %d %d %d\n", bitmap_equal(a, b, 100), bitmap_intersects(a, b, 100), bitmap_subset(a, c, 100), bitmap_empty(a, 100));
	bitmap_shift_left(c, a, 10, 100); pr_info("%*pbl\n", 100, c);
	bitmap_shift_right(c, a, 2, 100); pr_info("%*pbl\n", 100, c);
	pr_info("%lu\n", bitmap_find_next_zero_area(a, 100, 0, 10, 3)); pr_info("%d\n", bitmap_find_free_region(a, 100, 3));
	pr_info("%lu %lu %llu %lu %lu\n", int_sqrt(1000000), int_sqrt(99), int_pow(3, 13), gcd(84, 36), lcm(4, 6));
	n = hex2bin(raw, "c0ffee01", 4); pr_info("%d %*ph\n", n, 4, raw);
	*bin2hex(buf, raw, 4) = 0; pr_info("%s %x %x %x\n", buf, get_unaligned_be32(raw), get_unaligned_le32(raw), get_unaligned((u16 *)(raw + 1)));
	put_unaligned_be64(0x0102030405060708ULL, buf); pr_info("%*ph\n", 8, buf);
	pr_info("%x %x %x %x\n", bitrev8(0x13), bitrev32(0x12345678), crc16(0, "123456789", 9), crc32(0, "123456789", 9));
	pr_info("%x %x %x\n", jhash("hello world, this is a key", 26, 5), jhash_2words(1, 2, 3), jhash_1word(7, 8));
	argv = argv_split(GFP_KERNEL, "  one two   three ", &n);
	pr_info("%d %s %s %s\n", n, argv[0], argv[1], argv[2]); argv_free(argv);
	v = mul_u64_u64_div_u64(~0ULL, 10, 20); ov = check_shl_overflow(1, 31, &n);
	w = sign_extend32(0xff, 7); pr_info("%llu %d %d %u %llx\n", v, ov, n, w, mul_u64_u32_shr(1ULL << 60, 48, 8));
	return 0;
}
static void __exit stop(void) { }
module_init(start); module_exit(stop);
MODULE_LICENSE("GPL");

// Bitmaps, checksums, hashes, byte orders. What follows is Debian's 6.12 under QEMU.
// dmesg: 0 and 1 weight 7 3-5,64,70-72
// dmesg: 1-2 0,00000000,00000000,00000006
// dmesg: 1-72
// dmesg: 0 1 1 0
// dmesg: 11-15,74,80-82
// dmesg: 0-3,62,68-70
// dmesg: 8
// dmesg: 8
// dmesg: 1000 9 1594323 12 12
// dmesg: 0 c0 ff ee 01
// dmesg: c0ffee01 c0ffee01 1eeffc0 eeff
// dmesg: 01 02 03 04 05 06 07 08
// dmesg: c8 1e6a2c48 bb3d 2dfd2d88
// dmesg: 954df3f7 252781b5 cafe2a71
// dmesg: 3 one two three
// dmesg: 9223372036854775807 1 -2147483648 4294967295 300000000000000
