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
static struct timer_list d, p, s, m;
static void fn(struct work_struct *w) { pr_info("item\n"); }
static DECLARE_WORK(item, fn);
static int left = 3;
static void cb(struct timer_list *t)
{
	pr_info("%s on %d\n", t == &d ? "deferrable" : t == &p ? "pinned" : t == &s ? "shut" : "multi", smp_processor_id());
	if (t == &m && --left > 0)
		mod_timer(t, jiffies + 70);
	if (t == &p)
		schedule_work_on(2, &item);
	if (t == &s) {
		mdelay(2);
		pr_info("pending %d\n", timer_pending(t));
	}
}
static int __init x_init(void)
{
	int r;

	timer_setup(&d, cb, TIMER_DEFERRABLE);
	timer_setup(&p, cb, TIMER_PINNED);
	timer_setup(&s, cb, TIMER_IRQSAFE);
	timer_setup(&m, cb, 0);
	mod_timer(&d, jiffies + 10);
	mod_timer(&p, jiffies + 10);
	msleep(100);
	p.expires = jiffies + 15;
	add_timer_on(&p, 2);
	msleep(100);
	p.expires = jiffies + 15;
	add_timer_global(&p);
	msleep(100);
	p.expires = jiffies + 15;
	add_timer_local(&p);
	msleep(100);
	mod_timer(&m, jiffies);
	mod_timer(&s, jiffies + 4);
	msleep(40);
	mod_timer(&s, jiffies + 100);
	r = timer_delete(&s);
	pr_info("delete %d, ", r);
	pr_cont("pending %d\n", timer_pending(&s));
	r = try_to_del_timer_sync(&s);
	pr_info("try %d\n", r);
	mod_timer(&s, jiffies + 100);
	r = timer_shutdown(&s);
	pr_info("shutdown %d\n", r);
	r = mod_timer(&s, jiffies + 2);
	pr_info("mod %d\n", r);
	s.expires = jiffies + 2;
	add_timer(&s);
	pr_info("pending %d\n", timer_pending(&s));
	msleep(40);
	timer_setup(&s, cb, 0);
	mod_timer(&s, jiffies - 5);
	msleep(200);
	pr_info("round %ld %ld\n", (long)(round_jiffies_relative(100) >= 0), (long)(round_jiffies(jiffies + 1000) % 250));
	return 0;
}
static void __exit x_exit(void)
{
	timer_shutdown_sync(&m);
	timer_delete_sync(&d);
	flush_work(&item);
	pr_info("exit\n");
}

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
