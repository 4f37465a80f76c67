// SPDX-License-Identifier: GPL-2.0
/* A delayed work that arms itself again: from its end, or against a plan. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/jiffies.h>

#define ROUNDS	8

static bool planned;
module_param(planned, bool, 0444);
MODULE_PARM_DESC(planned, "each round is armed for a planned moment, not for a time from now");

static unsigned long origin;
static int round;

static void beat_fn(struct work_struct *work)
{
	struct delayed_work *beat = to_delayed_work(work);
	unsigned long next, now = jiffies;

	round++;
	pr_info("beat %d at %u ms\n", round, jiffies_to_msecs(now - origin));
	msleep(10);

	if (round >= ROUNDS)
		return;

	next = msecs_to_jiffies(40);
	if (planned)
		next = origin + (round + 1) * next - jiffies;
	schedule_delayed_work(beat, next);
}

static DECLARE_DELAYED_WORK(beat, beat_fn);

static int __init periodic_work_init(void)
{
	origin = jiffies;
	schedule_delayed_work(&beat, msecs_to_jiffies(40));

	return 0;
}

static void __exit periodic_work_exit(void)
{
	cancel_delayed_work_sync(&beat);
}

module_init(periodic_work_init);
module_exit(periodic_work_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Periodic work, with and without drift");
