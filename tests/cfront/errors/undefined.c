#include <linux/module.h>

int elsewhere(int a);

static int __init start(void)
{
	return elsewhere(1); // error: 9 [undefined] "defined neither in the module nor in the kernel"
}
module_init(start);
MODULE_LICENSE("GPL");
