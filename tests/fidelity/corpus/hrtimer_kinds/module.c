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
static struct hrtimer hard, soft, periodic;
static int beats;
static void fn(struct work_struct *w) { pr_info("item runs on CPU %d\n", raw_smp_processor_id()); }
static DECLARE_WORK(item, fn);
static enum hrtimer_restart hard_fn(struct hrtimer *t)
{
	pr_info("hard: hardirq %d softirq %d\n", !!in_hardirq(), !!in_serving_softirq());
	schedule_work_on(1, &item);
	return HRTIMER_NORESTART;
}
static enum hrtimer_restart soft_fn(struct hrtimer *t)
{
	pr_info("soft: hardirq %d softirq %d\n", !!in_hardirq(), !!in_serving_softirq());
	return HRTIMER_NORESTART;
}
static enum hrtimer_restart periodic_fn(struct hrtimer *t)
{
	u64 missed = hrtimer_forward_now(t, ms_to_ktime(25));

	pr_info("beat %d, periods %llu\n", ++beats, missed);
	return beats < 5 ? HRTIMER_RESTART : HRTIMER_NORESTART;
}
static int __init x_init(void)
{
	int r;

	hrtimer_init(&hard, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hard.function = hard_fn;
	hrtimer_init(&soft, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
	soft.function = soft_fn;
	hrtimer_init(&periodic, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	periodic.function = periodic_fn;
	hrtimer_start(&hard, ms_to_ktime(30), HRTIMER_MODE_REL);
	hrtimer_start(&soft, ms_to_ktime(60), HRTIMER_MODE_REL_SOFT);
	msleep(100);
	hrtimer_start(&periodic, ktime_add_ms(ktime_get(), 25), HRTIMER_MODE_ABS);
	msleep(200);
	pr_info("active %d, cancel %d\n", hrtimer_active(&periodic), hrtimer_cancel(&periodic));
	hrtimer_start(&hard, ms_to_ktime(500), HRTIMER_MODE_REL);
	r = hrtimer_try_to_cancel(&hard);
	pr_info("try to cancel %d\n", r);
	hrtimer_start(&hard, ms_to_ktime(500), HRTIMER_MODE_REL);
	hrtimer_start(&hard, ms_to_ktime(20), HRTIMER_MODE_REL);
	msleep(80);
	usleep_range(30000, 30000);
	pr_info("slept\n");
	return 0;
}
static void __exit x_exit(void) { flush_work(&item); hrtimer_cancel(&soft); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
