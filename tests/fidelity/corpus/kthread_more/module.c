// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/slab.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/completion.h>
#include <linux/hrtimer.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/mutex.h>
#include <linux/wait.h>
#include <linux/smp.h>
#include <linux/cpu.h>
#include <linux/sched.h>
#include <uapi/linux/sched/types.h>
static struct workqueue_struct *wq;
static void fn(struct work_struct *w) { pr_info("item\n"); }
static DECLARE_WORK(item, fn);
static int body(void *d)
{
	pr_info("body %ld on %d, nice %d, policy %d\n", (long)d, raw_smp_processor_id(), task_nice(current), current->policy);
	while (!kthread_should_stop()) {
		if (kthread_should_park()) {
			pr_info("parking %ld\n", (long)d);
			kthread_parkme();
			pr_info("unparked %ld\n", (long)d);
		}
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop() && !kthread_should_park())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	pr_info("body %ld stops\n", (long)d);
	return (int)(long)d;
}
static int burn(void *d)
{
	u64 end = ktime_get_ns() + 40000000;

	while (ktime_get_ns() < end) {
		cpu_relax();
		cond_resched();
	}
	pr_info("burn %ld ends\n", (long)d);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(5);
	return 0;
}
static int never(void *d) { pr_info("never\n"); return 0; }
static int __init x_init(void)
{
	struct task_struct *a, *b, *c, *e, *f;
	int r;

	wq = alloc_workqueue("kt", WQ_HIGHPRI, 0);
	a = kthread_create(body, (void *)1, "body/%d", 1);
	kthread_bind(a, 2);
	pr_info("created %s\n", a->comm);
	wake_up_process(a);
	msleep(20);
	r = kthread_park(a);
	pr_info("park %d\n", r);
	msleep(20);
	kthread_unpark(a);
	msleep(20);
	r = kthread_stop(a);
	pr_info("stop %d\n", r);
	b = kthread_run_on_cpu(body, (void *)2, 1, "oncpu/%u");
	msleep(20);
	r = kthread_stop(b);
	pr_info("stop %d\n", r);
	c = kthread_create_on_node(never, NULL, NUMA_NO_NODE, "never");
	r = kthread_stop(c);
	pr_info("stop of the unwoken %d\n", r);
	e = kthread_create(burn, (void *)1, "burn1");
	f = kthread_create(burn, (void *)2, "burn2");
	kthread_bind(e, 1);
	kthread_bind(f, 1);
	set_user_nice(e, 10);
	sched_set_fifo(f);
	wake_up_process(e);
	wake_up_process(f);
	msleep(8);
	queue_work_on(1, wq, &item);
	msleep(150);
	kthread_stop(e);
	kthread_stop(f);
	c = kthread_create(never, NULL, "%s", "a-very-long-thread-name");
	pr_info("comm %s\n", c->comm);
	kthread_stop(c);
	sched_set_normal(current, 5);
	pr_info("nice %d\n", task_nice(current));
	sched_set_normal(current, 0);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
