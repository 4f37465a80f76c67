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
struct usr { struct delayed_work d; int n; };
static struct usr us[5];
static void fn(struct work_struct *w)
{
	struct usr *me = container_of(to_delayed_work(w), struct usr, d);

	pr_info("%d starts\n", me->n);
	msleep(40);
	pr_info("%d ends\n", me->n);
}
static int __init x_init(void)
{
	int i;

	wq = alloc_ordered_workqueue("ord", WQ_HIGHPRI);
	for (i = 0; i < 5; i++) {
		INIT_DELAYED_WORK(&us[i].d, fn);
		us[i].n = i;
	}
	queue_delayed_work(wq, &us[0].d, 10);
	queue_delayed_work_on(1, wq, &us[1].d, 20);
	queue_delayed_work(wq, &us[2].d, 0);
	queue_delayed_work(wq, &us[3].d, 25);
	queue_delayed_work(wq, &us[4].d, 15);
	msleep(88);
	pr_info("cancel 1: %d\n", cancel_delayed_work(&us[1].d));
	pr_info("flush 3: %d\n", flush_delayed_work(&us[3].d));
	return 0;
}
static void __exit x_exit(void) { drain_workqueue(wq); destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
