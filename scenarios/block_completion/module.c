// SPDX-License-Identifier: GPL-2.0
/* Block completion: the disk says "done" in an interrupt, a high-priority worker finishes the request. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/completion.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/llist.h>
#include <linux/ktime.h>

#define WRITERS	3

static int disk_us = 800;
module_param(disk_us, int, 0444);
MODULE_PARM_DESC(disk_us, "microseconds that the disk needs for a request");

static bool reclaim = true;
module_param(reclaim, bool, 0444);
MODULE_PARM_DESC(reclaim, "finish requests in a queue of our own that has a rescuer");

struct request {
	struct hrtimer disk;		/* stands for the hardware */
	struct llist_node done_node;
	struct completion done;
	int sector;
	ktime_t submitted;
};

static struct workqueue_struct *done_queue;
static LLIST_HEAD(done_list);
static struct task_struct *writers[WRITERS];
static int finished;

/* Process context: checksums, end of write-back, waking whoever waits. */
static void done_fn(struct work_struct *work)
{
	struct llist_node *batch = llist_reverse_order(llist_del_all(&done_list));
	struct request *request, *next;

	llist_for_each_entry_safe(request, next, batch, done_node) {
		finished++;
		pr_info("sector %d finished after %lld us\n", request->sector, ktime_us_delta(ktime_get(), request->submitted));
		complete(&request->done);
	}
}
static DECLARE_WORK(done_work, done_fn);

/* Hard interrupt context: only note it, the rest may take its time. */
static enum hrtimer_restart disk_interrupt(struct hrtimer *timer)
{
	struct request *request = container_of(timer, struct request, disk);

	llist_add(&request->done_node, &done_list);
	queue_work(reclaim ? done_queue : system_wq, &done_work);

	return HRTIMER_NORESTART;
}

static void submit(struct request *request)
{
	request->submitted = ktime_get();
	hrtimer_start(&request->disk, ns_to_ktime(disk_us * NSEC_PER_USEC), HRTIMER_MODE_REL);
}

static int writer(void *data)
{
	struct request *request = kzalloc(sizeof(*request), GFP_KERNEL);
	int i;

	if (!request)
		return -ENOMEM;
	hrtimer_init(&request->disk, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	request->disk.function = disk_interrupt;
	for (i = 0; i < 3 && !kthread_should_stop(); i++) {
		init_completion(&request->done);
		request->sector = (long)data * 100 + i;
		submit(request);
		wait_for_completion(&request->done);
	}
	kfree(request);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);

	return 0;
}

static void stop_writers(void)
{
	int i;

	for (i = 0; i < WRITERS; i++)
		if (writers[i])
			kthread_stop(writers[i]);
}

static int __init block_completion_init(void)
{
	int i;

	done_queue = alloc_workqueue("blk_done", WQ_HIGHPRI | WQ_MEM_RECLAIM, 0);
	if (!done_queue)
		return -ENOMEM;

	for (i = 0; i < WRITERS; i++) {
		struct task_struct *task = kthread_run(writer, (void *)(long)i, "writer/%d", i);

		if (IS_ERR(task)) {
			stop_writers();
			destroy_workqueue(done_queue);
			return PTR_ERR(task);
		}
		writers[i] = task;
	}

	return 0;
}

static void __exit block_completion_exit(void)
{
	stop_writers();
	flush_work(&done_work);
	destroy_workqueue(done_queue);
	pr_info("%d requests finished\n", finished);
}

module_init(block_completion_init);
module_exit(block_completion_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Requests that finish in a worker");
