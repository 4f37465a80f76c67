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
#include <linux/semaphore.h>
#include <linux/sched/signal.h>
static DEFINE_MUTEX(m);
static DECLARE_RWSEM(rw);
static struct semaphore sem;
static struct workqueue_struct *wq;
struct it { struct work_struct w; int n; };
static struct it its[7];
static void fn(struct work_struct *w)
{
	struct it *me = container_of(w, struct it, w);
	int r = 0;

	switch (me->n) {
	case 0:
		r = mutex_lock_interruptible(&m);
		msleep(60);
		mutex_unlock(&m);
		break;
	case 1:
		r = mutex_lock_killable(&m);
		msleep(20);
		mutex_unlock(&m);
		break;
	case 2:
		down_write(&rw);
		msleep(60);
		downgrade_write(&rw);
		pr_info("downgraded\n");
		msleep(40);
		up_read(&rw);
		break;
	case 3:
		r = down_read_trylock(&rw);
		down_read(&rw);
		pr_info("reader\n");
		msleep(10);
		up_read(&rw);
		break;
	case 4:
		r = down_write_trylock(&rw);
		down_write(&rw);
		pr_info("writer\n");
		up_write(&rw);
		break;
	case 5:
		r = down_timeout(&sem, 10);
		pr_info("down_timeout %d\n", r);
		r = down_timeout(&sem, HZ);
		break;
	case 6:
		r = down_killable(&sem);
		break;
	}
	pr_info("%d: %d\n", me->n, r);
}
static int thread(void *d)
{
	int r;

	allow_signal(SIGINT);
	r = mutex_lock_interruptible(&m);
	pr_info("mutex interrupted %d\n", r);
	r = down_interruptible(&sem);
	pr_info("sem interrupted %d\n", r);
	flush_signals(current);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);
	return r;
}
static int __init x_init(void)
{
	struct task_struct *t;
	int i;

	sema_init(&sem, 0);
	wq = alloc_workqueue("lm", WQ_UNBOUND, 0);
	mutex_lock(&m);
	t = kthread_run(thread, NULL, "locker");
	msleep(20);
	send_sig(SIGINT, t, 0);
	msleep(20);
	pr_info("trylock %d, locked %d\n", mutex_trylock(&m), mutex_is_locked(&m));
	i = kthread_stop(t);
	pr_info("stop %d\n", i);
	for (i = 0; i < 7; i++) {
		INIT_WORK(&its[i].w, fn);
		its[i].n = i;
		queue_work_on(i % 3, wq, &its[i].w);
		msleep(12);
	}
	mutex_unlock(&m);
	msleep(40);
	up(&sem);
	up(&sem);
	pr_info("down_trylock %d\n", down_trylock(&sem));
	msleep(200);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
