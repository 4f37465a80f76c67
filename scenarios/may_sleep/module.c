// SPDX-License-Identifier: GPL-2.0
/* All that a work function may do and an interrupt handler may not. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/mutex.h>
#include <linux/slab.h>

static DEFINE_MUTEX(lock);

static void owner_fn(struct work_struct *work)
{
	mutex_lock(&lock);
	pr_info("owner has the mutex, and sleeps with it\n");
	msleep(30);
	mutex_unlock(&lock);
}

static void sleeper_fn(struct work_struct *work)
{
	unsigned long left;
	char *page;

	msleep(10);
	pr_info("sleeper: msleep(10) is over\n");

	left = msleep_interruptible(10);
	pr_info("sleeper: msleep_interruptible(10) left %lu ms\n", left);

	page = kmalloc(4096, GFP_KERNEL);
	pr_info("sleeper: GFP_KERNEL memory: %s\n", page ? "yes" : "no");
	kfree(page);

	mutex_lock(&lock);
	pr_info("sleeper has the mutex\n");
	mutex_unlock(&lock);
}

static DECLARE_WORK(owner, owner_fn);
static DECLARE_WORK(sleeper, sleeper_fn);

static int __init may_sleep_init(void)
{
	schedule_work(&owner);
	schedule_work(&sleeper);

	return 0;
}

static void __exit may_sleep_exit(void)
{
	cancel_work_sync(&owner);
	cancel_work_sync(&sleeper);
}

module_init(may_sleep_init);
module_exit(may_sleep_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Sleep, memory and mutexes in a work function");
