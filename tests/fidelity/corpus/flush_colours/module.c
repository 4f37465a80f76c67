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
static struct task_struct *tasks[20];
static void fn(struct work_struct *w) { msleep(20); }
static struct work_struct items[20];
static int flusher(void *data)
{
	long n = (long)data;

	flush_workqueue(wq);
	pr_info("flusher %ld is through\n", n);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);
	return 0;
}
static int __init x_init(void)
{
	long i;

	wq = alloc_workqueue("colours", 0, 1);
	for (i = 0; i < 20; i++) {
		INIT_WORK(&items[i], fn);
		queue_work_on(1, wq, &items[i]);
		tasks[i] = kthread_create(flusher, (void *)i, "flusher/%ld", i);
		kthread_bind(tasks[i], 0);
		wake_up_process(tasks[i]);
		if (i < 4)
			msleep(4);
	}
	return 0;
}
static void __exit x_exit(void)
{
	int i;

	for (i = 0; i < 20; i++)
		kthread_stop(tasks[i]);
	destroy_workqueue(wq);
}

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
