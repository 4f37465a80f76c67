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
static DEFINE_MUTEX(a);
static DEFINE_MUTEX(b);
static struct workqueue_struct *wq;
static void ab_fn(struct work_struct *w)
{
	mutex_lock(&a);
	pr_info("ab has a\n");
	msleep(40);
	mutex_lock(&b);
	pr_info("ab has both\n");
	mutex_unlock(&b);
	mutex_unlock(&a);
}
static void ba_fn(struct work_struct *w)
{
	mutex_lock(&b);
	pr_info("ba has b\n");
	msleep(40);
	mutex_lock(&a);
	pr_info("ba has both\n");
	mutex_unlock(&a);
	mutex_unlock(&b);
}
static void tick_fn(struct work_struct *w);
static DECLARE_DELAYED_WORK(tick, tick_fn);
static int n;
static void tick_fn(struct work_struct *w) { pr_info("tick %d, a locked %d\n", n, mutex_is_locked(&a)); if (++n < 5) queue_delayed_work_on(0, wq, &tick, 25); }
static DECLARE_WORK(ab, ab_fn);
static DECLARE_WORK(ba, ba_fn);
static int __init x_init(void)
{
	wq = alloc_workqueue("abba", 0, 0);
	queue_work_on(1, wq, &ab);
	queue_work_on(2, wq, &ba);
	queue_delayed_work_on(0, wq, &tick, 10);
	return 0;
}
static void __exit x_exit(void) { cancel_delayed_work_sync(&tick); pr_info("flushing\n"); flush_workqueue(wq); pr_info("never\n"); destroy_workqueue(wq); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
