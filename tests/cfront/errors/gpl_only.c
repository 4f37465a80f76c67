#include <linux/module.h>
#include <linux/workqueue.h>
static struct workqueue_struct *wq;
static void fn(struct work_struct *work) { }
static DECLARE_WORK(work, fn);

static int __init start(void)
{
	wq = alloc_workqueue("x", 0, 0); // error: 7 [undefined] "uses GPL-only symbol 'alloc_workqueue'"
	if (!wq)
		return -ENOMEM;
	queue_work_on(0, wq, &work);
	return 0;
}

static void __exit stop(void)
{
	destroy_workqueue(wq); // error: 2 [undefined] "uses GPL-only symbol 'destroy_workqueue'"
}
module_init(start);
module_exit(stop);
MODULE_LICENSE("Proprietary");
