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
static struct workqueue_struct *a, *b, *c;
static void fn(struct work_struct *w)
{
	pr_info("before: %s\n", current->comm);
	set_worker_desc("desc-%d", 5);
	msleep(120);
	pr_info("busy %d pending %d current %d\n", work_busy(w), work_pending(w), current_work() == w);
}
static DECLARE_WORK(item, fn);
static DECLARE_WORK(other, fn);
static int __init x_init(void)
{
	a = alloc_workqueue("a_workqueue_with_a_name_of_forty_letters", 0, 0);
	b = alloc_workqueue("too_active", WQ_SYSFS, 600);
	c = alloc_workqueue("bad_bh", WQ_BH, 4);
	pr_info("bad one: %d\n", c == NULL);
	queue_work_on(1, a, &item);
	msleep(20);
	pr_info("busy %d pending %d\n", work_busy(&item), work_pending(&item));
	pr_info("congested %d\n", workqueue_congested(1, a));
	msleep(200);
	pr_info("busy %d\n", work_busy(&item));
	queue_work_on(1, a, &other);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(a); destroy_workqueue(b); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
