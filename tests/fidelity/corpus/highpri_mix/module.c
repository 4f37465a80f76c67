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

static struct workqueue_struct *n, *h;
static struct { struct work_struct w; int id; } it[6];
static void fn(struct work_struct *w) { int id = container_of(w, typeof(it[0]), w)->id; pr_info("%d on %s nice %d\n", id, current->comm, task_nice(current)); msleep(30 + 20 * id); pr_info("%d end\n", id); }
static int __init x_init(void) { int i; n = alloc_workqueue("nq", 0, 1); h = alloc_workqueue("hq", WQ_HIGHPRI, 2); for (i = 0; i < 6; i++) { it[i].id = i; INIT_WORK(&it[i].w, fn); queue_work_on(1, i & 1 ? h : n, &it[i].w); } return 0; }
static void __exit x_exit(void) { destroy_workqueue(n); destroy_workqueue(h); pr_info("exit\n"); }
module_init(x_init); module_exit(x_exit); MODULE_LICENSE("GPL");
