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

static struct workqueue_struct *wq; static struct { struct work_struct w; int id; } it[6];
static void fn(struct work_struct *w) { pr_info("%d starts\n", container_of(w, typeof(it[0]), w)->id); msleep(100); }
static int __init x_init(void) { int i; wq = alloc_workqueue("shown", WQ_SYSFS | WQ_UNBOUND, 1); for (i = 0; i < 6; i++) { it[i].id = i; INIT_WORK(&it[i].w, fn); queue_work(wq, &it[i].w); } return 0; }
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }
module_init(x_init); module_exit(x_exit); MODULE_LICENSE("GPL");
