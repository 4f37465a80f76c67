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

static struct workqueue_struct *wq; static struct rcu_work rw; 
static void fn(struct work_struct *w) { struct rcu_work *r = to_rcu_work(w); pr_info("rcu work runs %d\n", r == &rw); }
static struct rcu_head head; static void cb(struct rcu_head *h) { pr_info("rcu callback softirq %d\n", !!in_serving_softirq()); }
static int __init x_init(void) { wq = alloc_workqueue("rw", 0, 0); INIT_RCU_WORK(&rw, fn); pr_info("queue %d\n", queue_rcu_work(wq, &rw)); pr_info("queue %d\n", queue_rcu_work(wq, &rw)); pr_info("flush %d\n", flush_rcu_work(&rw));
 call_rcu(&head, cb); rcu_barrier(); pr_info("barrier passed\n"); synchronize_rcu(); pr_info("sync\n"); return 0; }
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }
module_init(x_init); module_exit(x_exit); MODULE_LICENSE("GPL");
