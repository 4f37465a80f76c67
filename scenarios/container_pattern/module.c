// SPDX-License-Identifier: GPL-2.0
/* Three devices, one work function: from the work_struct to the device around it. */
#include <linux/module.h>
#include <linux/workqueue.h>

#define DEVICES	3

static bool cast;
module_param(cast, bool, 0444);
MODULE_PARM_DESC(cast, "a plain cast instead of container_of()");

struct device_state {
	int id;
	int temperature;
	struct work_struct work;
};

static struct device_state devices[DEVICES];

static void read_fn(struct work_struct *work)
{
	struct device_state *dev;

	if (cast)
		dev = (struct device_state *)work;
	else
		dev = container_of(work, struct device_state, work);

	pr_info("device %d has %d degrees\n", dev->id, dev->temperature);
}

static int __init container_pattern_init(void)
{
	int i;

	for (i = 0; i < DEVICES; i++) {
		devices[i].id = i;
		devices[i].temperature = 20 + i;
		INIT_WORK(&devices[i].work, read_fn);
		schedule_work(&devices[i].work);
	}

	return 0;
}

static void __exit container_pattern_exit(void)
{
	int i;

	for (i = 0; i < DEVICES; i++)
		cancel_work_sync(&devices[i].work);
}

module_init(container_pattern_init);
module_exit(container_pattern_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("container_of in a work function");
