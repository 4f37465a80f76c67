// SPDX-License-Identifier: GPL-2.0
/* A computation of 30 ms that gives way now and then, and short items behind it. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/sched.h>

#define SHORT	3

static bool intensive;
module_param(intensive, bool, 0444);
MODULE_PARM_DESC(intensive, "the long item is on a WQ_CPU_INTENSIVE queue");

static struct workqueue_struct *long_wq, *short_wq;
static struct work_struct quick[SHORT];

static void long_fn(struct work_struct *work)
{
	int i;

	for (i = 0; i < 60; i++) {
		udelay(500);
		cond_resched();
	}
	pr_info("long item is done\n");
}

static void quick_fn(struct work_struct *work)
{
	pr_info("quick item %d\n", (int)(work - quick));
}

static DECLARE_WORK(long_item, long_fn);

static int __init cpu_intensive_pair_init(void)
{
	int i;

	long_wq = alloc_workqueue("long", intensive ? WQ_CPU_INTENSIVE : 0, 0);
	short_wq = alloc_workqueue("short", 0, 0);
	if (!long_wq || !short_wq) {
		if (long_wq)
			destroy_workqueue(long_wq);
		if (short_wq)
			destroy_workqueue(short_wq);
		return -ENOMEM;
	}

	queue_work_on(1, long_wq, &long_item);
	for (i = 0; i < SHORT; i++) {
		INIT_WORK(&quick[i], quick_fn);
		queue_work_on(1, short_wq, &quick[i]);
	}

	return 0;
}

static void __exit cpu_intensive_pair_exit(void)
{
	destroy_workqueue(long_wq);
	destroy_workqueue(short_wq);
}

module_init(cpu_intensive_pair_init);
module_exit(cpu_intensive_pair_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("What WQ_CPU_INTENSIVE changes");
