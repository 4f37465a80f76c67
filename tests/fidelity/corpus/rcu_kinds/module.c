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
struct thing { int n; struct rcu_head rcu; };
static void freed(struct rcu_head *h)
{
	struct thing *t = container_of(h, struct thing, rcu);

	pr_info("callback of %d, softirq %d\n", t->n, !!in_serving_softirq());
	kfree(t);
}
static int runs;
static void rfn(struct work_struct *w) { pr_info("rcu work runs %d\n", ++runs); }
static struct rcu_work rw;
static struct thing __rcu *shared;
static void reader_fn(struct work_struct *w)
{
	struct thing *t;

	rcu_read_lock();
	t = rcu_dereference(shared);
	pr_info("reader sees %d\n", t ? t->n : -1);
	rcu_read_unlock();
}
static DECLARE_WORK(reader, reader_fn);
static int __init x_init(void)
{
	struct thing *a = kzalloc(sizeof(*a), GFP_KERNEL), *b = kzalloc(sizeof(*b), GFP_KERNEL);
	bool q;

	INIT_RCU_WORK(&rw, rfn);
	a->n = 1;
	b->n = 2;
	rcu_assign_pointer(shared, a);
	schedule_work_on(1, &reader);
	msleep(20);
	rcu_assign_pointer(shared, b);
	call_rcu(&a->rcu, freed);
	pr_info("replaced\n");
	rcu_barrier();
	pr_info("after the barrier\n");
	schedule_work_on(1, &reader);
	flush_work(&reader);
	rcu_assign_pointer(shared, NULL);
	synchronize_rcu();
	pr_info("synchronized\n");
	kfree(b);
	q = queue_rcu_work(system_wq, &rw);
	pr_info("queued %d\n", q);
	q = queue_rcu_work(system_wq, &rw);
	pr_info("again %d\n", q);
	q = flush_rcu_work(&rw);
	pr_info("flushed %d, runs %d\n", q, runs);
	q = flush_rcu_work(&rw);
	pr_info("flushed %d\n", q);
	b = kzalloc(sizeof(*b), GFP_KERNEL);
	kfree_rcu(b, rcu);
	msleep(100);
	return 0;
}
static void __exit x_exit(void) { rcu_barrier(); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
