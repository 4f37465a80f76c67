// SPDX-License-Identifier: GPL-2.0
/* A long computation beside a short item: bound to a CPU, or not. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/smp.h>

static bool unbound;
module_param(unbound, bool, 0444);
MODULE_PARM_DESC(unbound, "the queue is WQ_UNBOUND");

static struct workqueue_struct *wq;

static void long_fn(struct work_struct *work)
{
	pr_info("long item on CPU %d\n", raw_smp_processor_id());
	mdelay(30);
}

static void short_fn(struct work_struct *work)
{
	pr_info("short item on CPU %d\n", raw_smp_processor_id());
}

static DECLARE_WORK(long_item, long_fn);
static DECLARE_WORK(short_item, short_fn);

static int __init unbound_pair_init(void)
{
	wq = alloc_workqueue("pair", unbound ? WQ_UNBOUND : 0, 0);
	if (!wq)
		return -ENOMEM;

	queue_work(wq, &long_item);
	queue_work(wq, &short_item);

	return 0;
}

static void __exit unbound_pair_exit(void)
{
	destroy_workqueue(wq);
}

module_init(unbound_pair_init);
module_exit(unbound_pair_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("What WQ_UNBOUND changes");
