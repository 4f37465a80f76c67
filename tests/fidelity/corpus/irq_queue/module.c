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
#include <linux/irq_work.h>
static struct workqueue_struct *wq, *hi;
static DEFINE_SPINLOCK(wq_lock);
struct it { struct work_struct w; int n; };
static struct it its[6];
static void fn(struct work_struct *w) { struct it *me = container_of(w, struct it, w); pr_info("%d runs\n", me->n); if (me->n == 0) msleep(50); }
static void iw_cb(struct irq_work *iw)
{
	bool a = queue_work_on(1, wq, &its[1].w), b = queue_work(hi, &its[2].w);

	pr_info("irq work: %d %d, irqs off %d\n", a, b, irqs_disabled());
}
static DEFINE_IRQ_WORK(iw, iw_cb);
static enum hrtimer_restart h_cb(struct hrtimer *t)
{
	bool a = queue_work(wq, &its[3].w), b = cancel_work(&its[4].w);

	pr_info("hrtimer: %d, cancel %d, mod %d\n", a, b, work_pending(&its[5].w));
	return HRTIMER_NORESTART;
}
static struct hrtimer h;
static void far(void *info) { queue_work(wq, &its[5].w); irq_work_queue(&iw); }
static int __init x_init(void)
{
	unsigned long flags;
	int i;

	wq = alloc_workqueue("iq", 0, 2);
	hi = alloc_workqueue("iqh", WQ_HIGHPRI, 0);
	for (i = 0; i < 6; i++) {
		INIT_WORK(&its[i].w, fn);
		its[i].n = i;
	}
	hrtimer_init(&h, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	h.function = h_cb;
	queue_work_on(1, wq, &its[0].w);
	msleep(16);
	smp_call_function_single(1, far, NULL, 1);
	pr_info("called\n");
	msleep(60);
	local_irq_save(flags);
	queue_work_on(1, wq, &its[4].w);
	queue_work_on(0, wq, &its[2].w);
	pr_info("irqs still off\n");
	local_irq_restore(flags);
	msleep(30);
	queue_work_on(1, wq, &its[0].w);
	queue_work_on(1, wq, &its[1].w);
	queue_work_on(1, wq, &its[4].w);
	hrtimer_start(&h, ms_to_ktime(10), HRTIMER_MODE_REL);
	msleep(100);
	spin_lock_irq(&wq_lock);
	queue_work_on(0, wq, &its[5].w);
	pr_info("under lock: pending %d\n", work_pending(&its[5].w));
	spin_unlock_irq(&wq_lock);
	return 0;
}
static void __exit x_exit(void) { hrtimer_cancel(&h); irq_work_sync(&iw); destroy_workqueue(wq); destroy_workqueue(hi); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
