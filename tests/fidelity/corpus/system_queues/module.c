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
static void fn(struct work_struct *w);
static DECLARE_WORK(a, fn);
static DECLARE_WORK(b, fn);
static DECLARE_WORK(c, fn);
static DECLARE_WORK(d, fn);
static DECLARE_WORK(e, fn);
static DECLARE_WORK(f, fn);
static struct execute_work ew;
static void fn(struct work_struct *w)
{
	pr_info("item %c nice %d\n", w == &a ? 'a' : w == &b ? 'b' : w == &c ? 'c' : w == &d ? 'd' : w == &e ? 'e' : 'f', task_nice(current));
	msleep(20);
}
static void each_fn(struct work_struct *w) { pr_info("each on CPU %d\n", raw_smp_processor_id()); msleep(20); }
static DECLARE_WORK(each0, each_fn);
static DECLARE_WORK(each1, each_fn);
static void ctx_fn(struct work_struct *w) { pr_info("in process context, worker %d\n", !!(current->flags & PF_WQ_WORKER)); }
static void cb(struct timer_list *t) { pr_info("from the timer: %d\n", execute_in_process_context(ctx_fn, &ew)); }
static DEFINE_TIMER(t, cb);
static int __init x_init(void)
{
	queue_work_on(1, system_wq, &a);
	msleep(40);
	queue_work_on(1, system_highpri_wq, &b);
	msleep(40);
	queue_work_on(1, system_long_wq, &c);
	msleep(40);
	queue_work(system_unbound_wq, &d);
	msleep(40);
	queue_work_on(1, system_freezable_wq, &e);
	msleep(40);
	queue_work_on(1, system_power_efficient_wq, &f);
	msleep(40);
	schedule_work_on(0, &each0);
	schedule_work_on(1, &each1);
	msleep(40);
	pr_info("direct: %d\n", execute_in_process_context(ctx_fn, &ew));
	t.expires = jiffies + 5;
	add_timer_on(&t, 1);
	msleep(40);
	return 0;
}
static void __exit x_exit(void) { flush_work(&ew.work); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
