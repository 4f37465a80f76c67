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
struct job { struct work_struct w; int n; };
static struct workqueue_struct *wq, *two;
static void free_fn(struct work_struct *w) { struct job *j = container_of(w, struct job, w); pr_info("job %d frees itself\n", j->n); kfree(j); }
static void stack_fn(struct work_struct *w) { pr_info("on stack\n"); msleep(30); }
static void one_fn(struct work_struct *w) { pr_info("one\n"); msleep(30); pr_info("one ends\n"); }
static void other_fn(struct work_struct *w) { pr_info("other\n"); }
static DECLARE_WORK(item, one_fn);
static int helper(void)
{
	struct work_struct w;
	struct delayed_work d;
	bool r;

	INIT_WORK_ONSTACK(&w, stack_fn);
	INIT_DELAYED_WORK_ONSTACK(&d, stack_fn);
	queue_work_on(1, wq, &w);
	queue_delayed_work_on(1, wq, &d, 10);
	r = flush_work(&w);
	pr_info("flushed %d\n", r);
	r = cancel_delayed_work_sync(&d);
	pr_info("cancelled %d\n", r);
	destroy_work_on_stack(&w);
	destroy_delayed_work_on_stack(&d);
	return r;
}
static int __init x_init(void)
{
	int i;
	bool r;

	wq = alloc_workqueue("sw", 0, 0);
	two = alloc_workqueue("sw2", WQ_UNBOUND, 0);
	for (i = 0; i < 4; i++) {
		struct job *j = kzalloc(sizeof(*j), GFP_KERNEL);

		INIT_WORK(&j->w, free_fn);
		j->n = i;
		queue_work_on(1, wq, &j->w);
	}
	flush_workqueue(wq);
	helper();
	r = queue_work_on(1, wq, &item);
	pr_info("first %d\n", r);
	msleep(12);
	r = queue_work(two, &item);
	pr_info("on another wq while it runs %d\n", r);
	msleep(60);
	queue_work_on(1, wq, &item);
	msleep(12);
	item.func = other_fn;
	r = queue_work_on(1, wq, &item);
	pr_info("as another %d, busy %x\n", r, work_busy(&item));
	msleep(60);
	INIT_WORK(&item, one_fn);
	r = flush_work(&item);
	pr_info("flush of a fresh one %d, busy %x\n", r, work_busy(&item));
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); destroy_workqueue(two); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
