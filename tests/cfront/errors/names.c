#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/slab.h>

struct item { struct work_struct work; int count; };
static int counter;
static struct work_struct other;

static void fn(struct work_struct *work)
{
	struct item *i = container_of(work, struct item, wrk); // error: 51 [syntax] "no member named 'wrk'" => "work"
	pr_info("n %d\n", countr); // error: 20 [undeclared] => "counter"
	sheduled_work(&i->work); // error: 2 [unknown-function] "unknown function 'sheduled_work'" => "schedule_work"
	frobnicate(i); // error: 2 [unknown-function] "unknown function 'frobnicate'"
	queue_work(system_wq, 5); // warning: 24 [int-conversion] "struct work_struct *"
	INIT_WORK(&other, counter); // warning: 2 [int-conversion]
	counter = 4 // error: 13 [syntax] "expected ';'" => ";"
}

static int __init init(void)
{
	return 0;
}
module_init(init);
module_init(init); // error: 1 [redefinition] "module_init() is given twice"
MODULE_LICENSE("GPL");
