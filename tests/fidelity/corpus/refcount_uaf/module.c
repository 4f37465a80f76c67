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

#include <linux/kref.h>
struct obj { struct kref ref; struct work_struct w; int n; };
static void rel(struct kref *k) { pr_info("release\n"); kfree(container_of(k, struct obj, ref)); }
static void fn(struct work_struct *w) { struct obj *o = container_of(w, struct obj, w); pr_info("n %d\n", o->n); kref_put(&o->ref, rel); }
static int __init x_init(void) { struct obj *o = kzalloc(sizeof(*o), GFP_KERNEL); refcount_t r = REFCOUNT_INIT(1); kref_init(&o->ref); o->n = 4; INIT_WORK(&o->w, fn); kref_get(&o->ref); schedule_work_on(1, &o->w); msleep(40); kref_put(&o->ref, rel); refcount_dec_and_test(&r); pr_info("dec again\n"); refcount_dec_and_test(&r); refcount_inc(&r); return 0; }
static void __exit x_exit(void) { pr_info("exit\n"); }
module_init(x_init); module_exit(x_exit); MODULE_LICENSE("GPL");
