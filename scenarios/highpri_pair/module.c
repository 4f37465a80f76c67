// SPDX-License-Identifier: GPL-2.0
/* An urgent item behind four that compute: in the same pool, or in the one for high priority. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/sched.h>

#define ORDINARY	4

static bool highpri;
module_param(highpri, bool, 0444);
MODULE_PARM_DESC(highpri, "the urgent item is on a WQ_HIGHPRI queue");

static struct workqueue_struct *normal_wq, *urgent_wq;
static struct work_struct ordinary[ORDINARY];

static void ordinary_fn(struct work_struct *work)
{
	int i;

	for (i = 0; i < 5; i++) {
		mdelay(1);
		cond_resched();
	}
}

static void urgent_fn(struct work_struct *work)
{
	pr_info("urgent, in %s\n", current->comm);
}

static DECLARE_WORK(urgent, urgent_fn);

static int __init highpri_pair_init(void)
{
	int i;

	normal_wq = alloc_workqueue("normal", 0, 0);
	urgent_wq = alloc_workqueue("urgent", highpri ? WQ_HIGHPRI : 0, 0);
	if (!normal_wq || !urgent_wq) {
		if (normal_wq)
			destroy_workqueue(normal_wq);
		if (urgent_wq)
			destroy_workqueue(urgent_wq);
		return -ENOMEM;
	}

	for (i = 0; i < ORDINARY; i++) {
		INIT_WORK(&ordinary[i], ordinary_fn);
		queue_work_on(1, normal_wq, &ordinary[i]);
	}
	msleep(2);
	queue_work_on(1, urgent_wq, &urgent);

	return 0;
}

static void __exit highpri_pair_exit(void)
{
	destroy_workqueue(normal_wq);
	destroy_workqueue(urgent_wq);
}

module_init(highpri_pair_init);
module_exit(highpri_pair_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("What WQ_HIGHPRI changes");
