// SPDX-License-Identifier: GPL-2.0
/* Three events, one item, one place for the event's number. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/atomic.h>

static bool careful;
module_param(careful, bool, 0444);
MODULE_PARM_DESC(careful, "events are counted, and the item handles all that there are");

static int last_event;
static int handled;
static atomic_t waiting;

static void handle_fn(struct work_struct *work)
{
	int todo = careful ? atomic_xchg(&waiting, 0) : 1;

	while (todo--) {
		msleep(5);
		handled++;
	}
	pr_info("event %d: handled %d\n", last_event, handled);
}

static DECLARE_WORK(handle, handle_fn);

static void event(int number)
{
	last_event = number;
	atomic_inc(&waiting);
	if (!queue_work(system_wq, &handle))
		pr_info("event %d: the item is on the list already\n", number);
}

static int __init lost_event_init(void)
{
	int i;

	for (i = 1; i <= 3; i++)
		event(i);

	return 0;
}

static void __exit lost_event_exit(void)
{
	cancel_work_sync(&handle);
}

module_init(lost_event_init);
module_exit(lost_event_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A work item is a doorbell, not a message");
