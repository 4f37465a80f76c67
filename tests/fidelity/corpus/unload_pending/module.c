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

static void fn(struct work_struct *w) { pr_info("ran after unload\n"); }
static DECLARE_DELAYED_WORK(d, fn);
static int __init x_init(void) { schedule_delayed_work(&d, 50); return 0; }
static void __exit x_exit(void) { pr_info("exit without cancel\n"); }
module_init(x_init); module_exit(x_exit); MODULE_LICENSE("GPL");
