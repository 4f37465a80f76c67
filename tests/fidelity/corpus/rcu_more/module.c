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
#include <linux/srcu.h>
struct rnode { struct rcu_head rcu; int n; };
static struct rcu_work rw1, rw2;
static struct workqueue_struct *wq;
DEFINE_STATIC_SRCU(ss);
static void rfn(struct work_struct *w) { pr_info("rcu work %d\n", to_rcu_work(w) == &rw1 ? 1 : 2); msleep(20); }
static void fn(struct work_struct *w);
static DECLARE_WORK(item, fn);
static void cbk(struct rcu_head *h)
{
	struct rnode *n = container_of(h, struct rnode, rcu);

	pr_info("callback %d, softirq %d\n", n->n, !!in_serving_softirq());
	kfree(n);
}
static void fn(struct work_struct *w)
{
	struct rnode *n = kmalloc(sizeof(*n), GFP_KERNEL);

	n->n = 5;
	call_rcu(&n->rcu, cbk);
	pr_info("called from work\n");
}
static int reader(void *d)
{
	int i = srcu_read_lock(&ss);

	pr_info("reader in\n");
	msleep(80);
	pr_info("reader out\n");
	srcu_read_unlock(&ss, i);
	return 0;
}
static int __init x_init(void)
{
	struct rnode *n;
	unsigned long c;
	bool r;
	int i;

	wq = alloc_workqueue("rm", 0, 0);
	for (i = 0; i < 3; i++) {
		n = kmalloc(sizeof(*n), GFP_KERNEL);
		n->n = i;
		call_rcu(&n->rcu, cbk);
	}
	rcu_barrier();
	pr_info("barrier done\n");
	n = kzalloc(sizeof(*n), GFP_KERNEL);
	kfree_rcu(n, rcu);
	kfree_rcu_mightsleep(kzalloc(32, GFP_KERNEL));
	c = get_state_synchronize_rcu();
	pr_info("poll %d\n", poll_state_synchronize_rcu(c));
	cond_synchronize_rcu(c);
	pr_info("poll %d\n", poll_state_synchronize_rcu(c));
	synchronize_rcu_expedited();
	INIT_RCU_WORK(&rw1, rfn);
	INIT_RCU_WORK(&rw2, rfn);
	r = queue_rcu_work(wq, &rw1);
	pr_info("queue %d\n", r);
	r = queue_rcu_work(wq, &rw1);
	pr_info("again %d, busy %x\n", r, work_busy(&rw1.work));
	r = flush_rcu_work(&rw1);
	pr_info("flush %d\n", r);
	r = flush_rcu_work(&rw2);
	pr_info("flush idle %d\n", r);
	kthread_run(reader, NULL, "reader");
	msleep(20);
	synchronize_srcu(&ss);
	pr_info("srcu done\n");
	schedule_work_on(1, &item);
	msleep(100);
	rcu_read_lock();
	pr_info("held %d\n", rcu_read_lock_held());
	rcu_read_unlock();
	return 0;
}
static void __exit x_exit(void) { rcu_barrier(); srcu_barrier(&ss); destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
