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
#include <linux/semaphore.h>
#include <linux/seqlock.h>
static DEFINE_SEMAPHORE(sem, 2);
static DEFINE_RWLOCK(rw);
static DEFINE_SEQLOCK(seq);
static struct workqueue_struct *wq;
struct usr { struct work_struct w; int n; };
static struct usr us[5];
static int value;
static void use_fn(struct work_struct *w)
{
	struct usr *me = container_of(w, struct usr, w);
	unsigned int s;

	if (me->n == 4) {
		int r = down_timeout(&sem, msecs_to_jiffies(40));

		pr_info("user 4: %d\n", r);
		if (r)
			return;
	} else {
		down(&sem);
	}
	write_lock(&rw);
	value++;
	write_unlock(&rw);
	write_seqlock(&seq);
	write_sequnlock(&seq);
	do {
		s = read_seqbegin(&seq);
	} while (read_seqretry(&seq, s));
	pr_info("user %d is in, value %d\n", me->n, value);
	msleep(100);
	pr_info("user %d leaves\n", me->n);
	up(&sem);
}
static int __init x_init(void)
{
	int i, r;

	wq = alloc_workqueue("users", WQ_UNBOUND, 0);
	for (i = 0; i < 5; i++) {
		INIT_WORK(&us[i].w, use_fn);
		us[i].n = i;
		queue_work(wq, &us[i].w);
		msleep(20);
	}
	r = down_trylock(&sem);
	pr_info("trylock %d\n", r);
	flush_workqueue(wq);
	r = down_trylock(&sem);
	pr_info("trylock %d\n", r);
	r = down_interruptible(&sem);
	pr_info("interruptible %d\n", r);
	up(&sem);
	up(&sem);
	read_lock(&rw);
	pr_info("value %d\n", value);
	read_unlock(&rw);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
