// SPDX-License-Identifier: GPL-2.0
/* Two items, two mutexes, two orders. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/mutex.h>

static bool same_order;
module_param(same_order, bool, 0444);
MODULE_PARM_DESC(same_order, "both items take the mutexes in the same order");

static DEFINE_MUTEX(bread);
static DEFINE_MUTEX(butter);
static struct workqueue_struct *wq;

static void one_fn(struct work_struct *work)
{
	mutex_lock(&bread);
	msleep(10);
	mutex_lock(&butter);
	pr_info("one eats\n");
	mutex_unlock(&butter);
	mutex_unlock(&bread);
}

static void two_fn(struct work_struct *work)
{
	struct mutex *first = same_order ? &bread : &butter;
	struct mutex *second = same_order ? &butter : &bread;

	mutex_lock(first);
	msleep(10);
	mutex_lock(second);
	pr_info("two eats\n");
	mutex_unlock(second);
	mutex_unlock(first);
}

static DECLARE_WORK(one, one_fn);
static DECLARE_WORK(two, two_fn);

static int __init lock_order_init(void)
{
	wq = alloc_workqueue("kitchen", WQ_UNBOUND, 0);
	if (!wq)
		return -ENOMEM;

	queue_work(wq, &one);
	queue_work(wq, &two);

	return 0;
}

static void __exit lock_order_exit(void)
{
	destroy_workqueue(wq);
}

module_init(lock_order_init);
module_exit(lock_order_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Two locks, two orders");
