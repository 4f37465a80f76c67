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
#include <linux/irq_work.h>
static struct tasklet_struct a, b;
static int n;
static void done_fn(struct work_struct *w) { pr_info("item\n"); }
static DECLARE_WORK(done, done_fn);
static void ta(struct tasklet_struct *t)
{
	pr_info("a on %d, irq %d softirq %d\n", smp_processor_id(), !!in_hardirq(), !!in_serving_softirq());
	if (++n == 3 || n == 4)
		tasklet_schedule(t);
	schedule_work_on(1, &done);
}
static void tb(unsigned long data) { pr_info("b %lu\n", data); }
static void iw_fn(struct irq_work *w) { tasklet_schedule(&a); tasklet_hi_schedule(&b); pr_info("irq work\n"); }
static struct irq_work iw = IRQ_WORK_INIT_HARD(iw_fn);
static void far(void *info) { irq_work_queue(&iw); }
static int __init x_init(void)
{
	tasklet_setup(&a, ta);
	tasklet_init(&b, tb, 42);
	tasklet_schedule(&a);
	msleep(30);
	tasklet_disable(&a);
	tasklet_schedule(&a);
	pr_info("disabled\n");
	tasklet_schedule(&b);
	msleep(30);
	pr_info("enabling\n");
	tasklet_enable(&a);
	msleep(30);
	smp_call_function_single(1, far, NULL, 1);
	msleep(30);
	pr_info("n %d\n", n);
	local_bh_disable();
	tasklet_schedule(&a);
	tasklet_schedule(&a);
	tasklet_hi_schedule(&b);
	pr_info("state %lx %lx\n", a.state, b.state);
	local_bh_enable();
	pr_info("n %d\n", n);
	tasklet_kill(&a);
	tasklet_kill(&b);
	pr_info("killed\n");
	return 0;
}
static void __exit x_exit(void) { flush_work(&done); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
