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
static struct workqueue_struct *bound, *unb;
struct it { struct work_struct w; int n; };
static struct it b[8], u[8];
static void fn(struct work_struct *w)
{
	struct it *me = container_of(w, struct it, w);

	pr_info("%d starts\n", me->n);
	msleep(100);
	pr_info("%d ends\n", me->n);
}
static void fill(struct workqueue_struct *wq, struct it *a, int base)
{
	int i;

	for (i = 0; i < 8; i++) {
		INIT_WORK(&a[i].w, fn);
		a[i].n = base + i;
		queue_work_on(i < 6 ? 1 : 0, wq, &a[i].w);
	}
}
static int __init x_init(void)
{
	bool r;

	bound = alloc_workqueue("pb", 0, 2);
	unb = alloc_workqueue("pu", WQ_UNBOUND, 2);
	fill(bound, b, 0);
	msleep(30);
	pr_info("congested %d %d\n", workqueue_congested(1, bound), workqueue_congested(0, bound));
	r = cancel_work(&b[3].w);
	pr_info("cancel inactive %d\n", r);
	workqueue_set_max_active(bound, 4);
	pr_info("raised, congested %d\n", workqueue_congested(1, bound));
	workqueue_set_max_active(bound, 1);
	r = queue_work_on(1, bound, &b[3].w);
	pr_info("again %d, congested %d\n", r, workqueue_congested(1, bound));
	msleep(400);
	fill(unb, u, 20);
	msleep(30);
	pr_info("congested %d %d\n", workqueue_congested(1, unb), workqueue_congested(0, unb));
	workqueue_set_max_active(unb, 1);
	msleep(100);
	workqueue_set_max_active(unb, 3);
	r = cancel_work(&u[5].w);
	pr_info("cancel %d\n", r);
	workqueue_set_max_active(unb, 0);
	workqueue_set_max_active(unb, 4096);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(bound); destroy_workqueue(unb); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
