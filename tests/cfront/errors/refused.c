#include <linux/module.h>

static int limit = (int)(1.5 * HZ);	/* a constant integer: fine */
static float ratio __maybe_unused; // error: 14 [floating-point]

static void int_done(int *p) { }
#define tidied(type) __attribute__((cleanup(type##_done)))

static int bad(int n)
{
	int hidden tidied(int) = 3; // error: 13 [cleanup] "through the macro 'tidied'"
	double d __maybe_unused = 0.5; // error: 9 [floating-point] "not available in the kernel"
	int v[n] __maybe_unused; // error: 6 [vla] "variable length"
	void *where = &&out; // error: 16 [computed-goto]

	asm volatile("nop"); // error: 2 [asm] "inline assembly"
	jiffies = 0; // error: 2 [kernel-variable] "'jiffies' is the kernel's"
	goto *where; // error: 2 [computed-goto]
out:
	return limit;
}

static int __init start(void)
{
	return bad(3);
}
module_init(start);
MODULE_LICENSE("GPL");
