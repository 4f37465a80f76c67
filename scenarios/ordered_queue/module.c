// SPDX-License-Identifier: GPL-2.0
/* Items of different length, queued from CPUs in turn, on an ordered queue. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/smp.h>

#define JOBS_MAX	8

static int jobs = 4;
module_param(jobs, int, 0444);
MODULE_PARM_DESC(jobs, "work items, 1 to 8");

struct job {
	struct work_struct work;
	int id;
};

static struct workqueue_struct *wq;
static struct job job_table[JOBS_MAX];

static void job_fn(struct work_struct *work)
{
	struct job *job = container_of(work, struct job, work);

	pr_info("job %d starts on CPU %d\n", job->id, raw_smp_processor_id());
	/* The later, the shorter: without order they would end in reverse. */
	msleep(20 * (JOBS_MAX - job->id));
	pr_info("job %d ends\n", job->id);
}

static int __init ordered_queue_init(void)
{
	int i;

	if (jobs < 1 || jobs > JOBS_MAX)
		return -EINVAL;

	wq = alloc_ordered_workqueue("in_order", 0);
	if (!wq)
		return -ENOMEM;

	for (i = 0; i < jobs; i++) {
		INIT_WORK(&job_table[i].work, job_fn);
		job_table[i].id = i;
		queue_work_on(i % num_online_cpus(), wq, &job_table[i].work);
	}

	return 0;
}

static void __exit ordered_queue_exit(void)
{
	destroy_workqueue(wq);
}

module_init(ordered_queue_init);
module_exit(ordered_queue_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("One item at a time, in the order of queueing");
