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
static struct workqueue_struct *bh, *hi;
static struct work_struct items[14], high;
static struct delayed_work late;
static int n;
static void fn(struct work_struct *w) { n++; pr_info("item %d, softirq %d task %d\n", (int)(w - items), !!in_serving_softirq(), current_work() != NULL); }
static void high_fn(struct work_struct *w) { pr_info("high\n"); }
static void late_fn(struct work_struct *w) { pr_info("late\n"); }
static void queue_fn(struct work_struct *w)
{
	int i;

	local_bh_disable();
	for (i = 0; i < 14; i++)
		queue_work(bh, &items[i]);
	queue_work(hi, &high);
	pr_info("all queued\n");
	local_bh_enable();
	pr_info("bh on, %d ran\n", n);
}
static DECLARE_WORK(queuer, queue_fn);
static int __init x_init(void)
{
	int i;

	bh = alloc_workqueue("soft", WQ_BH, 0);
	hi = alloc_workqueue("softhi", WQ_BH | WQ_HIGHPRI, 0);
	for (i = 0; i < 14; i++)
		INIT_WORK(&items[i], fn);
	INIT_WORK(&high, high_fn);
	INIT_DELAYED_WORK(&late, late_fn);
	schedule_work_on(1, &queuer);
	msleep(60);
	queue_delayed_work_on(1, bh, &late, 5);
	msleep(60);
	pr_info("disable %d\n", disable_work(&items[0]));
	pr_info("queue %d\n", queue_work_on(1, bh, &items[0]));
	pr_info("enable %d\n", enable_work(&items[0]));
	pr_info("queue %d\n", queue_work_on(1, bh, &items[0]));
	msleep(20);
	pr_info("flush %d cancel %d\n", flush_work(&items[0]), cancel_work_sync(&items[0]));
	queue_work(bh, &items[1]);
	flush_workqueue(bh);
	pr_info("flushed\n");
	return 0;
}
static void __exit x_exit(void) { cancel_delayed_work_sync(&late); destroy_workqueue(bh); destroy_workqueue(hi); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
