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
static void fn(struct work_struct *w) { pr_info("item\n"); }
static DECLARE_WORK(a, fn);
static DECLARE_WORK(b, fn);
static DECLARE_DELAYED_WORK(d, fn);
static int n;
static int say(int x) { pr_info("say %d\n", x); return ++n * 10 + x; }
static int add(int x, int y) { return x * 1000 + y; }
static int __init x_init(void)
{
	int r;

	wq = alloc_workqueue("ao", 0, 1);
	pr_info("queue %d %d\n", queue_work_on(1, wq, &a), queue_work_on(1, wq, &b));
	msleep(40);
	pr_info("%d %d %d\n", say(1), say(2), say(3));
	r = add(say(4), say(5));
	pr_info("add %d\n", r);
	r = say(6) + say(7);
	pr_info("sum %d\n", r);
	r = say(8) - say(9) * say(1);
	pr_info("diff %d\n", r);
	pr_info("delayed %d, pending %d\n", queue_delayed_work_on(1, wq, &d, 10), delayed_work_pending(&d));
	pr_info("cancel %d, pending %d\n", cancel_delayed_work(&d), delayed_work_pending(&d));
	pr_info("n %d, say %d, n %d\n", n, say(2), n);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
