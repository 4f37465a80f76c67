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
struct it { struct delayed_work d; int n; };
static struct it its[8];
static const int delays[8] = { 62, 63, 64, 100, 250, 503, 504, 600 };
static void burn_fn(struct work_struct *w)
{
	int i;

	for (i = 0; i < 50; i++) {
		u64 end = ktime_get_ns() + 10000000;

		while (ktime_get_ns() < end)
			cpu_relax();
		cond_resched();
	}
	pr_info("burnt\n");
}
static DECLARE_WORK(burner, burn_fn);
static unsigned long start;
static void fn(struct work_struct *w)
{
	struct it *me = container_of(to_delayed_work(w), struct it, d);
	long late = (long)(jiffies - start) - delays[me->n];

	pr_info("%d: delay %d, late by 1 to 64: %d\n", me->n, delays[me->n], late >= 1 && late <= 64);
}
static int __init x_init(void)
{
	int i;

	wq = alloc_workqueue("ft", WQ_UNBOUND, 0);
	for (i = 0; i < 8; i++)
		INIT_DELAYED_WORK(&its[i].d, fn);
	start = jiffies;
	for (i = 0; i < 8; i++) {
		its[i].n = i;
		if (i & 1)
			queue_delayed_work_on(1, wq, &its[i].d, delays[i]);
		else
			queue_delayed_work(wq, &its[i].d, delays[i]);
	}
	queue_work_on(1, system_wq, &burner);
	return 0;
}
static void __exit x_exit(void)
{
	int i;

	for (i = 0; i < 8; i++)
		cancel_delayed_work_sync(&its[i].d);
	destroy_workqueue(wq);
	pr_info("exit\n");
}

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
