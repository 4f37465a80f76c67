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
#include <linux/sched/signal.h>
static struct workqueue_struct *wq;
struct it { struct work_struct w; int n; };
static struct it its[6];
static void fn(struct work_struct *w)
{
	struct it *me = container_of(w, struct it, w);

	switch (me->n) {
	case 0: usleep_range(30000, 31000); break;
	case 1: fsleep(15000); break;
	case 2: fsleep(45000); break;
	case 3: schedule_timeout_uninterruptible(7); break;
	case 4: schedule_timeout_idle(9); break;
	case 5: msleep_interruptible(90); break;
	}
	pr_info("%d woke\n", me->n);
}
static int thread(void *d)
{
	unsigned long left;
	long l;

	allow_signal(SIGUSR1);
	left = msleep_interruptible(400);
	pr_info("left some %d, pending %d\n", left > 100 && left < 400, signal_pending(current));
	flush_signals(current);
	set_current_state(TASK_INTERRUPTIBLE);
	l = schedule_timeout(HZ);
	pr_info("woken %d\n", l > 0 && l < HZ);
	l = schedule_timeout_killable(5);
	pr_info("killable %ld\n", l);
	l = schedule_timeout_interruptible(5);
	pr_info("interruptible %ld\n", l);
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	pr_info("stopped\n");
	return 7;
}
static struct task_struct *th;
static int __init x_init(void)
{
	int i;

	wq = alloc_workqueue("sl", WQ_UNBOUND, 0);
	for (i = 0; i < 6; i++) {
		INIT_WORK(&its[i].w, fn);
		its[i].n = i;
		queue_work_on(1, wq, &its[i].w);
	}
	msleep(150);
	th = kthread_run(thread, NULL, "sleeper");
	msleep(60);
	send_sig(SIGUSR1, th, 0);
	msleep(60);
	wake_up_process(th);
	msleep(100);
	i = kthread_stop(th);
	pr_info("stop %d\n", i);
	ssleep(1);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
