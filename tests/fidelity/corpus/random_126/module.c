// SPDX-License-Identifier: GPL-2.0
/* Random case 126. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/mutex.h>

static struct workqueue_struct *wq0;
static struct workqueue_struct *wq1;
static struct workqueue_struct *wq2;
static struct workqueue_struct *wq3;
static struct workqueue_struct *leaf_wq;
static DEFINE_MUTEX(lock_a);
static DEFINE_MUTEX(lock_b);
static struct work_struct item0;
static struct work_struct item1;
static struct work_struct item2;
static struct work_struct item3;
static struct work_struct item4;
static int runs0;
static int runs1;
static int runs2;
static int runs3;
static int runs4;

static void __maybe_unused burn(int ms)
{
	ktime_t end = ktime_add_ms(ktime_get(), ms);

	while (ktime_before(ktime_get(), end))
		cpu_relax();
}

static void item0_fn(struct work_struct *work)
{
	runs0++;
	pr_info("0: run %d\n", runs0);
	if (runs0 > 4)
		return;
	msleep(92);
	if (runs0 < 3)
		pr_info("0: queue 0 here = %d\n", queue_work(wq3, &item0));
	msleep(36);
	pr_info("0: queue 2 = %d\n", queue_work_on(1, wq2, &item2));
	msleep(72);
	pr_info("0: end\n");
}

static void item1_fn(struct work_struct *work)
{
	runs1++;
	pr_info("1: run %d\n", runs1);
	if (runs1 > 4)
		return;
	msleep(164);
	pr_info("1: queue 4 = %d\n", queue_work_on(1, leaf_wq, &item4));
	msleep(164);
	pr_info("1: queue 0 = %d\n", queue_work_on(1, wq3, &item0));
	msleep(52);
	pr_info("1: end\n");
}

static void item2_fn(struct work_struct *work)
{
	runs2++;
	pr_info("2: run %d\n", runs2);
	if (runs2 > 4)
		return;
	msleep(72);
	pr_info("2: queue 0 here = %d\n", queue_work(wq3, &item0));
	msleep(124);
	pr_info("2: end\n");
}

static void item3_fn(struct work_struct *work)
{
	runs3++;
	pr_info("3: run %d\n", runs3);
	if (runs3 > 4)
		return;
	msleep(36);
	if (runs3 < 3)
		pr_info("3: queue 3 = %d\n", queue_work_on(1, wq1, &item3));
	msleep(124);
	pr_info("3: end\n");
}

static void item4_fn(struct work_struct *work)
{
	runs4++;
	pr_info("4: run %d\n", runs4);
	if (runs4 > 4)
		return;
	msleep(204);
	pr_info("4: end\n");
}

static int __init random_126_init(void)
{
	wq0 = alloc_workqueue("q0", WQ_UNBOUND | WQ_HIGHPRI, 0);
	wq1 = alloc_workqueue("q1", WQ_UNBOUND, 4);
	wq2 = alloc_workqueue("q2", WQ_HIGHPRI, 1);
	wq3 = alloc_workqueue("q3", WQ_MEM_RECLAIM, 0);
	leaf_wq = alloc_workqueue("leaf", 0, 0);
	INIT_WORK(&item0, item0_fn);
	INIT_WORK(&item1, item1_fn);
	INIT_WORK(&item2, item2_fn);
	INIT_WORK(&item3, item3_fn);
	INIT_WORK(&item4, item4_fn);
	pr_info("init: queue 0 = %d\n", queue_work_on(1, wq3, &item0));
	pr_info("init: queue 2 = %d\n", queue_work_on(1, wq2, &item2));
	pr_info("init: queue 3 = %d\n", queue_work_on(1, wq1, &item3));
	pr_info("init: queue 1 = %d\n", queue_work_on(1, wq0, &item1));
	pr_info("init: queue 4 = %d\n", queue_work_on(1, leaf_wq, &item4));
	pr_info("init: queue 0 = %d\n", queue_work_on(1, wq3, &item0));
	pr_info("init: cancel 1 = %d\n", cancel_work(&item1));
	pr_info("init: flush 4\n");
	flush_work(&item4);
	pr_info("init: flushed 4\n");
	msleep(24);
	pr_info("init: flush 4\n");
	flush_work(&item4);
	pr_info("init: flushed 4\n");
	msleep(24);
	pr_info("init: cancel 3 = %d\n", cancel_work(&item3));
	pr_info("init: queue 2 = %d\n", queue_work_on(1, wq2, &item2));
	pr_info("init: queue 1 here = %d\n", queue_work(wq0, &item1));
	msleep(72);
	mutex_lock(&lock_a);
	pr_info("init: has a\n");
	msleep(52);
	mutex_unlock(&lock_a);
	pr_info("init: done\n");
	return 0;
}

static void __exit random_126_exit(void)
{
	cancel_work_sync(&item0);
	cancel_work_sync(&item1);
	cancel_work_sync(&item2);
	cancel_work_sync(&item3);
	cancel_work_sync(&item4);
	destroy_workqueue(wq0);
	destroy_workqueue(wq1);
	destroy_workqueue(wq2);
	destroy_workqueue(wq3);
	destroy_workqueue(leaf_wq);
	pr_info("bye\n");
}

module_init(random_126_init);
module_exit(random_126_exit);
MODULE_LICENSE("GPL");
