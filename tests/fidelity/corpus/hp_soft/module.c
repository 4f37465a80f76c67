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
static struct workqueue_struct *bh, *bnd;
static struct tasklet_struct ta;
static struct timer_list pin;
static struct hrtimer h;
static struct kthread_worker *kw;
static void kfn(struct kthread_work *w) { pr_info("kwork, online 2: %d\n", cpu_online(2)); }
static DEFINE_KTHREAD_WORK(kwk, kfn);
static void bh_fn(struct work_struct *w) { pr_info("bh on %s\n", smp_processor_id() == 2 ? "2" : "another"); }
static DECLARE_DELAYED_WORK(bd, bh_fn);
static void ta_fn(struct tasklet_struct *t) { pr_info("tasklet on %s\n", smp_processor_id() == 2 ? "2" : "another"); }
static void pin_cb(struct timer_list *t) { pr_info("pinned timer on %s\n", smp_processor_id() == 2 ? "2" : "another"); tasklet_schedule(&ta); }
static enum hrtimer_restart h_cb(struct hrtimer *t) { pr_info("hrtimer on %s\n", smp_processor_id() == 2 ? "2" : "another"); return HRTIMER_NORESTART; }
static void fn(struct work_struct *w) { pr_info("item on %s, %s\n", smp_processor_id() == 2 ? "2" : "another", current->comm[8] == '2' ? "kworker/2" : "other worker"); }
static DECLARE_WORK(item, fn);
static long start_on(void *p) { hrtimer_start(&h, ms_to_ktime(400), HRTIMER_MODE_REL); return 0; }
static int set_go(const char *val, const struct kernel_param *kp)
{
	queue_work_on(2, bnd, &item);
	kthread_queue_work(kw, &kwk);
	return 0;
}
static const struct kernel_param_ops ops = { .set = set_go };
module_param_cb(go, &ops, NULL, 0200);
static int __init x_init(void)
{
	bh = alloc_workqueue("hsb", WQ_BH, 0);
	bnd = alloc_workqueue("hsw", 0, 0);
	kw = kthread_create_worker_on_cpu(2, 0, "hsk/%u", 2);
	tasklet_setup(&ta, ta_fn);
	timer_setup(&pin, pin_cb, TIMER_PINNED);
	hrtimer_init(&h, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	h.function = h_cb;
	pin.expires = jiffies + 110;
	add_timer_on(&pin, 2);
	queue_delayed_work_on(2, bh, &bd, 120);
	work_on_cpu(2, start_on, NULL);
	return 0;
}
static void __exit x_exit(void) { kthread_destroy_worker(kw); cancel_delayed_work_sync(&bd); timer_delete_sync(&pin); hrtimer_cancel(&h); tasklet_kill(&ta); destroy_workqueue(bh); destroy_workqueue(bnd); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
