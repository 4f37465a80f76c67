// SPDX-License-Identifier: GPL-2.0
/* Freeing what a work item embeds, with and without waiting for it. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/slab.h>
#include <linux/delay.h>

static bool careful;
module_param(careful, bool, 0444);
MODULE_PARM_DESC(careful, "whether the item is cancelled before it is freed");

struct session {
	struct work_struct work;
	int bytes;
};

static struct session *session;

static void drain_fn(struct work_struct *work)
{
	struct session *s = container_of(work, struct session, work);

	pr_info("draining %d bytes\n", s->bytes);
	msleep(200);
	s->bytes = 0;
	pr_info("drained\n");
}

static int __init use_after_free_init(void)
{
	session = kzalloc(sizeof(*session), GFP_KERNEL);
	if (!session)
		return -ENOMEM;

	session->bytes = 42;
	INIT_WORK(&session->work, drain_fn);
	schedule_work(&session->work);
	return 0;
}

/* Frees it while the module stays, so that only the data is gone. */
static int close_session(const char *value, const struct kernel_param *kp)
{
	if (careful)
		cancel_work_sync(&session->work);
	kfree(session);
	session = NULL;
	pr_info("session closed\n");
	return 0;
}

static const struct kernel_param_ops close_ops = {
	.set = close_session,
};
module_param_cb(close, &close_ops, NULL, 0200);
MODULE_PARM_DESC(close, "write anything to close the session");

static void __exit use_after_free_exit(void)
{
	if (session) {
		cancel_work_sync(&session->work);
		kfree(session);
	}
}

module_init(use_after_free_init);
module_exit(use_after_free_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Freeing an item that still runs");
