// SPDX-License-Identifier: GPL-2.0
/* Items that compute, sleep and compute again, all bound to CPU 0. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/sched.h>

#define JOBS	3

static int burn_ms = 4;
module_param(burn_ms, int, 0444);
MODULE_PARM_DESC(burn_ms, "milliseconds of computing before and after the nap");

static int nap_ms = 20;
module_param(nap_ms, int, 0444);
MODULE_PARM_DESC(nap_ms, "milliseconds of sleep");

struct job {
	struct work_struct work;
	int id;
};

static struct workqueue_struct *wq;
static struct job jobs[JOBS];

static void job_fn(struct work_struct *work)
{
	struct job *job = container_of(work, struct job, work);

	pr_info("job %d computes, PID %d\n", job->id, current->pid);
	mdelay(burn_ms);
	pr_info("job %d sleeps\n", job->id);
	msleep(nap_ms);
	pr_info("job %d computes again\n", job->id);
	mdelay(burn_ms);
	pr_info("job %d ends\n", job->id);
}

static int __init concurrency_init(void)
{
	int i;

	wq = alloc_workqueue("shared_cpu", 0, 0);
	if (!wq)
		return -ENOMEM;

	for (i = 0; i < JOBS; i++) {
		INIT_WORK(&jobs[i].work, job_fn);
		jobs[i].id = i;
		queue_work_on(0, wq, &jobs[i].work);
	}

	return 0;
}

static void __exit concurrency_exit(void)
{
	destroy_workqueue(wq);
}

module_init(concurrency_init);
module_exit(concurrency_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Concurrency management of a bound pool");
