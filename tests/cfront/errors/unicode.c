#include <linux/module.h>

static int __init start(void)
{
	pr_info("größer → %d\n", countr); // error: 27 [undeclared]
	return 0;
}
module_init(start);
MODULE_LICENSE("GPL");
