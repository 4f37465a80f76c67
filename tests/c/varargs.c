/* Functions of this module with variable arguments. */
#include <linux/module.h>
#include "check.h"

static long sum_list(int count, va_list args)
{
	long total = 0;

	while (count--)
		total = total * 10 + va_arg(args, int);
	return total;
}

static long sum(int count, ...)
{
	va_list args;
	long total;

	va_start(args, count);
	total = sum_list(count, args);
	va_end(args);
	return total;
}

static u64 mixed(const char *kinds, ...)
{
	va_list args, again;
	u64 total = 0;

	va_start(args, kinds);
	va_copy(again, args);
	for (; *kinds; kinds++) {
		switch (*kinds) {
		case 'c':
			total += (char)va_arg(args, int);
			break;
		case 'l':
			total += va_arg(args, long);
			break;
		case 'u':
			total += va_arg(args, unsigned int);
			break;
		case 's':
			total += va_arg(args, char *)[0];
			break;
		}
	}
	total = total * 1000 + va_arg(again, int);
	va_end(again);
	va_end(args);
	return total;
}

int test_variable_arguments(void)
{
	CHECK(sum(0) == 0);
	CHECK(sum(3, 1, 2, 3) == 123);
	CHECK(sum(2, -1, sum(1, 4)) == -6);
	CHECK(mixed("culs", 'a', 7u, -1L, "b") == (97 + 7 - 1 + 98) * 1000 + 97);
	return 0;
}

MODULE_LICENSE("GPL");
