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
static void slow_fn(struct work_struct *w) { pr_info("slow\n"); msleep(400); pr_info("slow ends, refcount %d\n", module_refcount(THIS_MODULE)); }
static DECLARE_WORK(slow, slow_fn);
static void hold_fn(struct work_struct *w)
{
	bool r = try_module_get(THIS_MODULE);

	pr_info("got the module %d, refcount %d\n", r, module_refcount(THIS_MODULE));
	msleep(150);
	if (r)
		module_put(THIS_MODULE);
	pr_info("put\n");
}
static DECLARE_WORK(hold, hold_fn);
static int __init x_init(void)
{
	pr_info("refcount in init %d\n", module_refcount(THIS_MODULE));
	wq = alloc_workqueue("rw", 0, 0);
	queue_work_on(1, wq, &hold);
	return 0;
}
static int set_go(const char *val, const struct kernel_param *kp) { queue_work_on(1, wq, &slow); return 0; }
static const struct kernel_param_ops ops = { .set = set_go };
module_param_cb(go, &ops, NULL, 0200);
static void __exit x_exit(void) { pr_info("exit begins, live %d\n", module_is_live(THIS_MODULE)); queue_work_on(1, wq, &hold); destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
