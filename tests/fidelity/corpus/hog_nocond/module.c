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

#include <linux/ktime.h>
static void burn(int ms) { ktime_t e = ktime_add_ms(ktime_get(), ms); while (ktime_before(ktime_get(), e)) cpu_relax(); }
static struct { struct work_struct w; int id; } it[4];
static void fn(struct work_struct *w) { int id = container_of(w, typeof(it[0]), w)->id; pr_info("%d burns\n", id); burn(40); pr_info("%d done\n", id); }
static int __init x_init(void) { int i; for (i = 0; i < 4; i++) { it[i].id = i; INIT_WORK(&it[i].w, fn); schedule_work_on(1, &it[i].w); } return 0; }
static void __exit x_exit(void) { int i; for (i = 0; i < 4; i++) flush_work(&it[i].w); pr_info("exit\n"); }
module_init(x_init); module_exit(x_exit); MODULE_LICENSE("GPL");
