// SPDX-License-Identifier: GPL-2.0
/* Random case 9. */
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
static struct delayed_work item0;
static struct delayed_work item1;
static struct delayed_work item2;
static struct work_struct item3;
static struct work_struct item4;
static struct work_struct item5;
static int runs0;
static int runs1;
static int runs2;
static int runs3;
static int runs4;
static int runs5;

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
	msleep(36);
	pr_info("0: queue 1 = %d\n", queue_work_on(1, wq1, &item1.work));
	msleep(72);
	pr_info("0: flush 5\n");
	flush_work(&item5);
	pr_info("0: flushed 5\n");
	msleep(36);
	pr_info("0: flush 5\n");
	flush_work(&item5);
	pr_info("0: flushed 5\n");
	msleep(164);
	pr_info("0: end\n");
}

static void item1_fn(struct work_struct *work)
{
	runs1++;
	pr_info("1: run %d\n", runs1);
	if (runs1 > 4)
		return;
	msleep(92);
	mutex_lock(&lock_a);
	pr_info("1: has a\n");
	msleep(24);
	mutex_unlock(&lock_a);
	msleep(164);
	pr_info("1: queue 4 here = %d\n", queue_work(wq1, &item4));
	msleep(52);
	pr_info("1: end\n");
}

static void item2_fn(struct work_struct *work)
{
	runs2++;
	pr_info("2: run %d\n", runs2);
	if (runs2 > 4)
		return;
	msleep(24);
	pr_info("2: queue 0 = %d\n", queue_work_on(1, wq3, &item0.work));
	msleep(72);
	pr_info("2: end\n");
}

static void item3_fn(struct work_struct *work)
{
	runs3++;
	pr_info("3: run %d\n", runs3);
	if (runs3 > 4)
		return;
	msleep(72);
	pr_info("3: delay 0 by 0 = %d\n", queue_delayed_work_on(1, wq3, &item0, 0));
	msleep(204);
	if (runs3 < 3)
		pr_info("3: queue 3 = %d\n", queue_work_on(1, wq3, &item3));
	msleep(36);
	pr_info("3: end\n");
}

static void item4_fn(struct work_struct *work)
{
	runs4++;
	pr_info("4: run %d\n", runs4);
	if (runs4 > 4)
		return;
	msleep(164);
	pr_info("4: cancel delayed 0 = %d\n", cancel_delayed_work(&item0));
	msleep(52);
	pr_info("4: end\n");
}

static void item5_fn(struct work_struct *work)
{
	runs5++;
	pr_info("5: run %d\n", runs5);
	if (runs5 > 4)
		return;
	msleep(52);
	pr_info("5: end\n");
}

static int __init random_9_init(void)
{
	wq0 = alloc_workqueue("q0", WQ_CPU_INTENSIVE, 0);
	wq1 = alloc_workqueue("q1", WQ_CPU_INTENSIVE, 2);
	wq2 = alloc_workqueue("q2", WQ_HIGHPRI, 1);
	wq3 = alloc_workqueue("q3", WQ_HIGHPRI, 0);
	leaf_wq = alloc_workqueue("leaf", 0, 0);
	INIT_DELAYED_WORK(&item0, item0_fn);
	INIT_DELAYED_WORK(&item1, item1_fn);
	INIT_DELAYED_WORK(&item2, item2_fn);
	INIT_WORK(&item3, item3_fn);
	INIT_WORK(&item4, item4_fn);
	INIT_WORK(&item5, item5_fn);
	pr_info("init: delay 1 by 0 = %d\n", queue_delayed_work_on(1, wq1, &item1, 0));
	pr_info("init: queue 4 = %d\n", queue_work_on(1, wq1, &item4));
	pr_info("init: delay 0 by 23 = %d\n", queue_delayed_work_on(1, wq3, &item0, 23));
	pr_info("init: queue 5 = %d\n", queue_work_on(1, leaf_wq, &item5));
	pr_info("init: flush 5\n");
	flush_work(&item5);
	pr_info("init: flushed 5\n");
	msleep(92);
	pr_info("init: flush 5\n");
	flush_work(&item5);
	pr_info("init: flushed 5\n");
	pr_info("init: flush 5\n");
	flush_work(&item5);
	pr_info("init: flushed 5\n");
	msleep(124);
	pr_info("init: mod 1 by 23 = %d\n", mod_delayed_work_on(1, wq1, &item1, 23));
	msleep(124);
	pr_info("init: cancel 4 = %d\n", cancel_work(&item4));
	pr_info("init: delay 2 by 23 = %d\n", queue_delayed_work_on(1, wq3, &item2, 23));
	msleep(36);
	burn(2);
	msleep(92);
	pr_info("init: queue 3 = %d\n", queue_work_on(1, wq3, &item3));
	msleep(52);
	pr_info("init: mod 0 by 9 = %d\n", mod_delayed_work_on(1, wq3, &item0, 9));
	pr_info("init: queue 4 here = %d\n", queue_work(wq1, &item4));
	msleep(124);
	pr_info("init: done\n");
	return 0;
}

static void __exit random_9_exit(void)
{
	cancel_delayed_work_sync(&item0);
	cancel_delayed_work_sync(&item1);
	cancel_delayed_work_sync(&item2);
	cancel_work_sync(&item3);
	cancel_work_sync(&item4);
	cancel_work_sync(&item5);
	destroy_workqueue(wq0);
	destroy_workqueue(wq1);
	destroy_workqueue(wq2);
	destroy_workqueue(wq3);
	destroy_workqueue(leaf_wq);
	pr_info("bye\n");
}

module_init(random_9_init);
module_exit(random_9_exit);
MODULE_LICENSE("GPL");
