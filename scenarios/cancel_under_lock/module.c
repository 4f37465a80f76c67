// SPDX-License-Identifier: GPL-2.0
/* The exit function holds the mutex that the work function wants, and waits for the work. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/mutex.h>

static bool careful;
module_param(careful, bool, 0444);
MODULE_PARM_DESC(careful, "exit cancels before it takes the mutex");

static DEFINE_MUTEX(state_lock);

static void poll_fn(struct work_struct *work)
{
	msleep(20);
	mutex_lock(&state_lock);
	pr_info("polled\n");
	mutex_unlock(&state_lock);
}

static DECLARE_WORK(poll, poll_fn);

static int __init cancel_under_lock_init(void)
{
	schedule_work(&poll);

	return 0;
}

static void __exit cancel_under_lock_exit(void)
{
	if (careful)
		cancel_work_sync(&poll);

	mutex_lock(&state_lock);
	cancel_work_sync(&poll);
	pr_info("stopped\n");
	mutex_unlock(&state_lock);
}

module_init(cancel_under_lock_init);
module_exit(cancel_under_lock_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A cycle of a mutex and a cancel");
