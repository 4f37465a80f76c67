// SPDX-License-Identifier: GPL-2.0
/* A switch that bounces: one report for each press, once the contacts are at rest. */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/workqueue.h>

static bool queue;
module_param(queue, bool, 0444);
MODULE_PARM_DESC(queue, "use queue_delayed_work(), which leaves an armed timer alone");

static int edges;

static void report_fn(struct work_struct *work)
{
	pr_info("reported after edge %d\n", edges);
}

static DECLARE_DELAYED_WORK(report, report_fn);

static void edge(void)
{
	edges++;
	if (queue)
		queue_delayed_work(system_wq, &report, msecs_to_jiffies(20));
	else
		mod_delayed_work(system_wq, &report, msecs_to_jiffies(20));
}

static int __init debounce_init(void)
{
	int i;

	for (i = 0; i < 5; i++) {
		edge();
		msleep(8);
	}
	pr_info("at rest\n");
	return 0;
}

static void __exit debounce_exit(void)
{
	cancel_delayed_work_sync(&report);
}

module_init(debounce_init);
module_exit(debounce_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A timer that is pushed back at each event");
