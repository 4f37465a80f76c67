// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/slab.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/completion.h>
#include <linux/hrtimer.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/mutex.h>
#include <linux/wait.h>
#include <linux/smp.h>
#include <linux/cpu.h>
static struct task_struct *t;
static int loop(void *data)
{
	int n = 0;

	pr_info("begins, %s\n", current->comm);
	while (!kthread_should_stop()) {
		if (kthread_should_park()) {
			pr_info("parks\n");
			kthread_parkme();
			pr_info("goes on\n");
			continue;
		}
		n++;
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop() && !kthread_should_park())
			schedule_timeout(msecs_to_jiffies(2000));
		__set_current_state(TASK_RUNNING);
	}
	pr_info("ends after %d rounds\n", n);
	return 42;
}
static int __init x_init(void)
{
	int r;

	t = kthread_create(loop, NULL, "looper/%d", 3);
	pr_info("created %d\n", !IS_ERR(t));
	kthread_bind(t, 1);
	msleep(20);
	wake_up_process(t);
	msleep(40);
	r = wake_up_process(t);
	pr_info("woken %d\n", r);
	msleep(20);
	r = kthread_park(t);
	pr_info("parked %d\n", r);
	msleep(20);
	kthread_unpark(t);
	msleep(40);
	r = kthread_stop(t);
	pr_info("stopped %d\n", r);
	t = kthread_create(loop, NULL, "never");
	r = kthread_stop(t);
	pr_info("never ran: %d\n", r);
	return 0;
}
static void __exit x_exit(void) { pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
