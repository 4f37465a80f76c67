// SPDX-License-Identifier: GPL-2.0
/* A file whose content a work item prepares; who copies it to the reader? */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/proc_fs.h>
#include <linux/uaccess.h>
#include <linux/delay.h>

static bool worker_copies;
module_param(worker_copies, bool, 0444);
MODULE_PARM_DESC(worker_copies, "the work function itself copies to the reader's buffer");

struct request {
	struct work_struct work;
	char __user *buf;
	char text[32];
	int len;
	unsigned long not_copied;
};

static void prepare_fn(struct work_struct *work)
{
	struct request *req = container_of(work, struct request, work);

	msleep(5);
	req->len = scnprintf(req->text, sizeof(req->text), "from PID %d\n", current->pid);

	if (worker_copies) {
		req->not_copied = copy_to_user(req->buf, req->text, req->len);
		pr_info("the worker could not copy %lu of %d bytes\n", req->not_copied, req->len);
	}
}

static ssize_t mailbox_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	struct request req = { .buf = buf };

	if (*pos || count < sizeof(req.text))
		return 0;

	INIT_WORK_ONSTACK(&req.work, prepare_fn);
	schedule_work(&req.work);
	flush_work(&req.work);
	destroy_work_on_stack(&req.work);

	if (!worker_copies)
		req.not_copied = copy_to_user(buf, req.text, req.len);
	if (req.not_copied)
		return -EFAULT;

	*pos += req.len;
	return req.len;
}

static const struct proc_ops mailbox_ops = {
	.proc_read = mailbox_read,
};

static struct proc_dir_entry *mailbox;

static int __init user_copy_init(void)
{
	mailbox = proc_create("mailbox", 0444, NULL, &mailbox_ops);
	if (!mailbox)
		return -ENOMEM;

	return 0;
}

static void __exit user_copy_exit(void)
{
	proc_remove(mailbox);
}

module_init(user_copy_init);
module_exit(user_copy_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Who may copy to a reader");
