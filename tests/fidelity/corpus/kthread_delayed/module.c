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

static struct kthread_worker *kw; static struct kthread_delayed_work kd; static struct kthread_work k1;
static void fn(struct kthread_work *w) { pr_info("kwork on %s\n", current->comm); msleep(40); pr_info("kwork end\n"); }
static struct task_struct *th; static DECLARE_WAIT_QUEUE_HEAD(wqh); static int flag;
static int tf(void *d) { wait_event_interruptible(wqh, flag || kthread_should_stop()); pr_info("thread flag %d stop %d\n", flag, kthread_should_stop()); while (!kthread_should_stop()) { set_current_state(TASK_INTERRUPTIBLE); if (!kthread_should_stop()) schedule(); __set_current_state(TASK_RUNNING); } return 11; }
static int __init x_init(void) { kw = kthread_create_worker(0, "kw/%d", 3); kthread_init_delayed_work(&kd, fn); kthread_init_work(&k1, fn); pr_info("q %d\n", kthread_queue_delayed_work(kw, &kd, 10)); pr_info("q %d\n", kthread_queue_delayed_work(kw, &kd, 10)); pr_info("mod %d\n", kthread_mod_delayed_work(kw, &kd, 20)); msleep(140); pr_info("q %d\n", kthread_queue_work(kw, &k1)); kthread_flush_work(&k1); pr_info("flushed\n"); kthread_queue_delayed_work(kw, &kd, 50); pr_info("cancel %d\n", kthread_cancel_delayed_work_sync(&kd));
 th = kthread_run(tf, NULL, "waiter"); msleep(40); flag = 1; wake_up(&wqh); msleep(40); pr_info("stop %d\n", kthread_stop(th)); return 0; }
static void __exit x_exit(void) { kthread_destroy_worker(kw); pr_info("exit\n"); }
module_init(x_init); module_exit(x_exit); MODULE_LICENSE("GPL");
