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
static void fn(struct work_struct *w) { pr_info("item\n"); }
static DECLARE_WORK(item, fn);
static void t_fn(struct tasklet_struct *t)
{
	pr_info("tasklet in %s\n", current->comm);
	msleep(30);
	pr_info("tasklet slept\n");
	schedule_work_on(1, &item);
}
static DECLARE_TASKLET(t, t_fn);
static int __init x_init(void) { tasklet_schedule(&t); return 0; }
static void __exit x_exit(void) { tasklet_kill(&t); flush_work(&item); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
