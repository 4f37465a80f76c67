// SPDX-License-Identifier: GPL-2.0
/* An item that spins until another item of the same CPU has set a flag. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>

static bool polite;
module_param(polite, bool, 0444);
MODULE_PARM_DESC(polite, "it sleeps between two looks");

static bool ready;

static void waiter_fn(struct work_struct *work)
{
	while (!READ_ONCE(ready)) {
		if (polite)
			usleep_range(500, 1000);
		else
			cpu_relax();
	}
	pr_info("seen\n");
}

static void setter_fn(struct work_struct *work)
{
	WRITE_ONCE(ready, true);
	pr_info("set\n");
}

static DECLARE_WORK(waiter, waiter_fn);
static DECLARE_WORK(setter, setter_fn);

static int __init busy_wait_init(void)
{
	schedule_work_on(1, &waiter);
	schedule_work_on(1, &setter);

	return 0;
}

static void __exit busy_wait_exit(void)
{
	cancel_work_sync(&waiter);
	cancel_work_sync(&setter);
}

module_init(busy_wait_init);
module_exit(busy_wait_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Busy waiting in a bound pool");
