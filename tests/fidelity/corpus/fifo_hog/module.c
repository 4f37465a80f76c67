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
#include <uapi/linux/sched/types.h>
static struct workqueue_struct *wq, *hi;
struct it { struct work_struct w; int n; };
static struct it its[4];
static void burn(int ms)
{
	u64 end = ktime_get_ns() + ms * 1000000ULL;

	while (ktime_get_ns() < end)
		cpu_relax();
}
static void fn(struct work_struct *w) { struct it *me = container_of(w, struct it, w); pr_info("%d\n", me->n); burn(3); cond_resched(); pr_info("%d ends\n", me->n); }
static int hog(void *p)
{
	int i;

	for (i = 0; i < 3; i++) {
		pr_info("fifo %d\n", i);
		burn(25);
		msleep(20);
	}
	pr_info("fifo done\n");
	return 0;
}
static enum hrtimer_restart cb(struct hrtimer *t) { pr_info("hrtimer\n"); return HRTIMER_NORESTART; }
static struct hrtimer h;
static void tcb(struct timer_list *t) { pr_info("timer\n"); }
static DEFINE_TIMER(tm, tcb);
static int __init x_init(void)
{
	struct task_struct *t;
	int i;

	wq = alloc_workqueue("fh", 0, 0);
	hi = alloc_workqueue("fhh", WQ_HIGHPRI, 0);
	hrtimer_init(&h, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	h.function = cb;
	t = kthread_create(hog, NULL, "fifo");
	kthread_bind(t, 1);
	sched_set_fifo_low(t);
	wake_up_process(t);
	msleep(8);
	for (i = 0; i < 4; i++) {
		INIT_WORK(&its[i].w, fn);
		its[i].n = i;
		queue_work_on(1, i < 2 ? wq : hi, &its[i].w);
	}
	tm.expires = jiffies + 1;
	add_timer_on(&tm, 1);
	hrtimer_start(&h, ms_to_ktime(4), HRTIMER_MODE_REL);
	msleep(200);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); destroy_workqueue(hi); timer_delete_sync(&tm); hrtimer_cancel(&h); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
