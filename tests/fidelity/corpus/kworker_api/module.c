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
static struct kthread_worker *w;
static struct kthread_work a, b;
static struct kthread_delayed_work d;
static int runs;
static void a_fn(struct kthread_work *k) { pr_info("a starts\n"); msleep(60); pr_info("a ends\n"); }
static void b_fn(struct kthread_work *k) { pr_info("b %d\n", ++runs); }
static void d_fn(struct kthread_work *k) { pr_info("delayed\n"); }
static int __init x_init(void)
{
	bool r;

	w = kthread_create_worker_on_cpu(1, 0, "mine/%d", 7);
	kthread_init_work(&a, a_fn);
	kthread_init_work(&b, b_fn);
	kthread_init_delayed_work(&d, d_fn);
	r = kthread_queue_work(w, &a);
	pr_info("a %d\n", r);
	msleep(20);
	r = kthread_queue_work(w, &a);
	pr_info("a while it runs %d\n", r);
	r = kthread_queue_work(w, &b);
	pr_info("b %d\n", r);
	kthread_flush_work(&b);
	pr_info("b flushed\n");
	r = kthread_queue_delayed_work(w, &d, 10);
	pr_info("d %d\n", r);
	r = kthread_mod_delayed_work(w, &d, 20);
	pr_info("d moved %d\n", r);
	msleep(120);
	r = kthread_mod_delayed_work(w, &d, 0);
	pr_info("d idle %d\n", r);
	kthread_flush_worker(w);
	kthread_queue_delayed_work(w, &d, 100);
	r = kthread_cancel_delayed_work_sync(&d);
	pr_info("d cancelled %d\n", r);
	kthread_queue_work(w, &a);
	msleep(20);
	r = kthread_cancel_work_sync(&a);
	pr_info("a cancelled while it runs %d\n", r);
	kthread_queue_work(w, &a);
	kthread_queue_work(w, &b);
	return 0;
}
static void __exit x_exit(void) { kthread_destroy_worker(w); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
