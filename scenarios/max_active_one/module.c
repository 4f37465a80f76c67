// SPDX-License-Identifier: GPL-2.0
/* Four sleeping items on a bound queue, two for each of two CPUs. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/smp.h>

#define JOBS	4

static int active = 1;
module_param(active, int, 0444);
MODULE_PARM_DESC(active, "max_active of the queue, on each CPU");

struct job {
	struct work_struct work;
	int id;
};

static struct workqueue_struct *wq;
static struct job jobs[JOBS];

static void job_fn(struct work_struct *work)
{
	struct job *job = container_of(work, struct job, work);

	pr_info("job %d starts on CPU %d\n", job->id, raw_smp_processor_id());
	msleep(40);
	pr_info("job %d ends\n", job->id);
}

static int __init max_active_one_init(void)
{
	int i;

	wq = alloc_workqueue("per_cpu_queue", 0, active);
	if (!wq)
		return -ENOMEM;

	for (i = 0; i < JOBS; i++) {
		INIT_WORK(&jobs[i].work, job_fn);
		jobs[i].id = i;
		queue_work_on(i / 2, wq, &jobs[i].work);
	}

	return 0;
}

static void __exit max_active_one_exit(void)
{
	destroy_workqueue(wq);
}

module_init(max_active_one_init);
module_exit(max_active_one_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("max_active counts on each CPU");
