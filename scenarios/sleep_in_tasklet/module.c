// SPDX-License-Identifier: GPL-2.0
/* The same function as a tasklet and as a work item: it sleeps. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/interrupt.h>
#include <linux/delay.h>

static bool use_work;
module_param(use_work, bool, 0444);
MODULE_PARM_DESC(use_work, "a work item does it instead of the tasklet");

static void doze(void)
{
	pr_info("going to sleep, %s context\n", in_softirq() ? "softirq" : "process");
	msleep(5);
	pr_info("slept well\n");
}

static void tasklet_fn(struct tasklet_struct *tasklet)
{
	doze();
}

static DECLARE_TASKLET(doze_tasklet, tasklet_fn);

static void work_fn(struct work_struct *work)
{
	doze();
}

static DECLARE_WORK(doze_work, work_fn);

static int __init sleep_in_tasklet_init(void)
{
	if (use_work)
		schedule_work(&doze_work);
	else
		tasklet_schedule(&doze_tasklet);

	return 0;
}

static void __exit sleep_in_tasklet_exit(void)
{
	tasklet_kill(&doze_tasklet);
	cancel_work_sync(&doze_work);
}

module_init(sleep_in_tasklet_init);
module_exit(sleep_in_tasklet_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("What may not sleep");
