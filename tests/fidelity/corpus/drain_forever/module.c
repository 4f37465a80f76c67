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
static int n;
static void fn(struct work_struct *w)
{
	msleep(4);
	if (++n < 30)
		pr_info("chained %d: %d\n", n, queue_work_on(1, wq, w));
}
static DECLARE_WORK(item, fn);
static int __init x_init(void)
{
	wq = alloc_workqueue("chain", 0, 0);
	queue_work_on(1, wq, &item);
	msleep(20);
	drain_workqueue(wq);
	pr_info("drained, %d\n", n);
	n = 28;
	queue_work_on(1, wq, &item);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit %d\n", n); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
