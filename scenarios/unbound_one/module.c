// SPDX-License-Identifier: GPL-2.0
/* An unbound queue with max_active 1 on a machine with two memory nodes. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/smp.h>

#define ITEMS	4

static bool ordered;
module_param(ordered, bool, 0444);
MODULE_PARM_DESC(ordered, "alloc_ordered_workqueue() instead");

static struct workqueue_struct *wq;
static struct work_struct items[ITEMS];

static void item_fn(struct work_struct *work)
{
	pr_info("item %d starts\n", (int)(work - items));
	msleep(20);
	pr_info("item %d ends\n", (int)(work - items));
}

static int __init unbound_one_init(void)
{
	int i;

	if (ordered)
		wq = alloc_ordered_workqueue("one", 0);
	else
		wq = alloc_workqueue("one", WQ_UNBOUND, 1);
	if (!wq)
		return -ENOMEM;

	for (i = 0; i < ITEMS; i++) {
		INIT_WORK(&items[i], item_fn);
		queue_work_on(i % num_online_cpus(), wq, &items[i]);
	}

	return 0;
}

static void __exit unbound_one_exit(void)
{
	destroy_workqueue(wq);
}

module_init(unbound_one_init);
module_exit(unbound_one_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("max_active 1 is no order");
