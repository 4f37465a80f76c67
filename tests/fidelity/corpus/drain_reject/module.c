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

static struct workqueue_struct *wq;
static void other(struct work_struct *w) { pr_info("other\n"); }
static DECLARE_WORK(b, other);
static void fn(struct work_struct *w) { msleep(120); pr_info("slow end\n"); }
static DECLARE_WORK(a, fn);
static void late(struct work_struct *w) { pr_info("queue: %d\n", queue_work_on(1, wq, &b)); pr_info("again: %d pending %d\n", queue_work_on(1, wq, &b), work_pending(&b)); }
static DECLARE_DELAYED_WORK(d, late);
static int __init x_init(void) { wq = alloc_workqueue("dr", 0, 0); queue_work_on(1, wq, &a); schedule_delayed_work_on(0, &d, 10); drain_workqueue(wq); pr_info("drained\n"); return 0; }
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }
module_init(x_init); module_exit(x_exit); MODULE_LICENSE("GPL");
