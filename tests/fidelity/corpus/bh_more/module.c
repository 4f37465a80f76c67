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
static struct workqueue_struct *bh, *bhhi;
struct it { struct work_struct w; int n; };
static struct it its[6];
static int again;
static void fn(struct work_struct *w)
{
	struct it *me = container_of(w, struct it, w);

	pr_info("%d on %d, softirq %d, current_work %d\n", me->n, smp_processor_id(), !!in_serving_softirq(), current_work() != NULL);
	if (me->n == 4 && again-- > 0)
		queue_work_on(1, bh, w);
}
static struct delayed_work dw;
static void dfn(struct work_struct *w) { pr_info("delayed, softirq %d\n", !!in_serving_softirq()); }
static enum hrtimer_restart hcb(struct hrtimer *t)
{
	queue_work(bhhi, &its[2].w);
	queue_work(bh, &its[1].w);
	return HRTIMER_NORESTART;
}
static struct hrtimer h;
static void tcb(struct timer_list *t)
{
	queue_work(bh, &its[0].w);
	queue_work(bhhi, &its[2].w);
	pr_info("timer done\n");
}
static DEFINE_TIMER(t, tcb);
static int __init x_init(void)
{
	int i;
	bool r;

	bh = alloc_workqueue("mybh", WQ_BH, 0);
	bhhi = alloc_workqueue("mybhhi", WQ_BH | WQ_HIGHPRI, 0);
	for (i = 0; i < 6; i++) {
		INIT_WORK(&its[i].w, fn);
		its[i].n = i;
	}
	INIT_DELAYED_WORK(&dw, dfn);
	hrtimer_init(&h, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	h.function = hcb;
	queue_work_on(1, bh, &its[0].w);
	msleep(30);
	queue_delayed_work_on(1, bh, &dw, 3);
	msleep(40);
	hrtimer_start(&h, ms_to_ktime(5), HRTIMER_MODE_REL);
	msleep(40);
	mod_timer(&t, jiffies + 2);
	msleep(40);
	r = disable_work(&its[3].w);
	pr_info("disable %d\n", r);
	r = queue_work_on(1, bh, &its[3].w);
	pr_info("queue disabled %d\n", r);
	r = enable_and_queue_work(bh, &its[3].w);
	pr_info("enabled %d\n", r);
	msleep(40);
	again = 3;
	queue_work_on(1, bh, &its[4].w);
	msleep(40);
	local_bh_disable();
	queue_work(bh, &its[5].w);
	r = cancel_work(&its[5].w);
	pr_info("cancel %d\n", r);
	queue_work(bh, &its[5].w);
	queue_work(bhhi, &its[2].w);
	pr_info("bh on\n");
	local_bh_enable();
	r = flush_work(&its[5].w);
	pr_info("flush %d\n", r);
	r = cancel_work_sync(&its[5].w);
	pr_info("cancel_sync %d\n", r);
	queue_delayed_work(bhhi, &dw, 5);
	r = flush_delayed_work(&dw);
	pr_info("flush delayed\n");
	workqueue_set_max_active(bh, 3);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(bh); destroy_workqueue(bhhi); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
