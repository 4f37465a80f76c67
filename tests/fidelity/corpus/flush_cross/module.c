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
static void slow_fn(struct work_struct *w) { pr_info("slow\n"); msleep(100); pr_info("slow ends\n"); }
static DECLARE_WORK(slow, slow_fn);
static void late_fn(struct work_struct *w) { pr_info("late on %d\n", raw_smp_processor_id()); msleep(60); }
static DECLARE_DELAYED_WORK(late, late_fn);
static void flusher_fn(struct work_struct *w)
{
	bool r;

	pr_info("flusher\n");
	r = flush_work(&slow);
	pr_info("flushed slow %d\n", r);
	r = flush_work(&slow);
	pr_info("flushed idle %d\n", r);
	r = flush_delayed_work(&late);
	pr_info("flushed late %d\n", r);
	r = flush_delayed_work(&late);
	pr_info("flushed idle late %d\n", r);
	msleep(40);
}
static DECLARE_WORK(flusher, flusher_fn);
static void after_fn(struct work_struct *w) { pr_info("after\n"); }
static DECLARE_WORK(after, after_fn);
static DECLARE_WORK(other, after_fn);
static int __init x_init(void)
{
	bool r;

	wq = alloc_workqueue("fc", 0, 4);
	queue_work_on(1, wq, &slow);
	queue_work_on(1, wq, &after);
	queue_delayed_work_on(0, wq, &late, 250);
	queue_work_on(2, wq, &flusher);
	queue_work_on(2, wq, &other);
	msleep(30);
	r = flush_work(&flusher);
	pr_info("flusher done %d\n", r);
	queue_delayed_work_on(1, wq, &late, 5);
	msleep(50);
	pr_info("busy %x pending %d\n", work_busy(&late.work), delayed_work_pending(&late));
	r = flush_delayed_work(&late);
	pr_info("flush of the running %d\n", r);
	pr_info("busy %x\n", work_busy(&late.work));
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
