/* Conversions, promotions, wrapping, shifts and division of every integer type. */
#include <linux/module.h>
#include "check.h"

int test_unsigned_wraps(void)
{
	unsigned int a = 0xffffffffu;
	unsigned char b = 255;
	unsigned short c = 65535;
	unsigned long d = ~0UL;

	a++;
	b++;
	c += 2;
	d += 5;
	CHECK(a == 0 && b == 0 && c == 1 && d == 4);
	CHECK((unsigned int)-1 > 0);
	CHECK(-1 > 0u);
	CHECK((u8)(b - 1) == 255);
	CHECK(b - 1 == -1);
	a = 0;
	a--;
	CHECK(a == 4294967295u);
	CHECK(a * a == 1);
	return 0;
}

int test_signed_wraps(void)
{
	int a = 0x7fffffff;
	long b = 0x7fffffffffffffffL;
	short c = 32767;
	signed char d = -128;

	a++;
	b++;
	c++;
	d--;
	CHECK(a == -2147483647 - 1);
	CHECK(b == -9223372036854775807L - 1);
	CHECK(c == -32768 && d == 127);
	CHECK(-a == a);
	a = 0x7fffffff;
	CHECK(a + 1 < a);
	CHECK(a * 2 == -2);
	return 0;
}

int test_char_is_unsigned(void)
{
	char c = 200;

	CHECK(c == 200 && c > 0);
	c += 100;
	CHECK(c == 44);
	return 0;
}

int test_narrowing(void)
{
	long big = 0x123456789abcdef0L;

	CHECK((int)big == (int)0x9abcdef0);
	CHECK((short)big == (short)0xdef0);
	CHECK((s8)big == -16 && (u8)big == 240);
	CHECK((bool)big == 1 && (bool)(u8)0x100 == 0);
	CHECK((long)(int)0x80000000 == -2147483648L);
	CHECK((unsigned long)-1 == 0xffffffffffffffffUL);
	CHECK((u64)(u32)-1 == 0xffffffffUL);
	return 0;
}

int test_shifts(void)
{
	int minus = -16;
	unsigned int u = 0x80000000u;
	u64 one = 1;
	int n;

	CHECK(minus >> 2 == -4 && u >> 31 == 1);
	CHECK((minus << 1) == -32);
	CHECK(one << 63 == 0x8000000000000000UL);
	for (n = 0; n < 64; n++)
		CHECK((one << n) >> n == 1);
	CHECK(1 << 31 == -2147483647 - 1);
	u <<= 1;
	CHECK(u == 0);
	minus >>= 10;
	CHECK(minus == -1);
	return 0;
}

int test_division(void)
{
	int a = -7, b = 2;
	u32 c = 0xfffffff9u;
	s64 d = -7000000000L;

	CHECK(a / b == -3 && a % b == -1);
	CHECK(a / -b == 3 && a % -b == -1);
	CHECK(-a / -b == -3 && 7 % -b == 1);
	CHECK(c / 2 == 0x7ffffffcu);
	CHECK(d / 1000000000 == -7 && d % 1000000000 == 0);
	CHECK(a / 2 == -3 && a % 4 == -3);
	a /= 2;
	CHECK(a == -3);
	a %= 2;
	CHECK(a == -1);
	return 0;
}

int test_mixed_compare(void)
{
	int a = -1;
	unsigned int b = 1;
	long c = -1;
	u8 d = 200;

	CHECK(a > b);
	CHECK(c < b);
	CHECK(d + 100 == 300);
	CHECK((a < 0) + (b > 0) == 2);
	CHECK(!a == 0 && !!b == 1);
	return 0;
}

int test_increments(void)
{
	int i = 5, j;
	u8 b = 255;
	bool t = 0;

	j = i++ + ++i;
	CHECK(i == 7);
	j = i--;
	CHECK(j == 7 && i == 6);
	CHECK(b++ == 255 && b == 0);
	CHECK(--b == 255);
	CHECK(t++ == 0 && t == 1);
	t++;
	CHECK(t == 1);
	t--;
	CHECK(t == 0);
	return 0;
}

int test_int128(void)
{
	u64 most = ~0UL;
	unsigned __int128 product = (unsigned __int128)most * most;

	CHECK((u64)(product >> 64) == 0xfffffffffffffffeUL);
	CHECK((u64)product == 1);
	return 0;
}

MODULE_LICENSE("GPL");
