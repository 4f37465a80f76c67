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
static int n, m, k;
static void self_fn(struct work_struct *w)
{
	struct delayed_work *d = to_delayed_work(w);

	pr_info("self %d\n", n);
	if (++n < 4) {
		bool a = queue_delayed_work_on(1, wq, d, 5), b = mod_delayed_work_on(1, wq, d, 8);

		pr_info("queued %d, mod %d\n", a, b);
	}
	msleep(12);
}
static void twice_fn(struct work_struct *w)
{
	bool a = schedule_work_on(1, w), b = schedule_work_on(1, w), c = work_pending(w);

	pr_info("twice %d: %d %d pending %d\n", m, a, b, c);
	if (++m == 3)
		pr_info("cancelled itself %d\n", cancel_work(w));
	msleep(8);
}
static void endless_fn(struct work_struct *w) { k++; msleep(8); queue_delayed_work_on(1, wq, to_delayed_work(w), 2); }
static DECLARE_DELAYED_WORK(self, self_fn);
static DECLARE_WORK(twice, twice_fn);
static DECLARE_DELAYED_WORK(endless, endless_fn);
static int __init x_init(void)
{
	bool r;

	wq = alloc_workqueue("ra", WQ_FREEZABLE, 2);
	queue_delayed_work_on(1, wq, &self, 0);
	msleep(200);
	schedule_work_on(1, &twice);
	msleep(100);
	queue_delayed_work_on(1, wq, &endless, 1);
	msleep(90);
	r = cancel_delayed_work_sync(&endless);
	pr_info("stopped %d, some runs %d, pending %d\n", r >= 0, k > 2, delayed_work_pending(&endless));
	k = 0;
	msleep(60);
	pr_info("after: %d\n", k);
	return 0;
}
static void __exit x_exit(void) { cancel_delayed_work_sync(&self); cancel_work_sync(&twice); destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
