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
static struct workqueue_struct *ci, *hi, *nq;
static void burn(int ms) { ktime_t end = ktime_add_ms(ktime_get(), ms); while (ktime_before(ktime_get(), end)) cpu_relax(); }
static void ci_fn(struct work_struct *w) { pr_info("intensive starts\n"); burn(60); msleep(20); burn(20); pr_info("intensive ends\n"); }
static void hi_fn(struct work_struct *w) { pr_info("high\n"); msleep(20); pr_info("high ends\n"); }
static void nq_fn(struct work_struct *w) { pr_info("normal\n"); msleep(20); pr_info("normal ends\n"); }
static DECLARE_WORK(c1, ci_fn);
static DECLARE_WORK(c2, ci_fn);
static DECLARE_WORK(h, hi_fn);
static DECLARE_WORK(n, nq_fn);
static int __init x_init(void)
{
	ci = alloc_workqueue("ci", WQ_CPU_INTENSIVE, 0);
	hi = alloc_workqueue("hi", WQ_HIGHPRI, 0);
	nq = alloc_workqueue("nq", 0, 0);
	queue_work_on(1, ci, &c1);
	msleep(20);
	queue_work_on(1, nq, &n);
	queue_work_on(1, hi, &h);
	msleep(200);
	queue_work_on(1, ci, &c1);
	queue_work_on(1, ci, &c2);
	queue_work_on(1, nq, &n);
	msleep(400);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(ci); destroy_workqueue(hi); destroy_workqueue(nq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
