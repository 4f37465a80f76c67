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

#include <linux/irq_work.h>
static void tfn(struct tasklet_struct *t) { pr_info("tasklet softirq %d\n", !!in_serving_softirq()); }
static DECLARE_TASKLET(t1, tfn); static DECLARE_TASKLET(t2, tfn);
static void iw(struct irq_work *w) { pr_info("irq_work hardirq %d\n", !!in_hardirq()); tasklet_schedule(&t1); tasklet_hi_schedule(&t2); }
static struct irq_work work = IRQ_WORK_INIT_HARD(iw);
static enum hrtimer_restart hf(struct hrtimer *h) { static int n; pr_info("hrtimer %d hardirq %d\n", ++n, !!in_hardirq()); if (n < 3) { hrtimer_forward_now(h, ms_to_ktime(30)); return HRTIMER_RESTART; } return HRTIMER_NORESTART; }
static struct hrtimer h;
static int __init x_init(void) { local_bh_disable(); tasklet_schedule(&t1); tasklet_hi_schedule(&t2); tasklet_schedule(&t1); pr_info("scheduled\n"); local_bh_enable(); pr_info("enabled\n"); msleep(40); irq_work_queue(&work); pr_info("irq work queued\n"); msleep(40);
 tasklet_disable(&t1); tasklet_schedule(&t1); msleep(40); pr_info("enable\n"); tasklet_enable(&t1); msleep(40);
 hrtimer_init(&h, CLOCK_MONOTONIC, HRTIMER_MODE_REL); h.function = hf; hrtimer_start(&h, ms_to_ktime(30), HRTIMER_MODE_REL); msleep(200); pr_info("cancel %d\n", hrtimer_cancel(&h)); return 0; }
static void __exit x_exit(void) { tasklet_kill(&t1); tasklet_kill(&t2); pr_info("exit\n"); }
module_init(x_init); module_exit(x_exit); MODULE_LICENSE("GPL");
