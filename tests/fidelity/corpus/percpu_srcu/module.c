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
#include <linux/percpu.h>
#include <linux/srcu.h>
static DEFINE_PER_CPU(int, hits);
static int __percpu *dyn;
DEFINE_STATIC_SRCU(srcu);
static void fn(struct work_struct *w)
{
	int idx;

	this_cpu_inc(hits);
	(*this_cpu_ptr(dyn))++;
	idx = srcu_read_lock(&srcu);
	pr_info("item on CPU %d, hits %d\n", raw_smp_processor_id(), this_cpu_read(hits));
	msleep(60);
	srcu_read_unlock(&srcu, idx);
	pr_info("reader out\n");
}
static struct work_struct items[2];
static int __init x_init(void)
{
	int cpu, i, sum = 0;

	dyn = alloc_percpu(int);
	for (i = 0; i < 2; i++) {
		INIT_WORK(&items[i], fn);
		schedule_work_on(1, &items[i]);
	}
	msleep(20);
	synchronize_srcu(&srcu);
	pr_info("srcu synchronized\n");
	schedule_work_on(0, &items[0]);
	flush_work(&items[0]);
	for_each_possible_cpu(cpu)
		sum += *per_cpu_ptr(dyn, cpu) + per_cpu(hits, cpu);
	pr_info("sum %d, online %u\n", sum, num_online_cpus());
	return 0;
}
static void __exit x_exit(void) { free_percpu(dyn); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
