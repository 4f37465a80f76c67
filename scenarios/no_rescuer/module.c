// SPDX-License-Identifier: GPL-2.0
/* Items that need a new worker while no thread can be made. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>

#define ITEMS	4

static bool reclaim;
module_param(reclaim, bool, 0444);
MODULE_PARM_DESC(reclaim, "the queue is WQ_MEM_RECLAIM");

static struct workqueue_struct *hog_wq, *wq;
static struct work_struct writers[ITEMS];

/* Nobody can make a thread while this runs: kthreadd is bound to its CPU. */
static void hog_fn(struct work_struct *work)
{
	mdelay(200);
}

static void writer_fn(struct work_struct *work)
{
	msleep(60);
}

static DECLARE_WORK(hog, hog_fn);

static int __init no_rescuer_init(void)
{
	int i;

	hog_wq = alloc_workqueue("hog", 0, 0);
	wq = alloc_workqueue("writeback", reclaim ? WQ_MEM_RECLAIM : 0, 0);
	if (!hog_wq || !wq) {
		if (hog_wq)
			destroy_workqueue(hog_wq);
		if (wq)
			destroy_workqueue(wq);
		return -ENOMEM;
	}

	queue_work_on(1, hog_wq, &hog);
	msleep(8);
	for (i = 0; i < ITEMS; i++) {
		INIT_WORK(&writers[i], writer_fn);
		queue_work_on(0, wq, &writers[i]);
	}

	return 0;
}

static void __exit no_rescuer_exit(void)
{
	destroy_workqueue(hog_wq);
	destroy_workqueue(wq);
}

module_init(no_rescuer_init);
module_exit(no_rescuer_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("What WQ_MEM_RECLAIM is for");
