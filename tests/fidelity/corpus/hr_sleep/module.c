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
struct it { struct work_struct w; int n; };
static struct it its[5];
static void fn(struct work_struct *w)
{
	struct it *me = container_of(w, struct it, w);
	ktime_t t = ms_to_ktime(7), from = ktime_get();
	int r = 0, i;

	switch (me->n) {
	case 0:
		set_current_state(TASK_UNINTERRUPTIBLE);
		r = schedule_hrtimeout(&t, HRTIMER_MODE_REL);
		break;
	case 1:
		set_current_state(TASK_INTERRUPTIBLE);
		r = schedule_hrtimeout_range(&t, 2000000, HRTIMER_MODE_REL);
		break;
	case 2:
		for (i = 0; i < 4; i++)
			usleep_range(3000, 3500);
		break;
	case 3:
		usleep_range_state(9000, 9100, TASK_IDLE);
		break;
	case 4:
		t = ktime_add_ms(from, 22);
		set_current_state(TASK_IDLE);
		r = schedule_hrtimeout(&t, HRTIMER_MODE_ABS);
		break;
	}
	pr_info("%d: %d, took at least 7 ms: %d\n", me->n, r, ktime_ms_delta(ktime_get(), from) >= 7);
}
static int __init x_init(void)
{
	int i;

	wq = alloc_workqueue("hs", 0, 0);
	for (i = 0; i < 5; i++) {
		INIT_WORK(&its[i].w, fn);
		its[i].n = i;
		queue_work_on(1, wq, &its[i].w);
		msleep(30);
	}
	for (i = 0; i < 5; i++)
		queue_work_on(1, wq, &its[i].w);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
