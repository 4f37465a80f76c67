// SPDX-License-Identifier: GPL-2.0
/* A flush, an item queued after it began, and one that is still a timer. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/jiffies.h>

static struct workqueue_struct *wq;

static void slow_fn(struct work_struct *work);
static void after_fn(struct work_struct *work);
static DECLARE_WORK(before, slow_fn);
static DECLARE_WORK(after, after_fn);
static DECLARE_DELAYED_WORK(timed, after_fn);

static void slow_fn(struct work_struct *work)
{
	msleep(10);
	queue_work(wq, &after);
	msleep(10);
	pr_info("before is done\n");
}

static void after_fn(struct work_struct *work)
{
	msleep(40);
	pr_info("%s is done\n", work == &after ? "after" : "timed");
}

static int __init flush_later_init(void)
{
	wq = alloc_workqueue("flushed", 0, 0);
	if (!wq)
		return -ENOMEM;

	queue_work(wq, &before);
	queue_delayed_work(wq, &timed, HZ / 10);
	flush_workqueue(wq);
	pr_info("flush_workqueue() has returned\n");

	return 0;
}

static void __exit flush_later_exit(void)
{
	cancel_delayed_work_sync(&timed);
	destroy_workqueue(wq);
}

module_init(flush_later_init);
module_exit(flush_later_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("What a flush does not wait for");
