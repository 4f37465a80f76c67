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
static struct workqueue_struct *wq, *ub;
static void sleeper_fn(struct work_struct *w) { pr_info("sleeper starts\n"); msleep(300); pr_info("sleeper ends\n"); }
static void job_fn(struct work_struct *w) { pr_info("job\n"); msleep(40); pr_info("job ends\n"); }
static void free_fn(struct work_struct *w) { pr_info("free one\n"); }
static DECLARE_WORK(sleeper, sleeper_fn);
static struct work_struct jobs[3];
static DECLARE_WORK(unbound, free_fn);
static DECLARE_DELAYED_WORK(late, free_fn);
static void tcb(struct timer_list *t) { pr_info("timer on CPU %d\n", raw_smp_processor_id()); }
static struct timer_list t;
static int set_go(const char *val, const struct kernel_param *kp)
{
	int i;

	pr_info("go\n");
	for (i = 0; i < 3; i++)
		queue_work_on(1, wq, &jobs[i]);
	queue_work_on(1, ub, &unbound);
	return 0;
}
static const struct kernel_param_ops ops = { .set = set_go };
module_param_cb(go, &ops, NULL, 0200);
static int cpu_down_(unsigned int cpu) { pr_info("cpu %u goes down\n", cpu); return 0; }
static int up_(unsigned int cpu) { pr_info("cpu %u is up\n", cpu); return 0; }
static int state;
static int __init x_init(void)
{
	int i;

	wq = alloc_workqueue("hp", 0, 2);
	ub = alloc_workqueue("hpu", WQ_UNBOUND, 0);
	for (i = 0; i < 3; i++)
		INIT_WORK(&jobs[i], job_fn);
	timer_setup(&t, tcb, 0);
	state = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "fid/case:online", up_, cpu_down_);
	t.expires = jiffies + 60;
	add_timer_on(&t, 1);
	queue_work_on(1, wq, &sleeper);
	queue_delayed_work_on(1, wq, &late, 58);
	return 0;
}
static void __exit x_exit(void)
{
	cpuhp_remove_state_nocalls(state);
	timer_delete_sync(&t);
	cancel_delayed_work_sync(&late);
	destroy_workqueue(wq);
	destroy_workqueue(ub);
	pr_info("exit\n");
}

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
