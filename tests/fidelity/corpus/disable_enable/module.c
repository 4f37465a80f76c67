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

static void fn(struct work_struct *w) { pr_info("runs\n"); msleep(60); pr_info("ends\n"); }
static DECLARE_WORK(a, fn); static DECLARE_DELAYED_WORK(d, fn);
static int __init x_init(void) {
 pr_info("disable idle %d\n", disable_work(&a)); pr_info("queue %d\n", schedule_work_on(1, &a)); pr_info("disable again %d\n", disable_work_sync(&a));
 pr_info("enable %d\n", enable_work(&a)); pr_info("enable %d\n", enable_work(&a)); pr_info("queue %d\n", schedule_work_on(1, &a)); msleep(24);
 pr_info("disable running sync %d\n", disable_work_sync(&a)); pr_info("busy %u\n", work_busy(&a)); pr_info("enable_and_queue %d\n", enable_and_queue_work(system_wq, &a)); msleep(100);
 schedule_delayed_work_on(1, &d, 20); pr_info("disable armed %d\n", disable_delayed_work(&d)); msleep(120); pr_info("mod while disabled %d\n", mod_delayed_work(system_wq, &d, 5)); pr_info("enable %d\n", enable_delayed_work(&d));
 pr_info("mod %d\n", mod_delayed_work_on(1, system_wq, &d, 5)); pr_info("mod %d\n", mod_delayed_work_on(1, system_wq, &d, 9)); msleep(200); pr_info("enable idle %d\n", enable_work(&a)); return 0; }
static void __exit x_exit(void) { pr_info("exit\n"); }
module_init(x_init); module_exit(x_exit); MODULE_LICENSE("GPL");
