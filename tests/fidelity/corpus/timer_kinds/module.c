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
static struct timer_list a, b, c, later;
static void fn(struct work_struct *w) { pr_info("item\n"); }
static DECLARE_WORK(item, fn);
static void cb(struct timer_list *t)
{
	static int n;

	pr_info("timer %s, softirq %d\n", t == &a ? "a" : t == &b ? "b" : "c", !!in_serving_softirq());
	if (t == &b && ++n < 3)
		mod_timer(t, jiffies + 10);
	if (t == &c)
		schedule_work_on(1, &item);
}
static void later_cb(struct timer_list *t) { pr_info("later\n"); }
static int __init x_init(void)
{
	int r;

	timer_setup(&a, cb, 0);
	timer_setup(&b, cb, 0);
	timer_setup(&c, cb, 0);
	timer_setup(&later, later_cb, 0);
	r = mod_timer(&a, jiffies + 5);
	pr_info("mod idle %d, pending %d\n", r, timer_pending(&a));
	r = mod_timer(&a, jiffies + 25);
	pr_info("mod armed %d\n", r);
	r = timer_reduce(&a, jiffies + 40);
	pr_info("reduce %d\n", r);
	r = timer_reduce(&a, jiffies + 10);
	pr_info("reduce %d\n", r);
	msleep(80);
	b.expires = jiffies + 5;
	add_timer(&b);
	msleep(200);
	c.expires = jiffies + 5;
	add_timer_on(&c, 1);
	msleep(80);
	mod_timer(&c, jiffies + 50);
	r = del_timer(&c);
	pr_info("del %d\n", r);
	r = del_timer_sync(&c);
	pr_info("del again %d\n", r);
	r = timer_shutdown_sync(&c);
	r = mod_timer(&c, jiffies + 2);
	pr_info("mod of the shut one %d, pending %d\n", r, timer_pending(&c));
	mod_timer(&later, jiffies + 100);
	msleep(60);
	r = mod_timer_pending(&later, jiffies + 20);
	pr_info("mod pending %d\n", r);
	r = mod_timer_pending(&a, jiffies + 20);
	pr_info("mod pending of idle %d\n", r);
	msleep(160);
	return 0;
}
static void __exit x_exit(void) { timer_delete_sync(&later); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
