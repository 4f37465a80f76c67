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
static int *p;
static void fn(struct work_struct *w) { pr_info("item\n"); }
static DECLARE_DELAYED_WORK(d, fn);
static void cb(struct timer_list *t) { pr_info("timer\n"); *p = 1; }
static DEFINE_TIMER(t, cb);
static int __init x_init(void)
{
	schedule_delayed_work_on(1, &d, 5);
	t.expires = jiffies + 20;
	add_timer_on(&t, 1);
	return 0;
}
static void __exit x_exit(void) { cancel_delayed_work_sync(&d); timer_delete_sync(&t); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
