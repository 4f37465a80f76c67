// SPDX-License-Identifier: GPL-2.0
/* A work function that wants all work of its queue to be over. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>

static bool own = true;
module_param(own, bool, 0444);
MODULE_PARM_DESC(own, "the last item is on the queue that it flushes");

static struct workqueue_struct *wq, *other;

static void part_fn(struct work_struct *work)
{
	msleep(10);
}

static void last_fn(struct work_struct *work)
{
	flush_workqueue(wq);
	pr_info("all parts are done\n");
}

static DECLARE_WORK(part1, part_fn);
static DECLARE_WORK(part2, part_fn);
static DECLARE_WORK(last, last_fn);

static int __init flush_own_queue_init(void)
{
	wq = alloc_workqueue("parts", 0, 0);
	other = alloc_workqueue("last", 0, 0);
	if (!wq || !other) {
		if (wq)
			destroy_workqueue(wq);
		if (other)
			destroy_workqueue(other);
		return -ENOMEM;
	}

	queue_work(wq, &part1);
	queue_work(wq, &part2);
	queue_work(own ? wq : other, &last);

	return 0;
}

static void __exit flush_own_queue_exit(void)
{
	destroy_workqueue(other);
	destroy_workqueue(wq);
}

module_init(flush_own_queue_init);
module_exit(flush_own_queue_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Flushing the queue one is on");
