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
static DECLARE_COMPLETION(c);
static DECLARE_COMPLETION(d);
static struct workqueue_struct *wq;
struct it { struct work_struct w; int n; };
static struct it its[5];
static void fn(struct work_struct *w)
{
	struct it *me = container_of(w, struct it, w);
	long r = 0;

	switch (me->n) {
	case 0: r = wait_for_completion_timeout(&c, 5); break;
	case 1: wait_for_completion(&c); break;
	case 2: r = wait_for_completion_interruptible(&c); break;
	case 3: r = wait_for_completion_killable_timeout(&c, HZ) > 0; break;
	case 4: wait_for_completion_io(&d); break;
	}
	pr_info("%d: %ld\n", me->n, r);
}
static int thread(void *p)
{
	int r;

	allow_signal(SIGKILL);
	r = wait_for_completion_killable(&d);
	pr_info("killed %d\n", r);
	complete_all(&d);
	return r;
}
static int __init x_init(void)
{
	struct task_struct *t;
	int i;

	wq = alloc_workqueue("cm", WQ_UNBOUND | WQ_HIGHPRI, 0);
	for (i = 0; i < 5; i++) {
		INIT_WORK(&its[i].w, fn);
		its[i].n = i;
		queue_work_on(1, wq, &its[i].w);
		msleep(8);
	}
	pr_info("done %d, try %d\n", completion_done(&c), try_wait_for_completion(&c));
	complete(&c);
	msleep(20);
	complete(&c);
	complete(&c);
	complete(&c);
	msleep(20);
	pr_info("done %d, try %d\n", completion_done(&c), try_wait_for_completion(&c));
	t = kthread_run(thread, NULL, "killme");
	msleep(20);
	send_sig(SIGKILL, t, 1);
	msleep(40);
	pr_info("d done %d\n", completion_done(&d));
	reinit_completion(&d);
	pr_info("d done %d\n", completion_done(&d));
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
