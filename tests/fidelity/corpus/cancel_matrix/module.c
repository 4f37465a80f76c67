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
static void fn(struct work_struct *w) { pr_info("runs on %d\n", raw_smp_processor_id()); msleep(80); pr_info("done\n"); }
static void block_fn(struct work_struct *w) { msleep(120); }
static DECLARE_DELAYED_WORK(d, fn);
static DECLARE_WORK(block, block_fn);
static void state(const char *what, bool r)
{
	pr_info("%s: %d, busy %x, pending %d, timer %d\n", what, r, work_busy(&d.work), delayed_work_pending(&d),
		timer_pending(&d.timer));
}
static int __init x_init(void)
{
	wq = alloc_workqueue("cm", 0, 1);
	state("cancel idle", cancel_delayed_work(&d));
	state("queue", queue_delayed_work_on(1, wq, &d, 50));
	state("queue again", queue_delayed_work_on(1, wq, &d, 1));
	state("mod timer", mod_delayed_work_on(1, wq, &d, 100));
	state("cancel timer", cancel_delayed_work(&d));
	state("cancel again", cancel_delayed_work(&d));
	state("cancel_sync idle", cancel_delayed_work_sync(&d));
	queue_work_on(1, wq, &block);
	msleep(20);
	state("queue 0 behind", queue_delayed_work_on(1, wq, &d, 0));
	state("mod inactive to timer", mod_delayed_work_on(1, wq, &d, 60));
	state("mod to now", mod_delayed_work_on(1, wq, &d, 0));
	state("cancel inactive", cancel_delayed_work(&d));
	state("queue again", queue_delayed_work_on(1, wq, &d, 0));
	state("disable", disable_delayed_work(&d));
	state("mod disabled", mod_delayed_work_on(1, wq, &d, 5));
	state("enable", enable_delayed_work(&d));
	msleep(200);
	state("mod idle", mod_delayed_work_on(1, wq, &d, 2));
	msleep(50);
	state("running", 0);
	state("mod running", mod_delayed_work_on(0, wq, &d, 3));
	msleep(20);
	state("pending and running", 0);
	state("cancel it", cancel_delayed_work(&d));
	state("queue", queue_delayed_work_on(0, wq, &d, 3));
	state("cancel_sync", cancel_delayed_work_sync(&d));
	state("disable_sync", disable_delayed_work_sync(&d));
	state("enable", enable_delayed_work(&d));
	state("mod 0", mod_delayed_work(wq, &d, 0));
	msleep(30);
	state("flush running", flush_delayed_work(&d));
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
