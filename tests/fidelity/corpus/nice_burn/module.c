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
static struct workqueue_struct *wq;
static void fn(struct work_struct *w) { pr_info("item\n"); }
static DECLARE_DELAYED_WORK(d, fn);
static int burn(void *p)
{
	u64 end = 60000000;
	u64 start = current->se.sum_exec_runtime;

	pr_info("burner %ld starts\n", (long)p);
	while (current->se.sum_exec_runtime - start < end) {
		cpu_relax();
		cond_resched();
	}
	pr_info("burner %ld ends\n", (long)p);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);
	return 0;
}
static struct task_struct *t[3];
static int __init x_init(void)
{
	long i;
	static const int nices[] = { 0, 10, -10 };

	wq = alloc_workqueue("nb", 0, 0);
	for (i = 0; i < 3; i++) {
		t[i] = kthread_create(burn, (void *)i, "burn%ld", i);
		kthread_bind(t[i], 1);
		set_user_nice(t[i], nices[i]);
	}
	for (i = 0; i < 3; i++)
		wake_up_process(t[i]);
	queue_delayed_work_on(1, wq, &d, 5);
	msleep(400);
	return 0;
}
static void __exit x_exit(void)
{
	int i;

	for (i = 0; i < 3; i++)
		kthread_stop(t[i]);
	destroy_workqueue(wq);
	pr_info("exit\n");
}

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
