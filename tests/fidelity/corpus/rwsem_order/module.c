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
static DECLARE_RWSEM(sem);
static struct workqueue_struct *wq;
struct usr { struct work_struct w; int n; };
static struct usr us[6];
static void use_fn(struct work_struct *w)
{
	struct usr *me = container_of(w, struct usr, w);

	switch (me->n) {
	case 0: case 1: case 3: case 4:
		down_read(&sem);
		pr_info("reader %d in\n", me->n);
		msleep(80);
		pr_info("reader %d out\n", me->n);
		up_read(&sem);
		break;
	case 2:
		down_write(&sem);
		pr_info("writer 2 in\n");
		msleep(80);
		pr_info("writer 2 downgrades\n");
		downgrade_write(&sem);
		msleep(80);
		pr_info("writer 2 out\n");
		up_read(&sem);
		break;
	default:
		down_write(&sem);
		pr_info("writer 5 in\n");
		msleep(20);
		up_write(&sem);
	}
}
static int __init x_init(void)
{
	int i;

	wq = alloc_workqueue("users", WQ_UNBOUND, 0);
	for (i = 0; i < 6; i++) {
		INIT_WORK(&us[i].w, use_fn);
		us[i].n = i;
		queue_work(wq, &us[i].w);
		msleep(20);
	}
	pr_info("read %d write %d locked %d\n", down_read_trylock(&sem), down_write_trylock(&sem), rwsem_is_locked(&sem));
	flush_workqueue(wq);
	pr_info("write %d\n", down_write_trylock(&sem));
	up_write(&sem);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
