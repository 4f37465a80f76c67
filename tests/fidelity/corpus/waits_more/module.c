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
static DECLARE_WAIT_QUEUE_HEAD(q);
static int cond, var, tok;
static unsigned long bits;
static struct workqueue_struct *wq;
struct it { struct work_struct w; int n; };
static struct it its[8];
static void fn(struct work_struct *w)
{
	struct it *me = container_of(w, struct it, w);
	long r = -1;
	DEFINE_WAIT_FUNC(wait, woken_wake_function);

	switch (me->n) {
	case 0: r = wait_event_interruptible_timeout(q, cond == 1, 10); break;
	case 1: r = wait_event_killable(q, cond == 2); break;
	case 2: r = wait_event_killable_timeout(q, cond == 2, HZ) > 0; break;
	case 3: r = wait_event_idle_timeout(q, cond == 9, 30); break;
	case 4: wait_var_event(&var, var == 3); r = var; break;
	case 5: r = wait_on_bit_timeout(&bits, 2, TASK_UNINTERRUPTIBLE, 60); break;
	case 6:
		add_wait_queue(&q, &wait);
		r = wait_woken(&wait, TASK_INTERRUPTIBLE, HZ) > 0;
		remove_wait_queue(&q, &wait);
		break;
	case 7: r = wait_event_interruptible_exclusive(q, tok); break;
	}
	pr_info("%d: %ld\n", me->n, r);
}
static int thread(void *d)
{
	int r;

	allow_signal(SIGTERM);
	r = wait_event_interruptible(q, cond == 7);
	pr_info("interrupted %d\n", r);
	return r;
}
static int __init x_init(void)
{
	struct task_struct *t;
	int i;

	wq = alloc_workqueue("wm", WQ_UNBOUND, 0);
	set_bit(2, &bits);
	for (i = 0; i < 8; i++) {
		INIT_WORK(&its[i].w, fn);
		its[i].n = i;
		queue_work_on(1, wq, &its[i].w);
		msleep(8);
	}
	t = kthread_run(thread, NULL, "waiter");
	get_task_struct(t);
	msleep(60);
	cond = 2;
	wake_up(&q);
	msleep(60);
	var = 3;
	wake_up_var(&var);
	msleep(20);
	clear_bit(2, &bits);
	wake_up_bit(&bits, 2);
	msleep(40);
	pr_info("active %d\n", waitqueue_active(&q));
	tok = 1;
	wake_up_interruptible(&q);
	msleep(20);
	send_sig(SIGTERM, t, 0);
	msleep(20);
	i = kthread_stop(t);
	pr_info("stop %d\n", i);
	put_task_struct(t);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
