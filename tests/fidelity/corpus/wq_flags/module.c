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
#include <linux/sched.h>
static struct workqueue_struct *q[7];
struct it { struct work_struct w; int n; };
static struct it its[7];
static const char *names[] = { "pe", "hu", "hi", "mr", "lf", "sysfsord", "frz" };
static void fn(struct work_struct *w)
{
	struct it *me = container_of(w, struct it, w);
	char comm[16];
	char kind = current->comm[8];

	get_task_comm(comm, current);
	pr_info("%s: nice %d, %s, kind %c, current %d\n", names[me->n], task_nice(current), strrchr(comm, 'H') ? "H" : "-",
		kind == 'u' ? 'u' : 'c', current_work() == w);
	msleep(20);
}
static int __init x_init(void)
{
	int i;

	q[0] = alloc_workqueue("%s-%d", WQ_POWER_EFFICIENT, 0, "pe", 7);
	q[1] = alloc_workqueue("hu", WQ_UNBOUND | WQ_HIGHPRI, 0);
	q[2] = alloc_workqueue("hi", WQ_HIGHPRI | WQ_CPU_INTENSIVE, 1);
	q[3] = alloc_workqueue("mem-reclaim-with-a-long-name-of-40-characters", WQ_MEM_RECLAIM, 0);
	q[4] = create_freezable_workqueue("lf");
	q[5] = alloc_ordered_workqueue("sysfsord", WQ_SYSFS);
	pr_info("ordered with sysfs: %d\n", q[5] != NULL);
	q[6] = alloc_workqueue("frz", WQ_FREEZABLE, 600);
	for (i = 0; i < 7; i++) {
		its[i].n = i;
		INIT_WORK(&its[i].w, fn);
		if (q[i])
			queue_work_on(1, q[i], &its[i].w);
		msleep(60);
	}
	return 0;
}
static void __exit x_exit(void)
{
	int i;

	for (i = 0; i < 7; i++)
		if (q[i])
			destroy_workqueue(q[i]);
	pr_info("exit\n");
}

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
