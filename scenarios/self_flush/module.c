// SPDX-License-Identifier: GPL-2.0
/* A deadlock of one: the work function flushes the item that it runs for. */
#include <linux/module.h>
#include <linux/workqueue.h>

static bool flush = true;
module_param(flush, bool, 0444);
MODULE_PARM_DESC(flush, "whether the work function flushes its own item");

static struct work_struct tail_chaser;

static void tail_chaser_fn(struct work_struct *work)
{
	pr_info("waiting for myself\n");
	if (flush)
		flush_work(work);
	pr_info("returned\n");
}

static int __init self_flush_init(void)
{
	INIT_WORK(&tail_chaser, tail_chaser_fn);
	schedule_work(&tail_chaser);
	return 0;
}

static void __exit self_flush_exit(void)
{
	cancel_work_sync(&tail_chaser);
}

module_init(self_flush_init);
module_exit(self_flush_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Flushing a work item from its own function");
