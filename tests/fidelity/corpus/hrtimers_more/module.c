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
static struct hrtimer soft, pin, fwd, abs_;
static void fn(struct work_struct *w) { pr_info("item\n"); }
static DECLARE_WORK(item, fn);
static int n;
static enum hrtimer_restart cb(struct hrtimer *t)
{
	pr_info("%s, hardirq %d, softirq %d\n", t == &soft ? "soft" : t == &pin ? "pinned" : "abs", !!in_hardirq(),
		!!in_serving_softirq());
	schedule_work_on(1, &item);
	return HRTIMER_NORESTART;
}
static enum hrtimer_restart fcb(struct hrtimer *t)
{
	u64 over = hrtimer_forward_now(t, ms_to_ktime(20));

	pr_info("forward %llu, n %d\n", over, n);
	if (n == 2)
		hrtimer_forward_now(t, ms_to_ktime(60));
	return ++n < 5 ? HRTIMER_RESTART : HRTIMER_NORESTART;
}
static int __init x_init(void)
{
	int r;

	hrtimer_init(&soft, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
	soft.function = cb;
	hrtimer_init(&pin, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
	pin.function = cb;
	hrtimer_init(&abs_, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	abs_.function = cb;
	hrtimer_init(&fwd, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	fwd.function = fcb;
	hrtimer_start(&soft, ms_to_ktime(10), HRTIMER_MODE_REL_SOFT);
	pr_info("active %d\n", hrtimer_active(&soft));
	msleep(40);
	hrtimer_start(&pin, ms_to_ktime(10), HRTIMER_MODE_REL_PINNED);
	msleep(40);
	hrtimer_start(&abs_, ktime_add_ms(ktime_get(), 10), HRTIMER_MODE_ABS);
	msleep(40);
	hrtimer_start_range_ns(&abs_, ktime_add_ms(ktime_get(), 1000), 5000000, HRTIMER_MODE_ABS);
	pr_info("remaining %d, queued %d\n", ktime_to_ms(hrtimer_get_remaining(&abs_)) > 900, hrtimer_is_queued(&abs_));
	r = hrtimer_try_to_cancel(&abs_);
	pr_info("try %d\n", r);
	r = hrtimer_cancel(&abs_);
	pr_info("cancel %d\n", r);
	hrtimer_start(&abs_, ktime_sub_ms(ktime_get(), 10), HRTIMER_MODE_ABS);
	msleep(20);
	hrtimer_start(&fwd, ms_to_ktime(20), HRTIMER_MODE_REL);
	msleep(50);
	hrtimer_restart(&abs_);
	msleep(200);
	pr_info("callback running %d\n", hrtimer_callback_running(&fwd));
	return 0;
}
static void __exit x_exit(void) { hrtimer_cancel(&fwd); flush_work(&item); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
