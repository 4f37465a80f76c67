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
#include <linux/ratelimit.h>
static struct workqueue_struct *wq;
static DEFINE_RATELIMIT_STATE(rs, HZ / 2, 3);
static void fn(struct work_struct *w)
{
	int i;

	for (i = 0; i < 6; i++)
		if (__ratelimit(&rs))
			pr_info("own %d\n", i);
	for (i = 0; i < 13; i++)
		pr_warn_ratelimited("warn %d\n", i);
}
static DECLARE_DELAYED_WORK(d, fn);
static int __init x_init(void)
{
	wq = alloc_workqueue("su", 0, 0);
	queue_delayed_work_on(1, wq, &d, 1);
	msleep(100);
	queue_delayed_work_on(1, wq, &d, 1);
	msleep(800);
	queue_delayed_work_on(1, wq, &d, 1);
	return 0;
}
static int set_go(const char *val, const struct kernel_param *kp) { queue_delayed_work_on(1, wq, &d, 1); return 0; }
static const struct kernel_param_ops ops = { .set = set_go };
module_param_cb(go, &ops, NULL, 0200);
static void __exit x_exit(void) { flush_delayed_work(&d); destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
