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
static struct workqueue_struct *wq;
static void a_fn(struct work_struct *w) { pr_info("a\n"); msleep(20); pr_info("a ends\n"); }
static void b_fn(struct work_struct *w) { ktime_t end = ktime_add_ms(ktime_get(), 30); while (ktime_before(ktime_get(), end)) cpu_relax(); pr_info("b\n"); }
static DECLARE_WORK(a, a_fn);
static DECLARE_WORK(b, b_fn);
static DECLARE_WORK(c, a_fn);
static int __init x_init(void)
{
	wq = alloc_workqueue("local", 0, 0);
	queue_work(wq, &a);
	queue_work(wq, &b);
	queue_work(wq, &c);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
