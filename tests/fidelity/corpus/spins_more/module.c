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
#include <linux/seqlock.h>
#include <linux/bottom_half.h>
static DEFINE_SPINLOCK(l);
static DEFINE_RWLOCK(rw);
static DEFINE_SEQLOCK(sl);
static int shared;
static void cb(struct timer_list *t)
{
	spin_lock(&l);
	shared++;
	spin_unlock(&l);
	pr_info("timer\n");
}
static DEFINE_TIMER(t, cb);
static void fn(struct work_struct *w)
{
	unsigned seq, tries = 0;
	int v;

	do {
		seq = read_seqbegin(&sl);
		v = shared;
		tries++;
		cpu_relax();
	} while (read_seqretry(&sl, seq));
	pr_info("read %d, once %d\n", v, tries == 1);
	read_lock_bh(&rw);
	pr_info("in read lock: bh %d\n", in_softirq() > 0);
	read_unlock_bh(&rw);
}
static DECLARE_WORK(item, fn);
static int __init x_init(void)
{
	unsigned long flags;
	u64 end;

	spin_lock_bh(&l);
	mod_timer(&t, jiffies + 1);
	end = ktime_get_ns() + 14000000;
	while (ktime_get_ns() < end)
		cpu_relax();
	pr_info("unlocking, shared %d\n", shared);
	spin_unlock_bh(&l);
	pr_info("unlocked, shared %d\n", shared);
	msleep(20);
	write_seqlock_irqsave(&sl, flags);
	pr_info("irqs off %d, trylock %d\n", irqs_disabled(), spin_trylock(&l));
	spin_unlock(&l);
	write_sequnlock_irqrestore(&sl, flags);
	schedule_work_on(1, &item);
	msleep(20);
	write_lock_irq(&rw);
	pr_info("write locked, try %d\n", read_trylock(&rw));
	write_unlock_irq(&rw);
	pr_info("is locked %d\n", spin_is_locked(&l));
	local_irq_save(flags);
	pr_info("saved, off %d\n", irqs_disabled());
	local_irq_restore(flags);
	preempt_disable();
	pr_info("preempt %d, atomic %d\n", preempt_count() > 0, in_atomic());
	preempt_enable();
	return 0;
}
static void __exit x_exit(void) { flush_work(&item); timer_delete_sync(&t); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
