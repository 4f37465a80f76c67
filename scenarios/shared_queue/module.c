// SPDX-License-Identifier: GPL-2.0
/* A neighbour on the system's queue: it sleeps, or it computes. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/smp.h>

static bool hog = true;
module_param(hog, bool, 0444);
MODULE_PARM_DESC(hog, "the neighbour computes; else it sleeps");

static bool own;
module_param(own, bool, 0444);
MODULE_PARM_DESC(own, "our item is on a queue of its own");

static bool unbound;
module_param(unbound, bool, 0444);
MODULE_PARM_DESC(unbound, "our item is on the unbound system queue");

static struct workqueue_struct *own_wq;

static void neighbour_fn(struct work_struct *work)
{
	if (hog)
		mdelay(40);
	else
		msleep(40);
}

static void ours_fn(struct work_struct *work)
{
	pr_info("our item runs on CPU %d\n", raw_smp_processor_id());
}

static DECLARE_WORK(neighbour, neighbour_fn);
static DECLARE_WORK(ours, ours_fn);

static int __init shared_queue_init(void)
{
	own_wq = alloc_workqueue("own", 0, 0);
	if (!own_wq)
		return -ENOMEM;

	schedule_work_on(1, &neighbour);
	queue_work_on(1, unbound ? system_unbound_wq : own ? own_wq : system_wq, &ours);

	return 0;
}

static void __exit shared_queue_exit(void)
{
	cancel_work_sync(&neighbour);
	cancel_work_sync(&ours);
	destroy_workqueue(own_wq);
}

module_init(shared_queue_init);
module_exit(shared_queue_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("What a neighbour on the system's queue costs");
