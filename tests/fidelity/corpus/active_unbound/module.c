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
struct usr { struct work_struct w; int n; };
static struct usr us[8];
static void use_fn(struct work_struct *w)
{
	struct usr *me = container_of(w, struct usr, w);

	pr_info("%d in\n", me->n);
	msleep(60);
	pr_info("%d out\n", me->n);
}
static int __init x_init(void)
{
	int i;

	wq = alloc_workqueue("act", WQ_UNBOUND, 1);
	for (i = 0; i < 8; i++) {
		INIT_WORK(&us[i].w, use_fn);
		us[i].n = i;
	}
	for (i = 0; i < 6; i++)
		queue_work(wq, &us[i].w);
	msleep(20);
	pr_info("congested %d\n", workqueue_congested(0, wq));
	workqueue_set_max_active(wq, 3);
	pr_info("raised\n");
	msleep(20);
	workqueue_set_max_active(wq, 1);
	pr_info("lowered\n");
	queue_work(wq, &us[6].w);
	pr_info("cancelled %d\n", cancel_work(&us[4].w));
	msleep(400);
	workqueue_set_max_active(wq, 0);
	workqueue_set_max_active(wq, 1000);
	queue_work(wq, &us[7].w);
	flush_work(&us[7].w);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
