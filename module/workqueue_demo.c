// SPDX-License-Identifier: GPL-2.0
/*
 * workqueue_demo - five things that workqueues are good for, in one module
 *
 *   1. immediate work   schedule_work(): soon, in a worker of the system's queue
 *   2. delayed work     schedule_delayed_work(): not before a delay has passed
 *   3. own queue        create_singlethread_workqueue(): one item after the other
 *   4. process context  a work function may sleep, lock a mutex, wait for memory
 *   5. periodic work    a delayed work that arms itself again
 *
 * Load it, watch the kernel log for a few seconds, unload it. Unloading at any
 * moment is safe: the exit function leaves nothing queued, armed or running.
 */
#include <linux/module.h>
#include <linux/kernel.h>
#include <linux/init.h>
#include <linux/workqueue.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/delay.h>
#include <linux/sched.h>
#include <linux/jiffies.h>

#define MAX_ITEMS	16
#define NOTE_SIZE	64

static int items = 3;
module_param(items, int, 0444);
MODULE_PARM_DESC(items, "work items for the dedicated queue, 1 to 16");

static int delay = 2;
module_param(delay, int, 0444);
MODULE_PARM_DESC(delay, "seconds before the delayed work runs, and between its rounds");

static int rounds = 2;
module_param(rounds, int, 0444);
MODULE_PARM_DESC(rounds, "how often the delayed work runs");

static int work_ms = 500;
module_param(work_ms, int, 0444);
MODULE_PARM_DESC(work_ms, "milliseconds that a dedicated item takes");

/*
 * What one item of the dedicated queue works on. The work_struct is a member,
 * so the work function, which only gets a pointer to that, finds the rest of
 * it with container_of().
 */
struct demo_task {
	struct work_struct work;
	int id;
	char name[20];
};

static struct work_struct immediate_work;
static struct delayed_work delayed_work;
static struct workqueue_struct *dedicated_wq;

/* Several workers add to it: the mutex is theirs to take, for they may sleep. */
static DEFINE_MUTEX(count_lock);
static int count;

/* Only the delayed work touches it, and no work item runs twice at a time. */
static int rounds_done;

static int count_one(void)
{
	int now;

	mutex_lock(&count_lock);
	now = ++count;
	mutex_unlock(&count_lock);

	return now;
}

static void immediate_fn(struct work_struct *work)
{
	int now = count_one();
	char *note;

	/*
	 * GFP_KERNEL lets the allocator wait for free memory. That is allowed
	 * here, and a bug in an interrupt handler or under a spinlock.
	 */
	note = kmalloc(NOTE_SIZE, GFP_KERNEL);
	if (!note)
		return;

	snprintf(note, NOTE_SIZE, "Count: %d, PID: %d", now, current->pid);
	pr_info("Immediate work executed! %s\n", note);
	kfree(note);

	msleep(100);
	pr_info("Immediate work done\n");
}

static void delayed_fn(struct work_struct *work)
{
	int so_far;

	mutex_lock(&count_lock);
	so_far = count;
	mutex_unlock(&count_lock);
	pr_info("Delayed work executed! Count: %d, PID: %d\n", so_far, current->pid);

	if (++rounds_done >= rounds) {
		pr_info("Delayed work finished\n");
		return;
	}

	/* Periodic work: the delay counts from here, not from the last expiry. */
	pr_info("Rescheduling delayed work (count: %d)\n", so_far);
	count_one();
	schedule_delayed_work(&delayed_work, delay * HZ);
}

static void dedicated_fn(struct work_struct *work)
{
	struct demo_task *task = container_of(work, struct demo_task, work);

	pr_info("Dedicated work [%d]: Processing %s, PID: %d\n",
		task->id, task->name, current->pid);
	count_one();
	msleep(work_ms);
	pr_info("Dedicated work [%d]: Done\n", task->id);

	/* The queue does not look at an item any more once its function runs. */
	kfree(task);
}

static int queue_task(int id)
{
	struct demo_task *task = kmalloc(sizeof(*task), GFP_KERNEL);

	if (!task)
		return -ENOMEM;

	INIT_WORK(&task->work, dedicated_fn);
	task->id = id;
	snprintf(task->name, sizeof(task->name), "task_%d", id);
	queue_work(dedicated_wq, &task->work);
	pr_info("Queued work item %d\n", id);

	return 0;
}

/* Waits for what runs and takes back what does not: nothing of ours is left. */
static void stop_work(void)
{
	cancel_work_sync(&immediate_work);

	/* Also when it arms itself: it cannot do so while this waits for it. */
	if (cancel_delayed_work_sync(&delayed_work))
		pr_info("Delayed work was still waiting: cancelled\n");

	/* Runs what is queued first, so each item is freed by its function. */
	if (dedicated_wq)
		destroy_workqueue(dedicated_wq);
}

static int __init workqueue_demo_init(void)
{
	int err = -ENOMEM;
	int i;

	if (items < 1 || items > MAX_ITEMS || delay < 0 || rounds < 1 || work_ms < 0)
		return -EINVAL;

	INIT_WORK(&immediate_work, immediate_fn);
	INIT_DELAYED_WORK(&delayed_work, delayed_fn);

	pr_info("=== Work Queue Demo ===\n");

	pr_info("1. Scheduling immediate work...\n");
	schedule_work(&immediate_work);
	pr_info("Immediate work scheduled\n");

	pr_info("2. Scheduling delayed work (%d seconds)...\n", delay);
	schedule_delayed_work(&delayed_work, delay * HZ);
	pr_info("Delayed work scheduled\n");

	/* Creating a queue sleeps: the immediate work gets its CPU meanwhile. */
	pr_info("3. Creating dedicated workqueue...\n");
	dedicated_wq = create_singlethread_workqueue("demo_dedicated");
	if (!dedicated_wq)
		goto fail;
	pr_info("Dedicated workqueue created\n");

	for (i = 0; i < items; i++) {
		err = queue_task(i);
		if (err)
			goto fail;
	}

	pr_info("=== Work items scheduled ===\n");
	return 0;

fail:
	stop_work();
	return err;
}

static void __exit workqueue_demo_exit(void)
{
	pr_info("Stopping all work...\n");
	stop_work();
	pr_info("=== Work Queue Demo unloaded ===\n");
}

module_init(workqueue_demo_init);
module_exit(workqueue_demo_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("Workqueue Playground");
MODULE_DESCRIPTION("Immediate, delayed, dedicated and periodic work in process context");
