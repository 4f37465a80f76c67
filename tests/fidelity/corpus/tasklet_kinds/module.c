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
static struct tasklet_struct a, b, c;
static int again;
static void a_fn(struct tasklet_struct *t)
{
	pr_info("a on CPU %d\n", raw_smp_processor_id());
	if (again++ < 2)
		tasklet_schedule(t);
}
static void b_fn(struct tasklet_struct *t) { pr_info("b on CPU %d\n", raw_smp_processor_id()); tasklet_schedule(&c); }
static void c_fn(struct tasklet_struct *t) { pr_info("c on CPU %d\n", raw_smp_processor_id()); }
static void kick(void *d) { tasklet_schedule(&b); pr_info("kicked on CPU %d\n", raw_smp_processor_id()); }
static void item_fn(struct work_struct *w)
{
	pr_info("item: bh off\n");
	local_bh_disable();
	tasklet_schedule(&b);
	tasklet_hi_schedule(&a);
	pr_info("item: bh on\n");
	local_bh_enable();
	pr_info("item: done\n");
}
static DECLARE_WORK(item, item_fn);
static int __init x_init(void)
{
	tasklet_setup(&a, a_fn);
	tasklet_setup(&b, b_fn);
	tasklet_setup(&c, c_fn);
	tasklet_disable(&c);
	schedule_work_on(1, &item);
	msleep(60);
	pr_info("c enabled\n");
	tasklet_enable(&c);
	msleep(60);
	smp_call_function_single(1, kick, NULL, 1);
	msleep(60);
	again = 0;
	tasklet_schedule(&a);
	tasklet_kill(&a);
	pr_info("a killed\n");
	return 0;
}
static void __exit x_exit(void) { tasklet_kill(&b); tasklet_kill(&c); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
