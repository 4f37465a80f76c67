// SPDX-License-Identifier: GPL-2.0
/* Two items of one queue: the first waits for what the second one sends. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/completion.h>

static int active = 1;
module_param(active, int, 0444);
MODULE_PARM_DESC(active, "max_active of the queue");

static struct workqueue_struct *wq;
static DECLARE_COMPLETION(answer);

static void ask_fn(struct work_struct *work)
{
	pr_info("asked\n");
	wait_for_completion(&answer);
	pr_info("got the answer\n");
}

static void reply_fn(struct work_struct *work)
{
	complete(&answer);
	pr_info("answered\n");
}

static DECLARE_WORK(ask, ask_fn);
static DECLARE_WORK(reply, reply_fn);

static int __init handshake_init(void)
{
	wq = alloc_workqueue("talk", WQ_UNBOUND, active);
	if (!wq)
		return -ENOMEM;

	queue_work(wq, &ask);
	queue_work(wq, &reply);

	return 0;
}

static void __exit handshake_exit(void)
{
	destroy_workqueue(wq);
}

module_init(handshake_init);
module_exit(handshake_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Items that wait for each other");
