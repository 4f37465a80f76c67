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
static void fn(struct work_struct *w) { pr_info("item on %d\n", smp_processor_id()); }
static DECLARE_WORK(item, fn);
static void cb(struct irq_work *w);
static struct irq_work plain_ = IRQ_WORK_INIT(cb), lazy = IRQ_WORK_INIT_LAZY(cb), hard = IRQ_WORK_INIT_HARD(cb);
static void cb(struct irq_work *w)
{
	pr_info("%s on %d, hardirq %d, busy %d\n", w == &plain_ ? "plain" : w == &lazy ? "lazy" : "hard", smp_processor_id(),
		!!in_hardirq(), irq_work_is_busy(w));
	if (w == &hard)
		schedule_work(&item);
}
static void far(void *info) { irq_work_queue(&hard); }
static void ipi(void *info) { pr_info("ipi on %d, hardirq %d, arg %ld\n", smp_processor_id(), !!in_hardirq(), (long)info); }
static bool cond(int cpu, void *info) { return cpu == 1; }
static int __init x_init(void)
{
	int r;

	r = irq_work_queue(&plain_);
	pr_info("queued %d\n", r);
	irq_work_sync(&plain_);
	local_irq_disable();
	irq_work_queue(&hard);
	r = irq_work_queue(&hard);
	local_irq_enable();
	pr_info("second %d\n", r);
	msleep(20);
	irq_work_queue(&lazy);
	pr_info("lazy queued\n");
	msleep(20);
	smp_call_function_single(1, far, NULL, 1);
	irq_work_sync(&hard);
	pr_info("synced\n");
	msleep(20);
	r = smp_call_function_single(1, ipi, (void *)1, 1);
	pr_info("single %d\n", r);
	r = smp_call_function_single(0, ipi, (void *)2, 1);
	r = smp_call_function_single(5, ipi, (void *)3, 1);
	pr_info("no such cpu %d\n", r);
	on_each_cpu(ipi, (void *)4, 1);
	smp_call_function(ipi, (void *)5, 1);
	on_each_cpu_cond(cond, ipi, (void *)6, 1);
	on_each_cpu_mask(cpumask_of(0), ipi, (void *)7, true);
	smp_call_function_many(cpu_online_mask, ipi, (void *)8, true);
	r = smp_call_function_any(cpu_online_mask, ipi, (void *)9, 1);
	return 0;
}
static void __exit x_exit(void) { flush_work(&item); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
