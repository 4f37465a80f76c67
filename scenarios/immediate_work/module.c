// SPDX-License-Identifier: GPL-2.0
/* An item on the system's queue: once queued, again while it waits, again while it runs. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/sched.h>

static void hello_fn(struct work_struct *work)
{
	pr_info("hello from PID %d, %s\n", current->pid, current->comm);
	msleep(20);
	pr_info("hello is done\n");
}

static DECLARE_WORK(hello, hello_fn);

static int __init immediate_work_init(void)
{
	pr_info("first time: %d\n", schedule_work(&hello));
	pr_info("while it waits: %d\n", schedule_work(&hello));
	msleep(8);
	pr_info("while it runs: %d\n", schedule_work(&hello));

	return 0;
}

static void __exit immediate_work_exit(void)
{
	cancel_work_sync(&hello);
}

module_init(immediate_work_init);
module_exit(immediate_work_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Queued three times, run twice");
