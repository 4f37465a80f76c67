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
static int zero;
static struct it *gone;
static void fn(struct work_struct *w)
{
	struct it *me = container_of(w, struct it, w);

	pr_info("%d starts\n", me->n);
	switch (me->n) {
	case 0: pr_info("%d\n", gone->n); break;
	case 1: BUG(); break;
	case 2: pr_info("%d\n", 10 / zero); break;
	case 3: BUG_ON(me->n == 3); break;
	}
	pr_info("%d ends\n", me->n);
}
static int thread(void *d)
{
	pr_info("thread\n");
	msleep(20);
	*(int *)d = 1;
	return 0;
}
static int __init x_init(void)
{
	int i;

	wq = alloc_workqueue("ok", 0, 1);
	for (i = 0; i < 5; i++) {
		INIT_WORK(&its[i].w, fn);
		its[i].n = i;
	}
	queue_work_on(1, wq, &its[4].w);
	msleep(40);
	kthread_run(thread, (void *)8, "faulty");
	msleep(60);
	queue_work_on(1, wq, &its[0].w);
	queue_work_on(1, wq, &its[4].w);
	msleep(60);
	queue_work_on(0, wq, &its[1].w);
	msleep(60);
	schedule_work_on(1, &its[2].w);
	msleep(60);
	schedule_work_on(1, &its[3].w);
	msleep(60);
	pr_info("busy %x\n", work_busy(&its[0].w));
	pr_info("pending %x\n", work_busy(&its[4].w));
	return 0;
}
static void __exit x_exit(void) { pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
