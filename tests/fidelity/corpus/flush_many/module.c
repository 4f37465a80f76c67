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
static struct workqueue_struct *wq, *ow;
struct it { struct work_struct w; int n; };
static struct it its[6];
static void fn(struct work_struct *w) { struct it *me = container_of(w, struct it, w); msleep(20 + 10 * me->n); pr_info("%d done\n", me->n); }
static void fl_fn(struct work_struct *w) { pr_info("work flushes\n"); flush_workqueue(wq); pr_info("work flushed\n"); }
static DECLARE_WORK(fl, fl_fn);
static int flusher(void *p)
{
	pr_info("thread %ld flushes\n", (long)p);
	flush_workqueue(wq);
	pr_info("thread %ld flushed\n", (long)p);
	return 0;
}
static int waiter(void *p)
{
	bool r = flush_work(&its[4].w);

	pr_info("waiter %ld: %d\n", (long)p, r);
	return 0;
}
static int __init x_init(void)
{
	int i;

	wq = alloc_workqueue("fm", 0, 2);
	ow = alloc_workqueue("fmo", WQ_UNBOUND, 0);
	for (i = 0; i < 6; i++) {
		INIT_WORK(&its[i].w, fn);
		its[i].n = i;
	}
	queue_work_on(1, wq, &its[0].w);
	queue_work_on(2, wq, &its[1].w);
	kthread_run(flusher, (void *)1, "flusher1");
	msleep(8);
	queue_work_on(1, wq, &its[2].w);
	queue_work(ow, &fl);
	msleep(8);
	queue_work_on(1, wq, &its[3].w);
	queue_work_on(1, wq, &its[4].w);
	kthread_run(waiter, (void *)1, "waiter1");
	msleep(8);
	kthread_run(waiter, (void *)2, "waiter2");
	kthread_run(flusher, (void *)2, "flusher2");
	msleep(8);
	queue_work_on(2, wq, &its[5].w);
	flush_workqueue(wq);
	pr_info("init flushed\n");
	msleep(20);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); destroy_workqueue(ow); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
