// SPDX-License-Identifier: GPL-2.0
/* Suspend and resume: a freezable queue stands still while the machine sleeps, an ordinary one does not. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/suspend.h>
#include <linux/notifier.h>
#include <linux/jiffies.h>

static bool freezable = true;
module_param(freezable, bool, 0444);
MODULE_PARM_DESC(freezable, "measure on a queue that stands still during suspend");

static struct workqueue_struct *sensor_queue;
static bool asleep;
static int samples, samples_asleep;

static void sample_fn(struct work_struct *work)
{
	samples++;
	if (asleep) {
		samples_asleep++;
		if (samples_asleep == 1)
			pr_info("a sample while the device is off: it reads nonsense\n");
	}
	queue_delayed_work(sensor_queue, to_delayed_work(work), msecs_to_jiffies(20));
}
static DECLARE_DELAYED_WORK(sample_work, sample_fn);

static int pm_event(struct notifier_block *nb, unsigned long event, void *data)
{
	switch (event) {
	case PM_SUSPEND_PREPARE:
		pr_info("the machine is going to sleep after %d samples\n", samples);
		asleep = true;
		break;
	case PM_POST_SUSPEND:
		asleep = false;
		pr_info("awake again, %d samples were taken in between\n", samples_asleep);
		mod_delayed_work(sensor_queue, &sample_work, 0);	/* what was due in sleep is done now */
		break;
	}

	return NOTIFY_OK;
}

static struct notifier_block pm_block = { .notifier_call = pm_event };

static int __init suspend_resume_init(void)
{
	int err;

	sensor_queue = alloc_workqueue("sensor", WQ_UNBOUND | (freezable ? WQ_FREEZABLE : 0), 0);
	if (!sensor_queue)
		return -ENOMEM;
	err = register_pm_notifier(&pm_block);
	if (err) {
		destroy_workqueue(sensor_queue);
		return err;
	}
	queue_delayed_work(sensor_queue, &sample_work, 0);

	return 0;
}

static void __exit suspend_resume_exit(void)
{
	unregister_pm_notifier(&pm_block);
	cancel_delayed_work_sync(&sample_work);
	destroy_workqueue(sensor_queue);
}

module_init(suspend_resume_init);
module_exit(suspend_resume_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Periodic work over suspend and resume");
