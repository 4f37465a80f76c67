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
static int rounds;
static void fn(struct work_struct *w)
{
	pr_info("runs %d\n", ++rounds);
	msleep(20);
	if (rounds == 6)
		pr_info("mod from itself %d\n", mod_delayed_work_on(1, wq, to_delayed_work(w), 5));
}
static void slow_fn(struct work_struct *w) { pr_info("slow\n"); msleep(60); pr_info("slow done\n"); }
static DECLARE_DELAYED_WORK(d, fn);
static DECLARE_WORK(slow, slow_fn);
static int __init x_init(void)
{
	bool a;

	wq = alloc_workqueue("mods", 0, 1);
	a = mod_delayed_work_on(1, wq, &d, 0);
	pr_info("idle, at once: %d\n", a);
	msleep(60);
	a = mod_delayed_work_on(1, wq, &d, 50);
	pr_info("idle, later: %d\n", a);
	a = mod_delayed_work_on(1, wq, &d, 10);
	pr_info("armed, sooner: %d\n", a);
	msleep(100);
	queue_delayed_work_on(1, wq, &d, 5);
	a = mod_delayed_work_on(1, wq, &d, 30);
	pr_info("armed, later: %d\n", a);
	msleep(60);
	pr_info("pending %d\n", delayed_work_pending(&d));
	msleep(120);
	queue_work_on(1, wq, &slow);
	queue_delayed_work_on(1, wq, &d, 0);
	msleep(20);
	a = mod_delayed_work_on(1, wq, &d, 20);
	pr_info("waiting for a slot, later: %d\n", a);
	msleep(200);
	queue_delayed_work_on(1, wq, &d, 0);
	msleep(8);
	a = mod_delayed_work_on(1, wq, &d, 0);
	pr_info("running, at once: %d\n", a);
	msleep(200);
	a = flush_delayed_work(&d);
	pr_info("flush of the idle one: %d\n", a);
	return 0;
}
static void __exit x_exit(void)
{
	cancel_delayed_work_sync(&d);
	destroy_workqueue(wq);
	pr_info("ran %d times\n", rounds);
}

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
