/* Loops, switches, goto, and the order of evaluation. */
#include <linux/module.h>
#include "check.h"

static int trace;

static int mark(int digit)
{
	trace = trace * 10 + digit;
	return digit;
}

int test_loops(void)
{
	int i, j, sum = 0;

	for (i = 0; i < 10; i++) {
		if (i == 3)
			continue;
		if (i == 8)
			break;
		sum += i;
	}
	CHECK(i == 8 && sum == 0 + 1 + 2 + 4 + 5 + 6 + 7);
	i = 0;
	do {
		if (i == 2)
			continue;
		sum += 100;
	} while (++i < 4);
	CHECK(sum == 325);
	while (1) {
		if (--i < 0)
			break;
		for (j = 0;; j++)
			if (j == i)
				break;
		sum += j;
	}
	CHECK(sum == 331);
	for (;;)
		break;
	return 0;
}

static int classify(int value)
{
	switch (value) {
	case 0:
		return 1;
	case 1:
	case 2:
		value += 10;
		break;
	case 3:
		value += 100;
		/* fallthrough */
	case 4:
		value += 1000;
		break;
	case 10 ... 20:
		if (value == 15)
			break;
		value = -value;
		break;
	default:
		value = 7;
	}
	return value;
}

int test_switch(void)
{
	CHECK(classify(0) == 1 && classify(1) == 11 && classify(2) == 12);
	CHECK(classify(3) == 1103 && classify(4) == 1004);
	CHECK(classify(15) == 15 && classify(16) == -16 && classify(99) == 7);
	return 0;
}

int test_switch_in_loop(void)
{
	int i, seen = 0;

	for (i = 0; i < 6; i++) {
		switch (i) {
		case 1:
			continue;
		case 2:
			seen += 2;
			/* fallthrough */
		case 3:
			seen += 3;
			break;
		case 5:
			goto out;
		default:
			seen += 100;
		}
		seen += 1000;
	}
out:
	CHECK(i == 5 && seen == 100 + 1000 + 5 + 1000 + 3 + 1000 + 100 + 1000);
	return 0;
}

static int duff(char *to, const char *from, int count)
{
	int n = (count + 3) / 4;

	switch (count % 4) {
	case 0: do { *to++ = *from++;
	case 3:      *to++ = *from++;
	case 2:      *to++ = *from++;
	case 1:      *to++ = *from++;
		} while (--n > 0);
	}
	return 0;
}

int test_duff(void)
{
	char to[12] = { 0 };
	int i;

	duff(to, "hello, wor", 10);
	for (i = 0; i < 10; i++)
		CHECK(to[i] == "hello, wor"[i]);
	CHECK(to[10] == 0);
	return 0;
}

static int cleanup(int fail)
{
	int undone = 0;

	if (fail == 1)
		goto err_one;
	if (fail == 2)
		goto err_two;
	if (fail == 3) {
		undone = 100;
		goto err_three;
	}
	return 0;

err_three:
	undone += 3;
err_two:
	undone += 2;
err_one:
	undone += 1;
	return undone;
}

int test_goto_forward(void)
{
	CHECK(cleanup(0) == 0 && cleanup(1) == 1 && cleanup(2) == 3 && cleanup(3) == 106);
	return 0;
}

int test_goto_backward(void)
{
	int n = 0, tries = 0;

again:
	n += 3;
	tries++;
	if (n < 20)
		goto again;
	CHECK(n == 21 && tries == 7);
	return 0;
}

int test_goto_out_of_nested(void)
{
	int i, j, k = 0;

	for (i = 0; i < 5; i++) {
		for (j = 0; j < 5; j++) {
			if (i * j == 6)
				goto found;
			k++;
		}
	}
	return __LINE__;
found:
	CHECK(i == 2 && j == 3 && k == 13);
	return 0;
}

int test_goto_into_loop(void)
{
	int i = 3, sum = 0;

	goto middle;
	for (i = 0; i < 5; i++) {
		sum += 100;
middle:
		sum += i;
	}
	CHECK(sum == 3 + 104);
	return 0;
}

int test_short_circuit(void)
{
	trace = 0;
	CHECK(!(mark(1) && !mark(2) && mark(3)));
	CHECK(trace == 12);
	trace = 0;
	CHECK((!mark(1) || mark(2) || mark(3)) == 1);
	CHECK(trace == 12);
	trace = 0;
	CHECK((mark(4), mark(5)) == 5 && trace == 45);
	trace = 0;
	CHECK((mark(0) ? mark(1) : mark(2)) == 2 && trace == 2);
	return 0;
}

int test_statement_expressions(void)
{
	int a = 4, b;

	trace = 0;
	b = ({ int x = mark(1); x += a; x; }) + ({ int y = 0; while (y < 3) y++; mark(2); y; });
	CHECK(b == 8 && trace == 12);
	CHECK(max(a, ({ a++; 3; })) >= 4);
	trace = 0;
	if (a > 100 && ({ mark(9); 1; }))
		return __LINE__;
	CHECK(trace == 0);
	trace = 0;
	b = a ? ({ int z; for (z = 0; z < 2; z++) mark(3); z; }) : ({ mark(7); 5; });
	CHECK(b == 2 && trace == 33);
	trace = 0;
	while (({ mark(1); trace < 1111; }))
		;
	CHECK(trace == 1111);
	b = ({ switch (a) { case 5: b = 50; break; default: b = 1; } b; });
	CHECK(b == 50);
	return 0;
}

static int three(int a, int b, int c)
{
	return a * 100 + b * 10 + c;
}

int test_arguments_with_statements(void)
{
	int i = 1;

	CHECK(three(i, ({ int k = 0; do k++; while (k < 2); k; }), 3) == 123);
	CHECK(three(three(0, 0, 1), ({ 2; }), three(0, 0, 3)) == 123);
	CHECK((i ?: 9) == 1 && (0 ?: 9) == 9);
	return 0;
}

static int fibonacci(int n)
{
	return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static int is_odd(unsigned int n);

static int is_even(unsigned int n)
{
	return n ? is_odd(n - 1) : 1;
}

static int is_odd(unsigned int n)
{
	return n ? is_even(n - 1) : 0;
}

int test_recursion(void)
{
	CHECK(fibonacci(12) == 144);
	CHECK(is_even(30) && !is_even(31));
	return 0;
}

static int counted(void)
{
	static int calls;
	static int table[3] = { 5, 6, 7 };

	calls++;
	return table[calls % 3] * 100 + calls;
}

int test_static_locals(void)
{
	CHECK(counted() == 601 && counted() == 702 && counted() == 503);
	return 0;
}

int test_shadowing(void)
{
	int x = 1, out = 0;

	{
		int x = 2;

		out += x * 10;
		{
			int x = 3;

			out += x * 100;
		}
	}
	out += x;
	CHECK(out == 321);
	return 0;
}

MODULE_LICENSE("GPL");
