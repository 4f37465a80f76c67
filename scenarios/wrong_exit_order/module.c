// SPDX-License-Identifier: GPL-2.0
/* An exit function that destroys a queue while a timer still wants to queue on it. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/jiffies.h>

static bool careful;
module_param(careful, bool, 0444);
MODULE_PARM_DESC(careful, "exit cancels the delayed work before it destroys the queue");

static struct workqueue_struct *wq;

static void beat_fn(struct work_struct *work)
{
	pr_info("beat\n");
}

static DECLARE_DELAYED_WORK(beat, beat_fn);

static int __init wrong_exit_order_init(void)
{
	wq = alloc_workqueue("beats", 0, 0);
	if (!wq)
		return -ENOMEM;

	queue_delayed_work(wq, &beat, HZ / 10);

	return 0;
}

static void __exit wrong_exit_order_exit(void)
{
	if (careful)
		cancel_delayed_work_sync(&beat);
	destroy_workqueue(wq);
	msleep(200);	/* other things to put away */
	if (!careful)
		cancel_delayed_work_sync(&beat);
	pr_info("put away\n");
}

module_init(wrong_exit_order_init);
module_exit(wrong_exit_order_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Exit in the wrong order");
