#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/slab.h>
#include <linux/delay.h>
#include <linux/timer.h>

struct dev { struct work_struct work; int x; };

static struct workqueue_struct *wq;
static struct work_struct plain;
static struct delayed_work later;
static struct timer_list timer;
static struct dev *dev;
static spinlock_t lock;

static void dev_fn(struct work_struct *work)
{
	struct dev *d = (struct dev *)work; // warning: [cast-container]

	pr_info("x %d", d->x); // warning: 2 [log-newline]
}

static void later_fn(struct work_struct *work)
{
	schedule_delayed_work(&later, 100); // warning: 32 [raw-jiffies] "100 jiffies" ;; [self-requeue] ;; [delayed-exit]
}

static void __maybe_unused free_fn(struct work_struct *work)
{
	struct dev *d = container_of(work, struct dev, work);

	kfree(d);
	pr_info("freed %d\n", d->x); // warning: 27 [use-after-free] "'d' is used after it was freed"
	d = dev;
	pr_info("other %d\n", d->x);
	kfree(d);
	kfree(d); // warning: 2 [use-after-free] "'d' is freed twice"
}

static void timer_fn(struct timer_list *t)
{
	msleep(10); // warning: 2 [sleep-atomic] "msleep() may sleep, and this is a timer function"
	mod_timer(&timer, jiffies + HZ);
}

static void plain_fn(struct work_struct *work)
{
	spin_lock(&lock);
	kfree(kmalloc(8, GFP_KERNEL)); // warning: 8 [sleep-atomic] "holds a spinlock"
	flush_scheduled_work(); // warning: 2 [sleep-atomic] "flush_scheduled_work() may sleep" ;; [flush-system]
	spin_unlock(&lock);
	flush_work(&plain); // warning: 2 [self-flush]
}

static int __init start(void)
{
	struct work_struct local;

	wq = create_workqueue("x"); // warning: 7 [legacy-create] "create_workqueue()" ;; [workqueue-unchecked]
	dev = kmalloc(sizeof(*dev), GFP_KERNEL); // warning: 8 [alloc-unchecked]
	INIT_WORK(&dev->work, dev_fn);
	INIT_WORK(&plain, plain_fn);
	INIT_WORK(&local, dev_fn); // warning: 2 [onstack]
	INIT_DELAYED_WORK(&later, later_fn);
	timer_setup(&timer, timer_fn, 0);
	mod_timer(&timer, jiffies + HZ);
	queue_work(wq, &dev->work);
	queue_work(wq, &dev->work); // warning: 2 [queued-twice]
	schedule_work(&plain);
	flush_scheduled_work(); // warning: 2 [flush-system] "system_wq"
	if (!lock.rlock.raw_lock)
		return -1; // warning: 3 [init-minus-one]
	return 0;
}

static void __exit stop(void)
{
	kfree(dev); // warning: 2 [free-pending]
	del_timer(&timer); // warning: 2 [timer-exit]
	destroy_workqueue(wq);
}
module_init(start);
module_exit(stop);
MODULE_LICENSE("GPL");
