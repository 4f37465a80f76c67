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
#include <linux/notifier.h>
static BLOCKING_NOTIFIER_HEAD(chain);
static ATOMIC_NOTIFIER_HEAD(atomic_chain);
static int hear(struct notifier_block *nb, unsigned long ev, void *d) { pr_info("priority %d hears %lu\n", nb->priority, ev); return ev == 3 && nb->priority == 10 ? NOTIFY_STOP : NOTIFY_OK; }
static struct notifier_block n1 = { .notifier_call = hear, .priority = 1 }, n10 = { .notifier_call = hear, .priority = 10 }, n5 = { .notifier_call = hear, .priority = 5 };
static void fn(struct work_struct *w) { pr_info("item calls: %#x\n", blocking_notifier_call_chain(&chain, 2, NULL)); }
static DECLARE_WORK(item, fn);
static int __init x_init(void)
{
	blocking_notifier_chain_register(&chain, &n1);
	blocking_notifier_chain_register(&chain, &n10);
	blocking_notifier_chain_register(&chain, &n5);
	pr_info("twice %d\n", blocking_notifier_chain_register(&chain, &n5));
	pr_info("called %#x\n", blocking_notifier_call_chain(&chain, 1, NULL));
	schedule_work_on(1, &item);
	msleep(20);
	pr_info("stopped %#x\n", blocking_notifier_call_chain(&chain, 3, NULL));
	blocking_notifier_chain_unregister(&chain, &n10);
	pr_info("gone %d\n", blocking_notifier_chain_unregister(&chain, &n10));
	pr_info("called %#x\n", atomic_notifier_call_chain(&atomic_chain, 4, NULL));
	return 0;
}
static void __exit x_exit(void) { flush_work(&item); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
