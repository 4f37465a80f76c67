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
static struct workqueue_struct *wq;
static void fn(struct work_struct *w) { pr_info("on %d\n", raw_smp_processor_id()); }
static DECLARE_WORK(a, fn);
static int set_go(const char *val, const struct kernel_param *kp) { queue_work_on(3, wq, &a); return 0; }
static const struct kernel_param_ops ops = { .set = set_go };
module_param_cb(go, &ops, NULL, 0200);
static int __init x_init(void)
{
	wq = alloc_workqueue("masks", WQ_UNBOUND | WQ_SYSFS, 0);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
