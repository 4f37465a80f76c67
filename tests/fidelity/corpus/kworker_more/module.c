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
static struct kthread_worker *kw, *kc;
static void kfn(struct kthread_work *w);
static DEFINE_KTHREAD_WORK(a, kfn);
static DEFINE_KTHREAD_WORK(b, kfn);
static DEFINE_KTHREAD_DELAYED_WORK(d, kfn);
static void fn(struct work_struct *w) { pr_info("item: flush\n"); kthread_flush_work(&a); pr_info("item: flushed\n"); }
static DECLARE_WORK(item, fn);
static void kfn(struct kthread_work *w)
{
	char comm[16];

	get_task_comm(comm, current);
	pr_info("%s in %s on %d\n", w == &a ? "a" : w == &b ? "b" : "d", comm, raw_smp_processor_id());
	msleep(50);
	pr_info("%s ends\n", w == &a ? "a" : w == &b ? "b" : "d");
}
static int __init x_init(void)
{
	bool r;

	kw = kthread_create_worker(0, "kw-%d", 3);
	kc = kthread_create_worker_on_cpu(1, 0, "kc/%u", 1);
	r = kthread_queue_work(kw, &a);
	r = kthread_queue_work(kw, &b);
	pr_info("queue b %d\n", r);
	msleep(20);
	r = kthread_cancel_work_sync(&b);
	pr_info("cancel b %d\n", r);
	schedule_work_on(1, &item);
	msleep(12);
	r = kthread_queue_work(kw, &a);
	pr_info("a again %d\n", r);
	kthread_flush_worker(kw);
	pr_info("flushed\n");
	r = kthread_queue_delayed_work(kc, &d, 10);
	pr_info("delayed %d\n", r);
	r = kthread_mod_delayed_work(kc, &d, 20);
	pr_info("mod %d\n", r);
	msleep(100);
	r = kthread_cancel_delayed_work_sync(&d);
	pr_info("cancel running %d\n", r);
	r = kthread_queue_delayed_work(kc, &d, 100);
	r = kthread_cancel_delayed_work_sync(&d);
	pr_info("cancel timer %d\n", r);
	r = kthread_mod_delayed_work(kc, &d, 0);
	pr_info("mod idle 0: %d\n", r);
	kthread_flush_work(&d.work);
	pr_info("flushed d\n");
	kthread_queue_work(kw, &a);
	kthread_queue_work(kw, &b);
	kthread_destroy_worker(kw);
	pr_info("destroyed\n");
	kthread_destroy_worker(kc);
	return 0;
}
static void __exit x_exit(void) { flush_work(&item); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
