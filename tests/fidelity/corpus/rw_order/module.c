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
#include <linux/rwsem.h>
static DECLARE_RWSEM(rw);
static struct workqueue_struct *wq;
struct it { struct work_struct w; int n; };
static struct it its[8];
static void fn(struct work_struct *w)
{
	struct it *me = container_of(w, struct it, w);

	if (me->n == 2 || me->n == 5) {
		down_write(&rw);
		pr_info("writer %d\n", me->n);
		msleep(20);
		up_write(&rw);
	} else {
		down_read(&rw);
		pr_info("reader %d\n", me->n);
		msleep(30);
		up_read(&rw);
	}
}
static int __init x_init(void)
{
	int i;

	wq = alloc_workqueue("ro", 0, 0);
	for (i = 0; i < 8; i++) {
		INIT_WORK(&its[i].w, fn);
		its[i].n = i;
		queue_work_on(1 + i % 3, wq, &its[i].w);
		msleep(i < 2 ? 4 : 8);
	}
	pr_info("locked %d\n", rwsem_is_locked(&rw));
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit, locked %d\n", rwsem_is_locked(&rw)); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
