// SPDX-License-Identifier: GPL-2.0
/* w0, w1 and w2 of the workqueue documentation: 5 ms of computing, 10 ms of sleep. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>

static int active;
module_param(active, int, 0444);
MODULE_PARM_DESC(active, "max_active of q0; 0 is the default");

static bool ordered;
module_param(ordered, bool, 0444);
MODULE_PARM_DESC(ordered, "q0 runs one item at a time, as workqueues did before cmwq");

static bool intensive;
module_param(intensive, bool, 0444);
MODULE_PARM_DESC(intensive, "w1 and w2 go to q1, which is WQ_CPU_INTENSIVE");

static struct workqueue_struct *q0, *q1;

static void burn_ms(int ms)
{
	mdelay(ms);
}

static void nap_ms(int ms)
{
	/* Not msleep(): that counts in jiffies, and the picture is in ms. */
	usleep_range(ms * 1000, ms * 1000 + 1);
}

static void w0_fn(struct work_struct *work)
{
	burn_ms(5);
	nap_ms(10);
	burn_ms(5);
}

static void w1_w2_fn(struct work_struct *work)
{
	burn_ms(5);
	nap_ms(10);
}

static DECLARE_WORK(w0, w0_fn);
static DECLARE_WORK(w1, w1_w2_fn);
static DECLARE_WORK(w2, w1_w2_fn);

static void forget_queues(void)
{
	if (q0)
		destroy_workqueue(q0);
	if (q1)
		destroy_workqueue(q1);
}

static int __init timeline_cmwq_init(void)
{
	if (ordered)
		q0 = alloc_ordered_workqueue("q0", 0);
	else
		q0 = alloc_workqueue("q0", 0, active);
	q1 = alloc_workqueue("q1", WQ_CPU_INTENSIVE, 0);
	if (!q0 || !q1) {
		forget_queues();
		return -ENOMEM;
	}

	queue_work_on(1, q0, &w0);
	queue_work_on(1, intensive ? q1 : q0, &w1);
	queue_work_on(1, intensive ? q1 : q0, &w2);

	return 0;
}

static void __exit timeline_cmwq_exit(void)
{
	forget_queues();
}

module_init(timeline_cmwq_init);
module_exit(timeline_cmwq_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("The example of the workqueue documentation");
