// SPDX-License-Identifier: GPL-2.0
/* A delayed work that nobody takes back when the module goes. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/jiffies.h>

static bool careful;
module_param(careful, bool, 0444);
MODULE_PARM_DESC(careful, "the exit function cancels");

static void late_fn(struct work_struct *work)
{
	pr_info("late, but there\n");
}

static DECLARE_DELAYED_WORK(late, late_fn);

static int __init cancel_forgotten_init(void)
{
	schedule_delayed_work(&late, HZ / 2);

	return 0;
}

static void __exit cancel_forgotten_exit(void)
{
	if (careful)
		cancel_delayed_work_sync(&late);
}

module_init(cancel_forgotten_init);
module_exit(cancel_forgotten_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("What cancelling is for");
