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
static DECLARE_COMPLETION(one);
static DECLARE_COMPLETION(all);
static struct workqueue_struct *wq;
struct waiter { struct work_struct w; int n; };
static struct waiter ws[4];
static void wait_fn(struct work_struct *w)
{
	struct waiter *me = container_of(w, struct waiter, w);
	long left;

	if (me->n < 2) {
		left = wait_for_completion_timeout(&one, msecs_to_jiffies(me->n ? 60 : 1000));
		pr_info("waiter %d: %s\n", me->n, left ? "completed" : "timed out");
	} else {
		wait_for_completion(&all);
		pr_info("waiter %d passes\n", me->n);
	}
}
static void complete_fn(struct work_struct *w) { pr_info("completing\n"); complete(&one); }
static DECLARE_DELAYED_WORK(completer, complete_fn);
static int __init x_init(void)
{
	long r;
	int i;

	wq = alloc_workqueue("waiters", WQ_UNBOUND, 0);
	for (i = 0; i < 4; i++) {
		INIT_WORK(&ws[i].w, wait_fn);
		ws[i].n = i;
		queue_work(wq, &ws[i].w);
		msleep(20);
	}
	schedule_delayed_work_on(1, &completer, 30);
	msleep(240);
	pr_info("done one %d all %d\n", completion_done(&one), completion_done(&all));
	complete_all(&all);
	msleep(40);
	pr_info("done all %d try %d\n", completion_done(&all), try_wait_for_completion(&all));
	reinit_completion(&all);
	pr_info("done all %d try %d\n", completion_done(&all), try_wait_for_completion(&all));
	complete(&one);
	complete(&one);
	r = try_wait_for_completion(&one);
	pr_info("try %ld\n", r);
	r = wait_for_completion_interruptible_timeout(&one, 10);
	pr_info("had it: %d\n", r > 0);
	r = wait_for_completion_killable_timeout(&one, 10);
	pr_info("nothing: %ld\n", r);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
