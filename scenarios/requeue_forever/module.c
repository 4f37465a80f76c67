// SPDX-License-Identifier: GPL-2.0
/* An item that always queues itself again, and a queue that is to be destroyed. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>

static bool stoppable;
module_param(stoppable, bool, 0444);
MODULE_PARM_DESC(stoppable, "exit cancels the item before it destroys the queue");

static struct workqueue_struct *wq;
static int turns;

static void again_fn(struct work_struct *work)
{
	turns++;
	msleep(20);
	queue_work(wq, work);
}

static DECLARE_WORK(again, again_fn);

static int __init requeue_forever_init(void)
{
	wq = alloc_workqueue("endless", 0, 0);
	if (!wq)
		return -ENOMEM;

	queue_work(wq, &again);

	return 0;
}

static void __exit requeue_forever_exit(void)
{
	if (stoppable)
		cancel_work_sync(&again);
	destroy_workqueue(wq);
	pr_info("gone after %d turns\n", turns);
}

module_init(requeue_forever_init);
module_exit(requeue_forever_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A drain that never ends");
