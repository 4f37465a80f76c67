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
static struct workqueue_struct *unb, *bnd;
static void fn(struct work_struct *w) { pr_info("node item, kworker %d\n", !!(current->flags & PF_WQ_WORKER)); }
static DECLARE_WORK(a, fn);
static DECLARE_WORK(b, fn);
static DECLARE_WORK(c, fn);
static void each(struct work_struct *w) { msleep(30 + 30 * raw_smp_processor_id()); pr_info("each on %d\n", raw_smp_processor_id()); }
static long on_cpu(void *arg) { pr_info("on cpu %d, %s\n", raw_smp_processor_id(), current_work() ? "work" : "none"); msleep(20); return (long)arg * 2; }
static struct execute_work ew;
static struct work_struct ew4[4];
static void ctx_fn(struct work_struct *w) { pr_info("in context, task %d\n", !in_interrupt()); }
static void cb(struct timer_list *t) { pr_info("from timer: %d\n", execute_in_process_context(ctx_fn, &ew)); }
static DEFINE_TIMER(t, cb);
static int __init x_init(void)
{
	int r;
	long l;

	unb = alloc_workqueue("nu", WQ_UNBOUND, 0);
	bnd = alloc_workqueue("nb", 0, 0);
	r = queue_work_node(0, unb, &a);
	pr_info("node 0: %d\n", r);
	msleep(40);
	r = queue_work_node(NUMA_NO_NODE, unb, &b);
	pr_info("no node: %d\n", r);
	msleep(40);
	r = queue_work_node(0, bnd, &c);
	pr_info("bound: %d\n", r);
	msleep(40);
	for_each_online_cpu(r) {
		INIT_WORK(&ew4[r], each);
		schedule_work_on(r, &ew4[r]);
	}
	for_each_online_cpu(r)
		flush_work(&ew4[r]);
	l = work_on_cpu(2, on_cpu, (void *)21);
	pr_info("work_on_cpu %ld\n", l);
	l = work_on_cpu_safe(3, on_cpu, (void *)4);
	pr_info("safe %ld\n", l);
	l = work_on_cpu_safe(7, on_cpu, (void *)4);
	pr_info("safe offline %ld\n", l);
	r = execute_in_process_context(ctx_fn, &ew);
	pr_info("direct: %d\n", r);
	mod_timer(&t, jiffies + 5);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(unb); destroy_workqueue(bnd); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
