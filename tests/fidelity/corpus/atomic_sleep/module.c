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

static DEFINE_SPINLOCK(l);
static void fn(struct work_struct *w) { spin_lock(&l); pr_info("locked\n"); msleep(20); pr_info("woken\n"); spin_unlock(&l); msleep(20); pr_info("end\n"); }
static void leak(struct work_struct *w) { preempt_disable(); pr_info("leaking\n"); }
static DECLARE_WORK(a, fn); static DECLARE_WORK(b, leak);
static int __init x_init(void) { schedule_work_on(1, &a); msleep(100); schedule_work_on(1, &b); msleep(100); return 0; }
static void __exit x_exit(void) { pr_info("exit\n"); }
module_init(x_init); module_exit(x_exit); MODULE_LICENSE("GPL");
