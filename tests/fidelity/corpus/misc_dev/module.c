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
#include <linux/miscdevice.h>
#include <linux/fs.h>
#include <linux/uaccess.h>
#include <linux/poll.h>
static DECLARE_WAIT_QUEUE_HEAD(q);
static int have;
static void fill_fn(struct work_struct *w) { have += 5; pr_info("filled\n"); wake_up_interruptible(&q); }
static DECLARE_DELAYED_WORK(fill, fill_fn);
static int x_open(struct inode *i, struct file *f) { pr_info("open\n"); return 0; }
static int x_release(struct inode *i, struct file *f) { pr_info("release\n"); return 0; }
static ssize_t x_read(struct file *f, char __user *buf, size_t len, loff_t *pos)
{
	int r;

	pr_info("read\n");
	if (*pos >= 5)
		return 0;
	if (f->f_flags & O_NONBLOCK && !have)
		return -EAGAIN;
	r = wait_event_interruptible(q, have);
	if (r) {
		pr_info("interrupted\n");
		return r;
	}
	have -= 5;
	if (copy_to_user(buf, "data\n", 5))
		return -EFAULT;
	*pos += 5;
	return 5;
}
static ssize_t x_write(struct file *f, const char __user *buf, size_t len, loff_t *pos)
{
	char b[8] = "";

	if (len > 6)
		return -EINVAL;
	if (copy_from_user(b, buf, len))
		return -EFAULT;
	if (b[0] == 'n')
		return -ENOSPC;
	pr_info("write %zu: %c\n", len, b[0]);
	mod_delayed_work(system_wq, &fill, msecs_to_jiffies(60));
	return len;
}
static const struct file_operations fops = { .owner = THIS_MODULE, .open = x_open, .release = x_release, .read = x_read, .write = x_write };
static struct miscdevice md = { .minor = MISC_DYNAMIC_MINOR, .name = "misc_dev", .fops = &fops, .mode = 0644 };
static int __init x_init(void) { int r = misc_register(&md); pr_info("register %d\n", r); return r; }
static void __exit x_exit(void) { misc_deregister(&md); cancel_delayed_work_sync(&fill); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
