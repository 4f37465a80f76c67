#include <linux/module.h>
#include <linux/slab.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#error too old
#endif

enum colour { RED, GREEN = 5, BLUE };
struct point { int x, y; };
struct shape {
	const char *name;
	union { struct point at; u64 raw; };
	unsigned int kind : 3, visible : 1;
	int (*area)(const struct shape *s);
	struct point corners[3];
};

static int zero(const struct shape *s) { return s->at.x * 0; }
static const struct shape shapes[] = {
	[0] = { .name = "a" "b", .at.x = 1, .area = zero, .corners[1] = { 1, 2 } },
	{ "c", { { 3, 4 } }, 2, 1, zero, { { 1 }, { .y = 2 } } },
	[2 ... 4] = { .kind = BLUE & 7 },
};
static int matrix[2][3] = { { 1, 2, 3 }, [1][2] = 4 };
static int (*const table[])(const struct shape *) = { zero, [2] = zero };

static int sum(int n, ...)
{
	va_list ap;
	int total = 0;

	va_start(ap, n);
	while (n-- > 0)
		total += va_arg(ap, int);
	va_end(ap);
	return total;
}

static long classify(enum colour c)
{
	static int calls;

	switch (c) {
	case RED:
		calls++;
		fallthrough;
	case GREEN ... BLUE:
		return calls;
	default:
		break;
	}
	return -EINVAL;
}

static int __init start(void)
{
	struct point *p = &(struct point){ .y = 2 }, copy = *p;
	int i, n = ARRAY_SIZE(shapes) ?: 1;
	typeof(n) m = ({ int t = n; t + 1; });

	for (i = 0; ; i++)
		if (i > 3)
			break;
	for (; i;)
		i--;
	do {
		if (!table[0])
			goto out;
		m ^= table[0](&shapes[0]);
	} while (0);
out:
	pr_debug("%s %d %lu\n", __func__, min_t(int, m, sum(2, 1, 2)), offsetof(struct shape, corners[1].y));
	pr_info("%d %pM %*ph %d\n", max(copy.x, 3), "abcdef", 3, "abc", swab16(1) + matrix[1][2]);
	return classify(RED) < 0 ? -ENODEV : 0;
}
module_init(start);
MODULE_LICENSE("GPL");
