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

static int zero; module_param(zero, int, 0);
static void fn(struct work_struct *w) { pr_info("dividing\n"); pr_info("%d\n", 5 / zero); }
static DECLARE_WORK(a, fn);
static int __init x_init(void) { schedule_work_on(1, &a); msleep(60); return 0; }
static void __exit x_exit(void) { pr_info("exit\n"); }
module_init(x_init); module_exit(x_exit); MODULE_LICENSE("GPL");
