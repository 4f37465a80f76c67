#include <linux/module.h>
#include <linux/workqueue.h>

static struct workqueue_struct *wq;
static void fn(struct work_struct *work) { }
static DECLARE_WORK(own, fn);
static DECLARE_WORK(systems, fn);

static int __init start(void)
{
	wq = alloc_workqueue("other", 0, 0);
	if (!wq)
		return -ENOMEM;
	queue_work(wq, &own);
	schedule_work(&systems); // warning: 2 [exit-stops-nothing] "'systems' is on the system's workqueue"
	return 0;
}

static void __exit stop(void)
{
	destroy_workqueue(wq);
}
module_init(start);
module_exit(stop);
MODULE_LICENSE("GPL");
