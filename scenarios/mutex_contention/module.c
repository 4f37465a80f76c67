// SPDX-License-Identifier: GPL-2.0
/* Unbound items that hold a mutex over a sleep. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/mutex.h>
#include <linux/delay.h>
#include <linux/sched.h>

#define JOBS	3

static int hold_ms = 30;
module_param(hold_ms, int, 0444);
MODULE_PARM_DESC(hold_ms, "milliseconds that an item holds the mutex");

struct job {
	struct work_struct work;
	int id;
};

static struct workqueue_struct *wq;
static struct job jobs[JOBS];
static DEFINE_MUTEX(device_lock);
static int turn;

static void job_fn(struct work_struct *work)
{
	struct job *job = container_of(work, struct job, work);

	pr_info("job %d wants the lock, PID %d\n", job->id, current->pid);
	mutex_lock(&device_lock);
	turn++;
	pr_info("job %d has it, turn %d\n", job->id, turn);
	msleep(hold_ms);
	mutex_unlock(&device_lock);
}

static int __init mutex_contention_init(void)
{
	int i;

	wq = alloc_workqueue("contenders", WQ_UNBOUND, 0);
	if (!wq)
		return -ENOMEM;

	for (i = 0; i < JOBS; i++) {
		INIT_WORK(&jobs[i].work, job_fn);
		jobs[i].id = i;
		queue_work(wq, &jobs[i].work);
	}

	return 0;
}

static void __exit mutex_contention_exit(void)
{
	destroy_workqueue(wq);
}

module_init(mutex_contention_init);
module_exit(mutex_contention_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Work items that wait for each other's mutex");
