// SPDX-License-Identifier: GPL-2.0
/* Three ways to be called 10 ms from now: a timer, an hrtimer and a delayed work. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/timer.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/jiffies.h>

#define ASKED_US	10000

static ktime_t origin;

static s64 late_us(void)
{
	return ktime_us_delta(ktime_get(), origin) - ASKED_US;
}

static void work_fn(struct work_struct *work)
{
	pr_info("delayed work: %lld us late\n", late_us());
}

static DECLARE_DELAYED_WORK(dwork, work_fn);

static void timer_fn(struct timer_list *timer)
{
	pr_info("timer: %lld us late\n", late_us());
}

static DEFINE_TIMER(timer, timer_fn);

static struct hrtimer high;

static enum hrtimer_restart high_fn(struct hrtimer *timer)
{
	pr_info("hrtimer: %lld us late\n", late_us());
	return HRTIMER_NORESTART;
}

static int __init delay_precision_init(void)
{
	hrtimer_init(&high, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	high.function = high_fn;

	origin = ktime_get();
	hrtimer_start(&high, ns_to_ktime(ASKED_US * 1000), HRTIMER_MODE_REL);
	mod_timer(&timer, jiffies + usecs_to_jiffies(ASKED_US));
	schedule_delayed_work(&dwork, usecs_to_jiffies(ASKED_US));

	return 0;
}

static void __exit delay_precision_exit(void)
{
	cancel_delayed_work_sync(&dwork);
	timer_delete_sync(&timer);
	hrtimer_cancel(&high);
}

module_init(delay_precision_init);
module_exit(delay_precision_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Asked against actual delay of three timers");
