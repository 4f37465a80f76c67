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
static struct workqueue_struct *lo, *hi, *uhi;
static void burn(int ms)
{
	u64 end = ktime_get_ns() + ms * 1000000ULL;

	while (ktime_get_ns() < end)
		cpu_relax();
}
static void lo_fn(struct work_struct *w)
{
	int i;

	for (i = 0; i < 8; i++) {
		burn(6);
		pr_info("low %d\n", i);
		cond_resched();
	}
}
static void hi_fn(struct work_struct *w) { pr_info("high\n"); burn(6); pr_info("high ends\n"); }
static DECLARE_WORK(l1, lo_fn);
static DECLARE_WORK(l2, lo_fn);
static DECLARE_DELAYED_WORK(h1, hi_fn);
static DECLARE_DELAYED_WORK(h2, hi_fn);
static int __init x_init(void)
{
	lo = alloc_workqueue("hcl", WQ_CPU_INTENSIVE, 0);
	hi = alloc_workqueue("hch", WQ_HIGHPRI, 1);
	uhi = alloc_workqueue("hcu", WQ_HIGHPRI | WQ_CPU_INTENSIVE, 0);
	queue_work_on(1, lo, &l1);
	queue_work_on(1, lo, &l2);
	queue_delayed_work_on(1, hi, &h1, 4);
	queue_delayed_work_on(1, uhi, &h2, 10);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(lo); destroy_workqueue(hi); destroy_workqueue(uhi); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
