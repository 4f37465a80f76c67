// SPDX-License-Identifier: GPL-2.0
/* An item that is initialised before each queueing. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>

static bool once;
module_param(once, bool, 0444);
MODULE_PARM_DESC(once, "INIT_WORK() only at the beginning");

static struct work_struct item;

static void item_fn(struct work_struct *work)
{
	pr_info("the item runs\n");
	msleep(30);
	pr_info("the item is done\n");
}

static void submit(int cpu)
{
	if (!once)
		INIT_WORK(&item, item_fn);
	schedule_work_on(cpu, &item);
}

static int __init init_again_init(void)
{
	INIT_WORK(&item, item_fn);
	submit(0);
	msleep(8);
	submit(1);

	return 0;
}

static void __exit init_again_exit(void)
{
	cancel_work_sync(&item);
	pr_info("exit\n");
}

module_init(init_again_init);
module_exit(init_again_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("INIT_WORK on an item in use");
