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
static DEFINE_MUTEX(m);
static struct workqueue_struct *wq;
struct usr { struct work_struct w; int n; };
static struct usr us[4];
static void use_fn(struct work_struct *w)
{
	struct usr *me = container_of(w, struct usr, w);
	int r = 0;

	if (me->n == 3) {
		pr_info("3: trylock %d locked %d\n", mutex_trylock(&m), mutex_is_locked(&m));
		return;
	}
	if (me->n == 1)
		r = mutex_lock_interruptible(&m);
	else
		mutex_lock(&m);
	pr_info("%d has it, %d\n", me->n, r);
	msleep(60);
	pr_info("%d gives it\n", me->n);
	mutex_unlock(&m);
	if (me->n == 0) {
		mutex_lock(&m);
		pr_info("0 once more\n");
		mutex_unlock(&m);
	}
}
static int __init x_init(void)
{
	int i;

	wq = alloc_workqueue("users", 0, 0);
	for (i = 0; i < 4; i++) {
		INIT_WORK(&us[i].w, use_fn);
		us[i].n = i;
		queue_work_on(1, wq, &us[i].w);
		msleep(12);
	}
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit, locked %d\n", mutex_is_locked(&m)); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
