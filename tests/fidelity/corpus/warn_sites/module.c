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
static struct workqueue_struct *ord, *pc, *bh;
static void fn(struct work_struct *w) { pr_info("item\n"); }
static DECLARE_WORK(item, fn);
static DECLARE_DELAYED_WORK(late, fn);
static struct rcu_work rw;
static void cb(struct timer_list *t) { }
static DEFINE_TIMER(t, cb);
static int __init x_init(void)
{
	ord = alloc_ordered_workqueue("ord", 0);
	pc = alloc_workqueue("pc", 0, 0);
	bh = alloc_workqueue("bh", WQ_BH, 0);
	pr_info("1\n");
	workqueue_set_max_active(ord, 3);
	pr_info("2\n");
	workqueue_set_max_active(bh, 3);
	pr_info("3\n");
	pr_info("4\n");
	queue_work_node(0, pc, &item);
	pr_info("5\n");
	enable_work(&item);
	pr_info("6\n");
	INIT_RCU_WORK(&rw, fn);
	disable_work(&rw.work);
	pr_info("queued %d\n", queue_rcu_work(pc, &rw));
	mod_timer(&t, jiffies + 100);
	t.expires = jiffies + 100;
	pr_info("7\n");
	add_timer(&t);
	pr_info("8\n");
	module_put(THIS_MODULE);
	__module_get(THIS_MODULE);
	pr_info("9\n");
	pr_info("sysfs: %d\n", alloc_ordered_workqueue("osys", WQ_SYSFS) == NULL);
	return 0;
}
static void __exit x_exit(void) { timer_delete_sync(&t); destroy_workqueue(ord); destroy_workqueue(pc); destroy_workqueue(bh); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
