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

static int *nowhere;
static void fn(struct work_struct *w) { pr_info("before\n"); *nowhere = 5; pr_info("after\n"); }
static void fine(struct work_struct *w) { pr_info("fine\n"); }
static DECLARE_WORK(a, fn); static DECLARE_WORK(b, fine);
static int __init x_init(void) { schedule_work_on(1, &a); msleep(60); schedule_work_on(1, &b); msleep(60); pr_info("init done\n"); return 0; }
static void __exit x_exit(void) { pr_info("exit\n"); }
module_init(x_init); module_exit(x_exit); MODULE_LICENSE("GPL");
