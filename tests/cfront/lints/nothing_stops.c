#include <linux/interrupt.h> // warning: [license]
#include <linux/module.h>
#include <linux/slab.h>

static void fn(struct work_struct *work) { }
static DECLARE_WORK(work, fn);

static int __init start(void)
{
	char *p = kmalloc(10, GFP_KERNEL); // warning: 12 [leak]

	if (!p)
		return -ENOMEM;
	schedule_work(&work); // warning: 2 [include]
	return 0;
}

static void __exit stop(void) // warning: [exit-stops-nothing]
{
}
module_init(start);
module_exit(stop);
