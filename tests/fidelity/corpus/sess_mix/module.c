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
#include <linux/moduleparam.h>
static int count = 3;
module_param(count, int, 0644);
MODULE_PARM_DESC(count, "how many");
static char *name = "none";
module_param(name, charp, 0444);
static bool quiet;
module_param(quiet, bool, 0644);
static int list[4];
static int nlist;
module_param_array(list, int, &nlist, 0444);
static unsigned short us = 9;
module_param(us, ushort, 0600);
static bool hold;
static int set_hold(const char *val, const struct kernel_param *kp)
{
	bool old = hold;
	int r = param_set_bool(val, kp);

	if (r)
		return r;
	if (hold && !old)
		__module_get(THIS_MODULE);
	if (!hold && old)
		module_put(THIS_MODULE);
	return 0;
}
static const struct kernel_param_ops ops = { .set = set_hold, .get = param_get_bool };
module_param_cb(hold, &ops, &hold, 0644);
static void fn(struct work_struct *w) { pr_info("tick %d\n", count); }
static DECLARE_DELAYED_WORK(d, fn);
static int __init x_init(void)
{
	pr_info("count %d name %s quiet %d nlist %d us %u\n", count, name, quiet, nlist, us);
	if (count < 0)
		return -ERANGE;
	schedule_delayed_work_on(1, &d, 10);
	return 0;
}
static void __exit x_exit(void) { cancel_delayed_work_sync(&d); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
