// SPDX-License-Identifier: GPL-2.0
/* Eight dedicated queues with an item each. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>

#define QUEUES	8

static bool reclaim;
module_param(reclaim, bool, 0444);
MODULE_PARM_DESC(reclaim, "WQ_MEM_RECLAIM: each queue gets a rescuer thread");

static struct workqueue_struct *queues[QUEUES];
static struct work_struct works[QUEUES];

static void short_fn(struct work_struct *work)
{
	udelay(50);
}

static void forget_queues(void)
{
	int i;

	for (i = 0; i < QUEUES; i++)
		if (queues[i])
			destroy_workqueue(queues[i]);
}

static int __init queues_and_threads_init(void)
{
	int i;

	for (i = 0; i < QUEUES; i++) {
		queues[i] = alloc_workqueue("own%d", reclaim ? WQ_MEM_RECLAIM : 0, 0, i);
		if (!queues[i]) {
			forget_queues();
			return -ENOMEM;
		}
		INIT_WORK(&works[i], short_fn);
	}

	for (i = 0; i < QUEUES; i++)
		queue_work_on(1, queues[i], &works[i]);

	return 0;
}

static void __exit queues_and_threads_exit(void)
{
	forget_queues();
}

module_init(queues_and_threads_init);
module_exit(queues_and_threads_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("How many threads eight queues have");
