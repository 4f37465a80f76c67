// SPDX-License-Identifier: GPL-2.0
/* Suspend and resume: a freezable queue stands still while the machine sleeps, an ordinary one does not. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/platform_device.h>
#include <linux/suspend.h>
#include <linux/pm.h>
#include <linux/delay.h>
#include <linux/jiffies.h>

static bool freezable = true;
module_param(freezable, bool, 0444);
MODULE_PARM_DESC(freezable, "measure on a queue that stands still during suspend");

static int wanted = 12;
module_param(wanted, int, 0444);
MODULE_PARM_DESC(wanted, "so many samples are taken");

static bool busy = true;
module_param(busy, bool, 0644);
MODULE_PARM_DESC(busy, "the modem is in a call and refuses to sleep, so that the machine wakes up again at once");

static struct workqueue_struct *sensor_queue;
static struct platform_device *modem, *sensor;
static bool powered = true;
static int samples, nonsense;

static void sample_fn(struct work_struct *work)
{
	samples++;
	if (!powered && nonsense++ == 0)
		pr_info("a sample while the sensor is off: it reads nonsense\n");
	if (samples < wanted)
		queue_delayed_work(sensor_queue, to_delayed_work(work), msecs_to_jiffies(20));
}
static DECLARE_DELAYED_WORK(sample_work, sample_fn);

static int sensor_suspend(struct device *dev)
{
	pr_info("the sensor is switched off after %d samples\n", samples);
	powered = false;
	msleep(100);	/* until its voltage is down */

	return 0;
}

static int sensor_resume(struct device *dev)
{
	powered = true;
	pr_info("the sensor is on again, %d samples were taken in between\n", nonsense);

	return 0;
}

static const struct dev_pm_ops sensor_pm = {
	.suspend = sensor_suspend,
	.resume = sensor_resume,
};

static struct platform_driver sensor_driver = {
	.driver = { .name = "sensor", .pm = &sensor_pm },
};

static int modem_suspend(struct device *dev)
{
	return busy ? -EBUSY : 0;
}

static const struct dev_pm_ops modem_pm = {
	.suspend = modem_suspend,
};

static struct platform_driver modem_driver = {
	.driver = { .name = "modem", .pm = &modem_pm },
};

static struct platform_driver *const drivers[] = { &modem_driver, &sensor_driver };

static int __init suspend_resume_init(void)
{
	int err;

	sensor_queue = alloc_workqueue("sensor", WQ_UNBOUND | (freezable ? WQ_FREEZABLE : 0), 0);
	if (!sensor_queue)
		return -ENOMEM;
	err = platform_register_drivers(drivers, ARRAY_SIZE(drivers));
	if (err)
		goto no_drivers;
	modem = platform_device_register_simple("modem", -1, NULL, 0);	/* the first to be there is the last to sleep */
	if (IS_ERR(modem)) {
		err = PTR_ERR(modem);
		goto no_modem;
	}
	sensor = platform_device_register_simple("sensor", -1, NULL, 0);
	if (IS_ERR(sensor)) {
		err = PTR_ERR(sensor);
		goto no_sensor;
	}
	queue_delayed_work(sensor_queue, &sample_work, 0);

	return 0;

no_sensor:
	platform_device_unregister(modem);
no_modem:
	platform_unregister_drivers(drivers, ARRAY_SIZE(drivers));
no_drivers:
	destroy_workqueue(sensor_queue);
	return err;
}

static void __exit suspend_resume_exit(void)
{
	cancel_delayed_work_sync(&sample_work);
	platform_device_unregister(sensor);
	platform_device_unregister(modem);
	platform_unregister_drivers(drivers, ARRAY_SIZE(drivers));
	destroy_workqueue(sensor_queue);
}

module_init(suspend_resume_init);
module_exit(suspend_resume_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Periodic work over suspend and resume");
