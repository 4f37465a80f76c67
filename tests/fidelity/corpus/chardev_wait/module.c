// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
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
#include <linux/mutex.h>
#include <linux/wait.h>
#include <linux/smp.h>
#include <linux/cpu.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/uaccess.h>
static DECLARE_WAIT_QUEUE_HEAD(q);
static char data[64];
static int have;
static void fn(struct work_struct *w)
{
	pr_info("item: data is there\n");
	have = 1;
	wake_up_interruptible(&q);
}
static DECLARE_DELAYED_WORK(item, fn);
static ssize_t dev_read(struct file *f, char __user *buf, size_t n, loff_t *off)
{
	int r;

	if (*off)
		return 0;
	pr_info("%s reads\n", current->comm);
	r = wait_event_interruptible(q, have);
	if (r)
		return r;
	have = 0;
	return simple_read_from_buffer(buf, n, off, data, strlen(data));
}
static ssize_t dev_write(struct file *f, const char __user *buf, size_t n, loff_t *off)
{
	if (n >= sizeof(data))
		return -EINVAL;
	memset(data, 0, sizeof(data));
	if (copy_from_user(data, buf, n))
		return -EFAULT;
	pr_info("%s writes %zu\n", current->comm, n);
	schedule_delayed_work_on(1, &item, msecs_to_jiffies(40));
	return n;
}
static int dev_open(struct inode *i, struct file *f) { pr_info("open\n"); return 0; }
static int dev_release(struct inode *i, struct file *f) { pr_info("release\n"); return 0; }
static const struct file_operations fops = { .owner = THIS_MODULE, .open = dev_open, .release = dev_release, .read = dev_read, .write = dev_write };
static struct miscdevice misc = { .minor = MISC_DYNAMIC_MINOR, .name = "chardev_wait", .fops = &fops };
static int __init x_init(void) { return misc_register(&misc); }
static void __exit x_exit(void) { cancel_delayed_work_sync(&item); misc_deregister(&misc); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
