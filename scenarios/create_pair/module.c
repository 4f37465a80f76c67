// SPDX-License-Identifier: GPL-2.0
/* The same four items on a multi-threaded and on a single-threaded queue. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/smp.h>

#define ITEMS	4

static bool single;
module_param(single, bool, 0444);
MODULE_PARM_DESC(single, "create_singlethread_workqueue() instead of create_workqueue()");

static struct workqueue_struct *wq;
static struct work_struct items[ITEMS];

static void item_fn(struct work_struct *work)
{
	pr_info("item %d on CPU %d\n", (int)(work - items), raw_smp_processor_id());
	msleep(20);
}

static int __init create_pair_init(void)
{
	int i;

	wq = single ? create_singlethread_workqueue("one") : create_workqueue("each");
	if (!wq)
		return -ENOMEM;

	for (i = 0; i < ITEMS; i++) {
		INIT_WORK(&items[i], item_fn);
		queue_work_on(i % num_online_cpus(), wq, &items[i]);
	}

	return 0;
}

static void __exit create_pair_exit(void)
{
	destroy_workqueue(wq);
}

module_init(create_pair_init);
module_exit(create_pair_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Two legacy ways to make a queue");
