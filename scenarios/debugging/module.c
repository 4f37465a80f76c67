// SPDX-License-Identifier: GPL-2.0
/* A queue with something on it, to look at. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>

static struct workqueue_struct *wq;
static struct work_struct items[3];

static void stuck_fn(struct work_struct *work)
{
	msleep(400);
}

static int __init debugging_init(void)
{
	int i;

	wq = alloc_workqueue("demo_queue", WQ_SYSFS | WQ_MEM_RECLAIM, 1);
	if (!wq)
		return -ENOMEM;

	for (i = 0; i < 3; i++) {
		INIT_WORK(&items[i], stuck_fn);
		queue_work_on(0, wq, &items[i]);
	}

	return 0;
}

static void __exit debugging_exit(void)
{
	destroy_workqueue(wq);
}

module_init(debugging_init);
module_exit(debugging_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Something to look at with the tools");
