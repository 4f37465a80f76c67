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
static struct workqueue_struct *wq, *ord;
static int chain = 3, onext;
static void chain_fn(struct work_struct *w) { bool r = false; pr_info("chain %d\n", chain); msleep(10); if (chain-- > 0) r = queue_work_on(1, wq, w); pr_info("requeued %d\n", r); }
static DECLARE_WORK(c, chain_fn);
static void late_fn(struct work_struct *w) { pr_info("late\n"); }
static DECLARE_DELAYED_WORK(late, late_fn);
static void o_fn(struct work_struct *w);
static DECLARE_WORK(o1, o_fn);
static DECLARE_WORK(o2, o_fn);
static void o_fn(struct work_struct *w) { pr_info("ordered %d\n", w == &o1 ? 1 : 2); msleep(20); if (onext++ < 3) queue_work(ord, w == &o1 ? &o2 : &o1); }
static void flush_fn(struct work_struct *w) { pr_info("flusher\n"); flush_workqueue(ord); pr_info("ordered flushed\n"); }
static DECLARE_WORK(fl, flush_fn);
static int __init x_init(void)
{
	wq = alloc_workqueue("dm", 0, 1);
	ord = alloc_ordered_workqueue("dmo", WQ_MEM_RECLAIM);
	queue_work_on(1, wq, &c);
	queue_delayed_work_on(1, wq, &late, 100);
	queue_work(ord, &o1);
	queue_work(ord, &o2);
	schedule_work_on(1, &fl);
	msleep(4);
	drain_workqueue(wq);
	pr_info("drained, late pending %d\n", delayed_work_pending(&late));
	chain = 1;
	pr_info("again %d\n", queue_work_on(0, wq, &c));
	flush_workqueue(wq);
	pr_info("flushed, chain %d\n", chain);
	drain_workqueue(ord);
	pr_info("ord drained, %d\n", onext);
	return 0;
}
static void __exit x_exit(void) { cancel_delayed_work_sync(&late); destroy_workqueue(wq); destroy_workqueue(ord); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
