/* A character device of everything: cdev, misc, ioctl, poll, sysfs, a work item that makes it readable. */
#include <linux/cdev.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/poll.h>
#include <linux/proc_fs.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

static dev_t number;
static struct class *class;
static struct cdev cdev;
static struct kobject *directory;
static struct proc_dir_entry *link;
static DECLARE_WAIT_QUEUE_HEAD(readers);
static char text[64];
static size_t length;
static int value = 7;

static void fill(struct work_struct *work)
{
	length = scnprintf(text, sizeof(text), "value %d\n", value);
	wake_up_interruptible(&readers);
}
static DECLARE_DELAYED_WORK(filler, fill);

static int demo_open(struct inode *inode, struct file *file)
{
	pr_info("open %s, minor %u, own cdev %d\n", file->f_path.dentry->d_name.name, iminor(inode), inode->i_cdev == &cdev);
	return iminor(inode) == 1 ? -EBUSY : 0;
}

static int demo_release(struct inode *inode, struct file *file)
{
	pr_info("release\n");
	return 0;
}

static ssize_t demo_read(struct file *file, char __user *buffer, size_t size, loff_t *pos)
{
	if (!length && (file->f_flags & O_NONBLOCK))
		return -EAGAIN;
	if (wait_event_interruptible(readers, length))
		return -ERESTARTSYS;
	return simple_read_from_buffer(buffer, size, pos, text, length);
}

static ssize_t demo_write(struct file *file, const char __user *buffer, size_t size, loff_t *pos)
{
	if (size > 20)
		return -ENOSPC;
	schedule_delayed_work(&filler, HZ / 10);
	return size;
}

static __poll_t demo_poll(struct file *file, poll_table *table)
{
	poll_wait(file, &readers, table);
	return length ? EPOLLIN | EPOLLRDNORM : 0;
}

static long demo_ioctl(struct file *file, unsigned int request, unsigned long argument)
{
	switch (request) {
	case _IOW('k', 1, int):
		return copy_from_user(&value, (void __user *)argument, sizeof(value)) ? -EFAULT : 0;
	case _IOR('k', 2, int):
		return put_user(value, (int __user *)argument) ? -EFAULT : 0;
	case 3:
		return argument + 1;
	}
	return -ENOTTY;
}

static const struct file_operations fops = {
	.owner = THIS_MODULE,
	.open = demo_open,
	.release = demo_release,
	.read = demo_read,
	.write = demo_write,
	.poll = demo_poll,
	.unlocked_ioctl = demo_ioctl,
	.llseek = default_llseek,
};
static struct miscdevice misc = { .minor = MISC_DYNAMIC_MINOR, .name = "demo_misc", .fops = &fops };

static ssize_t value_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", value);
}

static ssize_t value_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf, size_t count)
{
	return kstrtoint(buf, 0, &value) ?: count;
}
static struct kobj_attribute value_file = __ATTR_RW(value);

static int value_get(void *data, u64 *result)
{
	*result = *(int *)data;
	return 0;
}

static int value_set(void *data, u64 new)
{
	*(int *)data = new;
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(debug_fops, value_get, value_set, "0x%llx\n");
static struct dentry *debug_file;

static void undo(void *data)
{
	pr_info("undone\n");
}

static int demo_probe(struct platform_device *pdev)
{
	dev_info(&pdev->dev, "probed\n");
	return devm_add_action_or_reset(&pdev->dev, undo, NULL);
}

static void demo_remove(struct platform_device *pdev)
{
	dev_info(&pdev->dev, "removed\n");
}

static int demo_suspend(struct device *dev)
{
	dev_info(dev, "suspended\n");
	return 0;
}

static int demo_resume(struct device *dev)
{
	dev_info(dev, "resumed\n");
	return 0;
}
static DEFINE_SIMPLE_DEV_PM_OPS(demo_pm, demo_suspend, demo_resume);

static struct platform_driver driver = {
	.probe = demo_probe,
	.remove = demo_remove,
	.driver = { .name = "demo_pdev", .pm = pm_sleep_ptr(&demo_pm) },
};
static struct platform_device *device;

static int __init demo_init(void)
{
	int err = alloc_chrdev_region(&number, 0, 2, "demo");

	if (err)
		return err;
	cdev_init(&cdev, &fops);
	cdev.owner = THIS_MODULE;
	err = cdev_add(&cdev, number, 2);
	class = class_create("demo_class");
	if (err || IS_ERR(class))
		return -ENOMEM;
	device_create(class, NULL, number, NULL, "demo%d", 0);
	device_create(class, NULL, number + 1, NULL, "demo%d", 1);
	device = platform_device_register_simple("demo_pdev", -1, NULL, 0);
	directory = kobject_create_and_add("demo", kernel_kobj);
	debug_file = debugfs_create_file("demo", 0644, NULL, &value, &debug_fops);
	link = proc_symlink("demo_value", NULL, "/sys/kernel/demo/value");
	return misc_register(&misc) ?: platform_driver_register(&driver) ?: sysfs_create_file(directory, &value_file.attr);
}

static void __exit demo_exit(void)
{
	cancel_delayed_work_sync(&filler);
	platform_driver_unregister(&driver);
	platform_device_unregister(device);
	proc_remove(link);
	debugfs_remove(debug_file);
	kobject_put(directory);
	misc_deregister(&misc);
	device_destroy(class, number);
	device_destroy(class, number + 1);
	class_destroy(class);
	cdev_del(&cdev);
	unregister_chrdev_region(number, 2);
}

module_init(demo_init);
module_exit(demo_exit);
MODULE_DESCRIPTION("A character device of everything");
MODULE_LICENSE("GPL");
