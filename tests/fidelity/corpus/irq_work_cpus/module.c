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
static void fn(struct work_struct *w) { pr_info("item on CPU %d\n", raw_smp_processor_id()); }
static DECLARE_WORK(item, fn);
static void iw_fn(struct irq_work *w)
{
	pr_info("irq_work on CPU %d hardirq %d\n", raw_smp_processor_id(), !!in_hardirq());
	schedule_work(&item);
}
static void lazy_fn(struct irq_work *w) { pr_info("lazy one on CPU %d\n", raw_smp_processor_id()); }
static struct irq_work iw = IRQ_WORK_INIT_HARD(iw_fn);
static struct irq_work lazy = IRQ_WORK_INIT_LAZY(lazy_fn);
static void remote(void *data) { pr_info("%s on CPU %d, irqs off %d\n", (char *)data, raw_smp_processor_id(), irqs_disabled()); }
static long on_cpu(void *data) { pr_info("work_on_cpu on CPU %d\n", raw_smp_processor_id()); return 17; }
static int __init x_init(void)
{
	bool r;

	r = irq_work_queue(&iw);
	pr_info("queued %d\n", r);
	msleep(40);
	r = irq_work_queue(&iw);
	pr_info("local %d\n", r);
	irq_work_sync(&iw);
	msleep(40);
	r = irq_work_queue(&lazy);
	pr_info("lazy %d busy %d\n", r, irq_work_is_busy(&lazy));
	msleep(40);
	smp_call_function_single(1, remote, "single", 1);
	msleep(20);
	smp_call_function_single(0, remote, "self", 1);
	msleep(20);
	smp_call_function(remote, "others", 1);
	msleep(20);
	pr_info("returned %ld\n", work_on_cpu(1, on_cpu, NULL));
	return 0;
}
static void __exit x_exit(void) { flush_work(&item); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
