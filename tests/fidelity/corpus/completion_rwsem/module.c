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

#include <linux/rwsem.h>
#include <linux/semaphore.h>
static DECLARE_COMPLETION(c); static DECLARE_RWSEM(rw); static DEFINE_SEMAPHORE(sem, 1);
static struct workqueue_struct *wq;
static void r(struct work_struct *w) { down_read(&rw); pr_info("reader in\n"); msleep(80); up_read(&rw); pr_info("reader out\n"); }
static void wr(struct work_struct *w) { down_write(&rw); pr_info("writer in\n"); msleep(60); up_write(&rw); pr_info("writer out\n"); complete(&c); }
static void s(struct work_struct *w) { down(&sem); pr_info("sem in\n"); msleep(60); up(&sem); }
static DECLARE_WORK(r1, r); static DECLARE_WORK(r2, r); static DECLARE_WORK(w1, wr); static DECLARE_WORK(r3, r); static DECLARE_WORK(s1, s); static DECLARE_WORK(s2, s);
static int __init x_init(void) { wq = alloc_workqueue("u", WQ_UNBOUND, 0); queue_work(wq, &r1); msleep(24); queue_work(wq, &r2); msleep(24); queue_work(wq, &w1); msleep(24); queue_work(wq, &r3); pr_info("timeout %lu\n", wait_for_completion_timeout(&c, 2)); wait_for_completion(&c); pr_info("completed\n");
 queue_work(wq, &s1); msleep(24); queue_work(wq, &s2); flush_workqueue(wq); pr_info("trylock %d\n", down_trylock(&sem)); return 0; }
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }
module_init(x_init); module_exit(x_exit); MODULE_LICENSE("GPL");
