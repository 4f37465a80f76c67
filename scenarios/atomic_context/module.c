// SPDX-License-Identifier: GPL-2.0
/* Memory for a list, allocated while its spinlock is held. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

static bool atomic;
module_param(atomic, bool, 0444);
MODULE_PARM_DESC(atomic, "ask with GFP_ATOMIC");

static DEFINE_SPINLOCK(lock);
static void *box;

static void fill_fn(struct work_struct *work)
{
	spin_lock(&lock);
	box = kmalloc(128, atomic ? GFP_ATOMIC : GFP_KERNEL);
	spin_unlock(&lock);
	pr_info("the box is %s\n", box ? "there" : "missing");
}

static DECLARE_WORK(fill, fill_fn);

static int __init atomic_context_init(void)
{
	schedule_work(&fill);

	return 0;
}

static void __exit atomic_context_exit(void)
{
	cancel_work_sync(&fill);
	kfree(box);
}

module_init(atomic_context_init);
module_exit(atomic_context_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("GFP_KERNEL under a spinlock");
