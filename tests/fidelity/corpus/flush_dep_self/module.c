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

static struct workqueue_struct *rq, *nq;
static void inner(struct work_struct *w) { msleep(30); pr_info("inner\n"); }
static DECLARE_WORK(i, inner);
static void outer(struct work_struct *w) { queue_work_on(1, nq, &i); pr_info("flushing\n"); flush_work(&i); pr_info("flushed\n"); }
static DECLARE_WORK(o, outer);
static int __init x_init(void) { rq = alloc_workqueue("reclaim", WQ_MEM_RECLAIM, 0); nq = alloc_workqueue("plain", 0, 0); queue_work_on(1, rq, &o); flush_work(&o); pr_info("done\n"); return 0; }
static void __exit x_exit(void) { destroy_workqueue(rq); destroy_workqueue(nq); pr_info("exit\n"); }
module_init(x_init); module_exit(x_exit); MODULE_LICENSE("GPL");
