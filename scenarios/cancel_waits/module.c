// SPDX-License-Identifier: GPL-2.0
/* Three items taken back: one that waits, one that runs, one that is idle. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/jiffies.h>

static struct workqueue_struct *wq;

static void slow_fn(struct work_struct *work)
{
	msleep(40);
	pr_info("slow item is done\n");
}

static void never_fn(struct work_struct *work)
{
	pr_info("the second item ran after all\n");
}

static DECLARE_WORK(slow, slow_fn);
static DECLARE_WORK(second, never_fn);
static DECLARE_DELAYED_WORK(later, never_fn);

static void tell(const char *what, bool was_pending)
{
	pr_info("%s: %s\n", what, was_pending ? "taken back" : "was not waiting");
}

static int __init cancel_waits_init(void)
{
	wq = alloc_ordered_workqueue("one_by_one", 0);
	if (!wq)
		return -ENOMEM;

	queue_work(wq, &slow);
	queue_work(wq, &second);
	queue_delayed_work(wq, &later, msecs_to_jiffies(500));
	msleep(8);

	tell("second, held behind slow", cancel_work_sync(&second));
	tell("later, a timer yet", cancel_delayed_work_sync(&later));
	tell("slow, which runs", cancel_work_sync(&slow));
	tell("slow once more", cancel_work_sync(&slow));

	return 0;
}

static void __exit cancel_waits_exit(void)
{
	destroy_workqueue(wq);
}

module_init(cancel_waits_init);
module_exit(cancel_waits_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("The four answers of cancel_work_sync");
