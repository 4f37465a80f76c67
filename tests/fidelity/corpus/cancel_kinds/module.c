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
static int requeued;
static void fn(struct work_struct *w)
{
	pr_info("starts\n");
	msleep(60);
	requeued += queue_work_on(1, wq, w);
	pr_info("ends, requeued %d\n", requeued);
}
static void other_fn(struct work_struct *w) { pr_info("other\n"); }
static DECLARE_WORK(item, fn);
static DECLARE_WORK(other, other_fn);
static int canceller(void *d) { pr_info("canceller: %d\n", cancel_work_sync(&item)); return 0; }
static int __init x_init(void)
{
	bool r;

	wq = alloc_workqueue("c", 0, 1);
	queue_work_on(1, wq, &item);
	msleep(20);
	kthread_run(canceller, NULL, "canceller");
	msleep(12);
	r = queue_work_on(1, wq, &item);
	pr_info("queue meanwhile %d\n", r);
	queue_work_on(1, wq, &other);
	r = cancel_work_sync(&item);
	pr_info("cancel_sync %d\n", r);
	msleep(20);
	queue_work_on(1, wq, &item);
	msleep(20);
	r = disable_work(&item);
	pr_info("disable while it runs %d\n", r);
	msleep(80);
	r = disable_work_sync(&item);
	pr_info("disable_sync %d\n", r);
	r = enable_work(&item);
	pr_info("enable %d\n", r);
	r = enable_and_queue_work(wq, &item);
	pr_info("enable and queue %d\n", r);
	msleep(20);
	r = cancel_work(&item);
	pr_info("cancel of the running one %d\n", r);
	return 0;
}
static void __exit x_exit(void) { cancel_work_sync(&item); destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
