// SPDX-License-Identifier: GPL-2.0
/* A character device that takes a write at once and does the slow part in a work item; a reader waits for it. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/miscdevice.h>
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/wait.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>
#include <linux/slab.h>
#include <linux/list.h>
#include <linux/delay.h>

#define TEXT	32

static int slow_ms = 20;
module_param(slow_ms, int, 0444);
MODULE_PARM_DESC(slow_ms, "milliseconds that one message takes");

struct message {
	struct work_struct work;
	struct list_head list;
	char text[TEXT];
};

static struct workqueue_struct *io_queue;
static DECLARE_WAIT_QUEUE_HEAD(readers);
static DEFINE_MUTEX(ready_lock);
static LIST_HEAD(ready);

static void io_fn(struct work_struct *work)
{
	struct message *message = container_of(work, struct message, work);

	msleep(slow_ms);	/* the device is slow */
	mutex_lock(&ready_lock);
	list_add_tail(&message->list, &ready);
	mutex_unlock(&ready_lock);
	wake_up_interruptible(&readers);
	pr_info("'%s' is through\n", message->text);
}

static ssize_t deferred_write(struct file *file, const char __user *buffer, size_t size, loff_t *pos)
{
	struct message *message = kzalloc(sizeof(*message), GFP_KERNEL);
	size_t length = min_t(size_t, size, TEXT - 1);

	if (!message)
		return -ENOMEM;
	if (copy_from_user(message->text, buffer, length)) {
		kfree(message);
		return -EFAULT;
	}
	strim(message->text);
	INIT_WORK(&message->work, io_fn);
	queue_work(io_queue, &message->work);
	pr_info("'%s' is taken\n", message->text);

	return size;
}

static ssize_t deferred_read(struct file *file, char __user *buffer, size_t size, loff_t *pos)
{
	struct message *message;
	char line[TEXT + 1];
	int length;

	if (*pos)
		return 0;	/* one message for each open */
	if (wait_event_interruptible(readers, !list_empty(&ready)))
		return -ERESTARTSYS;
	mutex_lock(&ready_lock);
	message = list_first_entry_or_null(&ready, struct message, list);
	if (message)
		list_del(&message->list);
	mutex_unlock(&ready_lock);
	if (!message)
		return -EAGAIN;
	length = scnprintf(line, sizeof(line), "%s\n", message->text);
	kfree(message);

	return simple_read_from_buffer(buffer, size, pos, line, length);
}

static __poll_t deferred_poll(struct file *file, poll_table *table)
{
	poll_wait(file, &readers, table);

	return EPOLLOUT | EPOLLWRNORM | (list_empty(&ready) ? 0 : EPOLLIN | EPOLLRDNORM);
}

static const struct file_operations deferred_fops = {
	.owner = THIS_MODULE,
	.read = deferred_read,
	.write = deferred_write,
	.poll = deferred_poll,
};

static struct miscdevice deferred_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "deferred",
	.fops = &deferred_fops,
	.mode = 0666,
};

static int __init deferred_write_init(void)
{
	int err;

	io_queue = alloc_ordered_workqueue("deferred_io", 0);
	if (!io_queue)
		return -ENOMEM;
	err = misc_register(&deferred_device);
	if (err)
		destroy_workqueue(io_queue);

	return err;
}

static void __exit deferred_write_exit(void)
{
	struct message *message, *next;

	misc_deregister(&deferred_device);
	destroy_workqueue(io_queue);
	list_for_each_entry_safe(message, next, &ready, list)
		kfree(message);
}

module_init(deferred_write_init);
module_exit(deferred_write_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Deferred I/O of a character device");
