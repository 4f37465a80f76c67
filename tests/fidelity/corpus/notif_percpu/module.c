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
#include <linux/percpu.h>
#include <linux/percpu_counter.h>
#include <linux/reboot.h>
static DEFINE_PER_CPU(int, hits);
static int __percpu *dyn;
static int nb(struct notifier_block *b, unsigned long ev, void *data);
static struct notifier_block n1 = { .notifier_call = nb, .priority = 1 }, n2 = { .notifier_call = nb, .priority = 5 },
	n3 = { .notifier_call = nb };
static ATOMIC_NOTIFIER_HEAD(ah);
static BLOCKING_NOTIFIER_HEAD(bh);
static RAW_NOTIFIER_HEAD(rh);
static struct percpu_counter pc;
static int nb(struct notifier_block *b, unsigned long ev, void *data)
{
	pr_info("notified %d ev %lu\n", b == &n1 ? 1 : b == &n2 ? 2 : 3, ev);
	if (ev == 2 && b == &n1)
		return NOTIFY_STOP;
	if (ev == 3 && b == &n2)
		return notifier_from_errno(-EPERM);
	return NOTIFY_OK;
}
static void fn(struct work_struct *w)
{
	this_cpu_inc(hits);
	this_cpu_add(*dyn, 10);
	percpu_counter_add(&pc, 100);
	pr_info("on %d: %d %d\n", raw_smp_processor_id(), this_cpu_read(hits), *this_cpu_ptr(dyn));
}
static struct work_struct ws[4];
static void each(void)
{
	int cpu;

	for_each_online_cpu(cpu) {
		INIT_WORK(&ws[cpu], fn);
		schedule_work_on(cpu, &ws[cpu]);
		flush_work(&ws[cpu]);
	}
}
static int __init x_init(void)
{
	int r, cpu, sum = 0;
	atomic_t a = ATOMIC_INIT(5);

	dyn = alloc_percpu(int);
	r = percpu_counter_init(&pc, 7, GFP_KERNEL);
	each();
	each();
	for_each_possible_cpu(cpu)
		sum += per_cpu(hits, cpu) + *per_cpu_ptr(dyn, cpu);
	pr_info("sum %d, counter %lld\n", sum, percpu_counter_sum(&pc));
	atomic_notifier_chain_register(&ah, &n1);
	atomic_notifier_chain_register(&ah, &n2);
	r = atomic_notifier_chain_register(&ah, &n2);
	pr_info("twice %d\n", r);
	r = atomic_notifier_call_chain(&ah, 2, NULL);
	pr_info("stop %x\n", r);
	r = atomic_notifier_call_chain(&ah, 3, NULL);
	pr_info("errno %x %d\n", r, notifier_to_errno(r));
	atomic_notifier_chain_unregister(&ah, &n1);
	r = atomic_notifier_chain_unregister(&ah, &n3);
	pr_info("unregister %d\n", r);
	blocking_notifier_chain_register(&bh, &n3);
	r = blocking_notifier_call_chain(&bh, 1, NULL);
	pr_info("blocking %d\n", r);
	raw_notifier_chain_register(&rh, &n1);
	r = raw_notifier_call_chain(&rh, 9, NULL);
	pr_info("raw %d\n", r);
	pr_info("%d %d %d %d %d\n", atomic_add_return(3, &a), atomic_fetch_sub(1, &a), atomic_inc_not_zero(&a),
		atomic_cmpxchg(&a, 8, 100), atomic_dec_and_test(&a));
	pr_info("%d %d %d\n", atomic_add_unless(&a, 1, 9), atomic_xchg(&a, 2), atomic_dec_if_positive(&a));
	return 0;
}
static void __exit x_exit(void) { percpu_counter_destroy(&pc); free_percpu(dyn); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
