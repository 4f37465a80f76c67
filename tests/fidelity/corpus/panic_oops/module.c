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
static void fn(struct work_struct *w) { pr_info("item\n"); msleep(20); pr_info("boom\n"); *(volatile int *)16 = 1; pr_info("never\n"); }
static DECLARE_WORK(item, fn);
static void late_fn(struct work_struct *w) { pr_info("late\n"); }
static DECLARE_DELAYED_WORK(late, late_fn);
static int __init x_init(void)
{
	schedule_delayed_work_on(0, &late, 50);
	schedule_work_on(1, &item);
	return 0;
}
static void __exit x_exit(void) { }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
