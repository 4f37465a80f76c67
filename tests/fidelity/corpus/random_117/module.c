// SPDX-License-Identifier: GPL-2.0
/* Random case 117. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/mutex.h>

static struct workqueue_struct *wq0;
static struct workqueue_struct *wq1;
static struct workqueue_struct *leaf_wq;
static DEFINE_MUTEX(lock_a);
static DEFINE_MUTEX(lock_b);
static struct work_struct item0;
static struct work_struct item1;
static struct delayed_work item2;
static struct work_struct item3;
static struct work_struct item4;
static struct delayed_work item5;
static struct work_struct item6;
static struct work_struct item7;
static int runs0;
static int runs1;
static int runs2;
static int runs3;
static int runs4;
static int runs5;
static int runs6;
static int runs7;

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
	msleep(164);
	pr_info("0: queue 6 = %d\n", queue_work_on(1, leaf_wq, &item6));
	msleep(52);
	if (runs0 < 3)
		pr_info("0: queue 0 = %d\n", queue_work_on(1, wq0, &item0));
	msleep(164);
	mutex_lock(&lock_a);
	pr_info("0: has a\n");
	msleep(52);
	mutex_unlock(&lock_a);
	msleep(36);
	pr_info("0: end\n");
}

static void item1_fn(struct work_struct *work)
{
	runs1++;
	pr_info("1: run %d\n", runs1);
	if (runs1 > 4)
		return;
	msleep(36);
	pr_info("1: cancel 0 = %d\n", cancel_work(&item0));
	msleep(72);
	mutex_lock(&lock_b);
	pr_info("1: has b\n");
	msleep(72);
	mutex_unlock(&lock_b);
	msleep(92);
	pr_info("1: queue 4 = %d\n", queue_work_on(1, wq0, &item4));
	msleep(72);
	pr_info("1: end\n");
}

static void item2_fn(struct work_struct *work)
{
	runs2++;
	pr_info("2: run %d\n", runs2);
	if (runs2 > 4)
		return;
	msleep(52);
	pr_info("2: queue 3 = %d\n", queue_work_on(1, wq1, &item3));
	msleep(24);
	pr_info("2: cancel 3 = %d\n", cancel_work(&item3));
	msleep(24);
	pr_info("2: end\n");
}

static void item3_fn(struct work_struct *work)
{
	runs3++;
	pr_info("3: run %d\n", runs3);
	if (runs3 > 4)
		return;
	msleep(92);
	mutex_lock(&lock_b);
	pr_info("3: has b\n");
	msleep(36);
	mutex_unlock(&lock_b);
	msleep(24);
	pr_info("3: queue 7 = %d\n", queue_work_on(1, leaf_wq, &item7));
	msleep(92);
	pr_info("3: end\n");
}

static void item4_fn(struct work_struct *work)
{
	runs4++;
	pr_info("4: run %d\n", runs4);
	if (runs4 > 4)
		return;
	msleep(164);
	pr_info("4: delay 2 by 23 = %d\n", queue_delayed_work_on(1, wq1, &item2, 23));
	msleep(36);
	pr_info("4: end\n");
}

static void item5_fn(struct work_struct *work)
{
	runs5++;
	pr_info("5: run %d\n", runs5);
	if (runs5 > 4)
		return;
	msleep(204);
	pr_info("5: mod 2 by 5 = %d\n", mod_delayed_work_on(1, wq1, &item2, 5));
	msleep(204);
	pr_info("5: queue 6 here = %d\n", queue_work(leaf_wq, &item6));
	msleep(204);
	pr_info("5: queue 4 = %d\n", queue_work_on(1, wq0, &item4));
	msleep(124);
	pr_info("5: end\n");
}

static void item6_fn(struct work_struct *work)
{
	runs6++;
	pr_info("6: run %d\n", runs6);
	if (runs6 > 4)
		return;
	msleep(164);
	pr_info("6: end\n");
}

static void item7_fn(struct work_struct *work)
{
	runs7++;
	pr_info("7: run %d\n", runs7);
	if (runs7 > 4)
		return;
	msleep(124);
	pr_info("7: end\n");
}

static int __init random_117_init(void)
{
	wq0 = alloc_workqueue("q0", WQ_HIGHPRI, 1);
	wq1 = alloc_workqueue("q1", WQ_HIGHPRI, 0);
	leaf_wq = alloc_workqueue("leaf", 0, 0);
	INIT_WORK(&item0, item0_fn);
	INIT_WORK(&item1, item1_fn);
	INIT_DELAYED_WORK(&item2, item2_fn);
	INIT_WORK(&item3, item3_fn);
	INIT_WORK(&item4, item4_fn);
	INIT_DELAYED_WORK(&item5, item5_fn);
	INIT_WORK(&item6, item6_fn);
	INIT_WORK(&item7, item7_fn);
	pr_info("init: queue 6 = %d\n", queue_work_on(1, leaf_wq, &item6));
	pr_info("init: mod 2 by 0 = %d\n", mod_delayed_work_on(1, wq1, &item2, 0));
	pr_info("init: queue 3 = %d\n", queue_work_on(1, wq1, &item3));
	pr_info("init: delay 5 by 5 = %d\n", queue_delayed_work_on(1, wq0, &item5, 5));
	pr_info("init: queue 7 = %d\n", queue_work_on(1, leaf_wq, &item7));
	msleep(36);
	pr_info("init: cancel 3 = %d\n", cancel_work(&item3));
	pr_info("init: queue 1 = %d\n", queue_work_on(1, wq1, &item1));
	pr_info("init: flush 7\n");
	flush_work(&item7);
	pr_info("init: flushed 7\n");
	msleep(24);
	pr_info("init: mod 5 by 23 = %d\n", mod_delayed_work_on(1, wq0, &item5, 23));
	msleep(124);
	pr_info("init: queue 2 = %d\n", queue_work_on(1, wq1, &item2.work));
	pr_info("init: done\n");
	return 0;
}

static void __exit random_117_exit(void)
{
	cancel_work_sync(&item0);
	cancel_work_sync(&item1);
	cancel_delayed_work_sync(&item2);
	cancel_work_sync(&item3);
	cancel_work_sync(&item4);
	cancel_delayed_work_sync(&item5);
	cancel_work_sync(&item6);
	cancel_work_sync(&item7);
	destroy_workqueue(wq0);
	destroy_workqueue(wq1);
	destroy_workqueue(leaf_wq);
	pr_info("bye\n");
}

module_init(random_117_init);
module_exit(random_117_exit);
MODULE_LICENSE("GPL");
