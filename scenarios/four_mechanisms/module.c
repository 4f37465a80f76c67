// SPDX-License-Identifier: GPL-2.0
/* An interrupt; its handler, a tasklet, a work item and a kernel thread all do the same job. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/wait.h>
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/sched.h>

#define IRQ_LINE	42

static int busy_ms;
module_param(busy_ms, int, 0444);
MODULE_PARM_DESC(busy_ms, "milliseconds of computing that another work item has ahead on the same CPU");

static ktime_t raised;
static struct task_struct *thread;
static DECLARE_WAIT_QUEUE_HEAD(wake);
static bool thread_has_work;

/* The job: say who does it, in what context, and how long after the interrupt. */
static void job(const char *who)
{
	s64 ns = ktime_to_ns(ktime_sub(ktime_get(), raised));

	pr_info("%s: %lld ns after the interrupt, %s context, task %s\n", who, ns,
		in_hardirq() ? "hardirq" : in_softirq() ? "softirq" : "process", current->comm);
}

static void tasklet_fn(struct tasklet_struct *tasklet)
{
	job("tasklet");
}

static DECLARE_TASKLET(job_tasklet, tasklet_fn);

static void work_fn(struct work_struct *work)
{
	job("work queue");
	msleep(5);
}

static DECLARE_WORK(job_work, work_fn);

static void busy_fn(struct work_struct *work)
{
	mdelay(busy_ms);
}

static DECLARE_WORK(busy_work, busy_fn);

static int thread_fn(void *unused)
{
	while (!kthread_should_stop()) {
		wait_event(wake, thread_has_work || kthread_should_stop());
		if (!thread_has_work)
			break;
		thread_has_work = false;
		job("kernel thread");
		msleep(5);
	}

	return 0;
}

static irqreturn_t handler(int irq, void *dev)
{
	raised = ktime_get();
	job("interrupt");

	tasklet_schedule(&job_tasklet);
	if (busy_ms)
		schedule_work_on(1, &busy_work);
	schedule_work_on(busy_ms ? 1 : 0, &job_work);
	thread_has_work = true;
	wake_up(&wake);

	return IRQ_HANDLED;
}

static int __init four_mechanisms_init(void)
{
	int err;

	thread = kthread_run(thread_fn, NULL, "four_thread");
	if (IS_ERR(thread))
		return PTR_ERR(thread);

	err = request_irq(IRQ_LINE, handler, 0, "four", &job_work);
	if (err) {
		kthread_stop(thread);
		return err;
	}

	return 0;
}

static void __exit four_mechanisms_exit(void)
{
	free_irq(IRQ_LINE, &job_work);
	tasklet_kill(&job_tasklet);
	cancel_work_sync(&busy_work);
	cancel_work_sync(&job_work);
	kthread_stop(thread);
}

module_init(four_mechanisms_init);
module_exit(four_mechanisms_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("One job, four mechanisms");
