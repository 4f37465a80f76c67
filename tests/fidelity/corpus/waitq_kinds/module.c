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
static DECLARE_WAIT_QUEUE_HEAD(q);
static int tokens, open;
static struct workqueue_struct *wq;
struct waiter { struct work_struct w; int n; };
static struct waiter ws[5];
static void wait_fn(struct work_struct *w)
{
	struct waiter *me = container_of(w, struct waiter, w);
	long left;

	switch (me->n) {
	case 0: case 1: case 2:
		wait_event_exclusive_cmd(q, tokens > 0, (void)0, (void)0);
		tokens--;
		pr_info("waiter %d took a token\n", me->n);
		break;
	case 3:
		wait_event(q, open);
		pr_info("waiter 3: open\n");
		break;
	default:
		left = wait_event_timeout(q, open > 1, msecs_to_jiffies(200));
		pr_info("waiter 4: left %d\n", left > 0);
	}
}
static int __init x_init(void)
{
	DEFINE_WAIT(mine);
	int i;

	wq = alloc_workqueue("waiters", WQ_UNBOUND, 0);
	for (i = 0; i < 5; i++) {
		INIT_WORK(&ws[i].w, wait_fn);
		ws[i].n = i;
		queue_work(wq, &ws[i].w);
		msleep(20);
	}
	pr_info("active %d\n", waitqueue_active(&q));
	tokens = 1;
	wake_up(&q);
	msleep(40);
	tokens = 2;
	wake_up_nr(&q, 2);
	msleep(40);
	open = 1;
	wake_up_all(&q);
	msleep(300);
	prepare_to_wait(&q, &mine, TASK_UNINTERRUPTIBLE);
	pr_info("active %d\n", waitqueue_active(&q));
	schedule_timeout(5);
	finish_wait(&q, &mine);
	pr_info("active %d\n", waitqueue_active(&q));
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
