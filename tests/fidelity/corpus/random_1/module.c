// SPDX-License-Identifier: GPL-2.0
/* Random case 1. */
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
static struct delayed_work item2;
static struct work_struct item3;
static struct work_struct item4;
static struct work_struct item5;
static struct work_struct item6;
static int runs0;
static int runs1;
static int runs2;
static int runs3;
static int runs4;
static int runs5;
static int runs6;

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
	msleep(72);
	burn(14);
	msleep(24);
	pr_info("0: queue 6 = %d\n", queue_work_on(1, leaf_wq, &item6));
	msleep(164);
	pr_info("0: flush 6\n");
	flush_work(&item6);
	pr_info("0: flushed 6\n");
	msleep(24);
	pr_info("0: end\n");
}

static void item1_fn(struct work_struct *work)
{
	runs1++;
	pr_info("1: run %d\n", runs1);
	if (runs1 > 4)
		return;
	msleep(72);
	burn(5);
	msleep(124);
	pr_info("1: queue 2 here = %d\n", queue_work(wq3, &item2.work));
	msleep(24);
	pr_info("1: end\n");
}

static void item2_fn(struct work_struct *work)
{
	runs2++;
	pr_info("2: run %d\n", runs2);
	if (runs2 > 4)
		return;
	msleep(164);
	burn(2);
	msleep(52);
	pr_info("2: cancel 6 = %d\n", cancel_work(&item6));
	msleep(92);
	pr_info("2: queue 3 here = %d\n", queue_work(wq0, &item3));
	msleep(164);
	pr_info("2: end\n");
}

static void item3_fn(struct work_struct *work)
{
	runs3++;
	pr_info("3: run %d\n", runs3);
	if (runs3 > 4)
		return;
	msleep(72);
	pr_info("3: queue 4 here = %d\n", queue_work(wq3, &item4));
	msleep(164);
	pr_info("3: cancel 0 = %d\n", cancel_work(&item0));
	msleep(204);
	pr_info("3: end\n");
}

static void item4_fn(struct work_struct *work)
{
	runs4++;
	pr_info("4: run %d\n", runs4);
	if (runs4 > 4)
		return;
	msleep(72);
	pr_info("4: flush 6\n");
	flush_work(&item6);
	pr_info("4: flushed 6\n");
	msleep(52);
	pr_info("4: queue 6 = %d\n", queue_work_on(1, leaf_wq, &item6));
	msleep(124);
	pr_info("4: queue 6 = %d\n", queue_work_on(1, leaf_wq, &item6));
	msleep(52);
	pr_info("4: end\n");
}

static void item5_fn(struct work_struct *work)
{
	runs5++;
	pr_info("5: run %d\n", runs5);
	if (runs5 > 4)
		return;
	msleep(164);
	pr_info("5: end\n");
}

static void item6_fn(struct work_struct *work)
{
	runs6++;
	pr_info("6: run %d\n", runs6);
	if (runs6 > 4)
		return;
	msleep(124);
	pr_info("6: end\n");
}

static int __init random_1_init(void)
{
	wq0 = alloc_ordered_workqueue("q0", 0);
	wq1 = alloc_ordered_workqueue("q1", 0);
	wq2 = alloc_ordered_workqueue("q2", 0);
	wq3 = alloc_workqueue("q3", 0, 3);
	leaf_wq = alloc_workqueue("leaf", 0, 0);
	INIT_WORK(&item0, item0_fn);
	INIT_WORK(&item1, item1_fn);
	INIT_DELAYED_WORK(&item2, item2_fn);
	INIT_WORK(&item3, item3_fn);
	INIT_WORK(&item4, item4_fn);
	INIT_WORK(&item5, item5_fn);
	INIT_WORK(&item6, item6_fn);
	pr_info("init: queue 2 = %d\n", queue_work_on(1, wq3, &item2.work));
	pr_info("init: queue 3 = %d\n", queue_work_on(1, wq0, &item3));
	pr_info("init: queue 4 = %d\n", queue_work_on(1, wq3, &item4));
	pr_info("init: queue 0 = %d\n", queue_work_on(1, wq1, &item0));
	pr_info("init: flush 6\n");
	flush_work(&item6);
	pr_info("init: flushed 6\n");
	msleep(124);
	mutex_lock(&lock_b);
	pr_info("init: has b\n");
	msleep(36);
	mutex_unlock(&lock_b);
	msleep(36);
	burn(5);
	msleep(92);
	pr_info("init: queue 4 = %d\n", queue_work_on(1, wq3, &item4));
	pr_info("init: delay 2 by 23 = %d\n", queue_delayed_work_on(1, wq3, &item2, 23));
	msleep(124);
	pr_info("init: cancel 1 = %d\n", cancel_work(&item1));
	msleep(92);
	pr_info("init: queue 0 = %d\n", queue_work_on(1, wq1, &item0));
	msleep(92);
	pr_info("init: queue 4 = %d\n", queue_work_on(1, wq3, &item4));
	pr_info("init: queue 0 = %d\n", queue_work_on(1, wq1, &item0));
	msleep(92);
	pr_info("init: done\n");
	return 0;
}

static void __exit random_1_exit(void)
{
	cancel_work_sync(&item0);
	cancel_work_sync(&item1);
	cancel_delayed_work_sync(&item2);
	cancel_work_sync(&item3);
	cancel_work_sync(&item4);
	cancel_work_sync(&item5);
	cancel_work_sync(&item6);
	destroy_workqueue(wq0);
	destroy_workqueue(wq1);
	destroy_workqueue(wq2);
	destroy_workqueue(wq3);
	destroy_workqueue(leaf_wq);
	pr_info("bye\n");
}

module_init(random_1_init);
module_exit(random_1_exit);
MODULE_LICENSE("GPL");
