// SPDX-License-Identifier: GPL-2.0
/* The same item on one queue, and then, while it runs, on another. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/sched.h>

static bool same;
module_param(same, bool, 0444);
MODULE_PARM_DESC(same, "the second time on the same queue");

static struct workqueue_struct *first, *second;

static void slow_fn(struct work_struct *work)
{
	pr_info("starts in %s\n", current->comm);
	msleep(30);
	pr_info("ends\n");
}

static DECLARE_WORK(slow, slow_fn);

static int __init two_queues_one_item_init(void)
{
	first = alloc_workqueue("first", 0, 0);
	second = alloc_workqueue("second", 0, 0);
	if (!first || !second) {
		if (first)
			destroy_workqueue(first);
		if (second)
			destroy_workqueue(second);
		return -ENOMEM;
	}

	queue_work_on(0, first, &slow);
	msleep(8);
	queue_work_on(1, same ? first : second, &slow);

	return 0;
}

static void __exit two_queues_one_item_exit(void)
{
	destroy_workqueue(first);
	destroy_workqueue(second);
}

module_init(two_queues_one_item_init);
module_exit(two_queues_one_item_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Where non-reentrancy ends");
