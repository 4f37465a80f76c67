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
static struct workqueue_struct *mr, *plain;
struct it { struct work_struct w; int n; };
static struct it its[6];
static void burn(int ms)
{
	u64 end = ktime_get_ns() + ms * 1000000ULL;

	while (ktime_get_ns() < end)
		cpu_relax();
}
static void fn(struct work_struct *w)
{
	struct it *me = container_of(w, struct it, w);
	char comm[16];

	get_task_comm(comm, current);
	pr_info("%d starts in %s\n", me->n, comm[8] == 'R' ? "rescuer" : "worker");
	msleep(20);
	pr_info("%d ends\n", me->n);
}
static int hog(void *p)
{
	pr_info("hog\n");
	burn(70);
	pr_info("hog yields\n");
	cond_resched();
	burn(30);
	pr_info("hog ends\n");
	return 0;
}
static int __init x_init(void)
{
	int i;

	mr = alloc_workqueue("mr", WQ_MEM_RECLAIM, 0);
	plain = alloc_workqueue("plain", 0, 0);
	for (i = 0; i < 6; i++) {
		INIT_WORK(&its[i].w, fn);
		its[i].n = i;
	}
	queue_work(plain, &its[0].w);
	queue_work(mr, &its[1].w);
	queue_work(mr, &its[2].w);
	queue_work(plain, &its[3].w);
	kthread_run(hog, NULL, "hog");
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(mr); destroy_workqueue(plain); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
