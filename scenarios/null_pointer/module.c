// SPDX-License-Identifier: GPL-2.0
/* Deferred work that uses a device which was never found. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/slab.h>

static bool probed;
module_param(probed, bool, 0444);
MODULE_PARM_DESC(probed, "whether the device was found before the work runs");

struct device_state {
	int id;
	int packets;
};

static struct device_state *device;

static void receive_fn(struct work_struct *work)
{
	pr_info("handling a packet\n");
	device->packets++;
	pr_info("%d packets so far\n", device->packets);
}

static void other_fn(struct work_struct *work)
{
	pr_info("other work still runs\n");
}

static DECLARE_WORK(receive_work, receive_fn);
static DECLARE_DELAYED_WORK(other_work, other_fn);

static int __init null_pointer_init(void)
{
	if (probed) {
		device = kzalloc(sizeof(*device), GFP_KERNEL);
		if (!device)
			return -ENOMEM;
	}

	schedule_work(&receive_work);
	schedule_delayed_work(&other_work, HZ / 10);
	return 0;
}

static void __exit null_pointer_exit(void)
{
	cancel_delayed_work_sync(&other_work);
	flush_work(&receive_work);
	kfree(device);
}

module_init(null_pointer_init);
module_exit(null_pointer_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("An oops in a work function");
