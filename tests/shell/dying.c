#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/miscdevice.h>
#include <linux/fs.h>
#include <linux/delay.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>
#include <linux/spinlock.h>
static DEFINE_SPINLOCK(lock);
static int *null;
static int opened(struct inode *i, struct file *f) { pr_info("open by %s\n", current->comm); return 0; }
static int released(struct inode *i, struct file *f) { msleep(1); pr_info("release by %s\n", current->comm); return 0; }
static ssize_t dies(struct file *f, char __user *b, size_t n, loff_t *p) { return *null; }
static ssize_t dies_locked(struct file *f, const char __user *b, size_t n, loff_t *p) { spin_lock(&lock); return *null; }
static const struct file_operations fops = { .owner = THIS_MODULE, .open = opened, .release = released, .read = dies, .write = dies_locked };
static struct miscdevice misc = { .minor = MISC_DYNAMIC_MINOR, .name = "dying", .fops = &fops };
static struct kobject *k;
static ssize_t slow_show(struct kobject *o, struct kobj_attribute *a, char *buf) { pr_info("show begins\n"); msleep(200); pr_info("show ends\n"); return sysfs_emit(buf, "slow\n"); }
static struct kobj_attribute slow = __ATTR_RO(slow);
static ssize_t once_store(struct kobject *o, struct kobj_attribute *a, const char *buf, size_t n)
{ bool r = sysfs_remove_file_self(o, &a->attr); pr_info("removed %d\n", r); return n; }
static struct kobj_attribute once = __ATTR_WO(once);
static int __init start(void)
{
	int err = misc_register(&misc);
	if (err) return err;
	k = kobject_create_and_add("demo", kernel_kobj);
	err = sysfs_create_file(k, &slow.attr);
	return err ?: sysfs_create_file(k, &once.attr);
}
static void __exit stop(void)
{
	pr_info("exit\n");
	sysfs_remove_file(k, &slow.attr);
	pr_info("slow removed\n");
	kobject_put(k);
	misc_deregister(&misc);
}
module_init(start); module_exit(stop);
MODULE_LICENSE("GPL");
