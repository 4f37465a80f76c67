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
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>
static struct dentry *dir;
static u32 num = 7;
static u64 hexa = 0xabc;
static bool flag;
static atomic_t at = ATOMIC_INIT(3);
static struct kobject *ko;
static int val = 5;
static void fn(struct work_struct *w) { num++; atomic_inc(&at); pr_info("num %u flag %d\n", num, flag); if (ko) sysfs_notify(ko, NULL, "val"); }
static DECLARE_WORK(item, fn);
static int st_show(struct seq_file *m, void *v) { seq_printf(m, "num=%u\n", num); seq_puts(m, "end\n"); seq_putc(m, '\n'); return 0; }
DEFINE_SHOW_ATTRIBUTE(st);
static ssize_t val_show(struct kobject *k, struct kobj_attribute *a, char *buf) { return sysfs_emit(buf, "%d\n", val); }
static ssize_t val_store(struct kobject *k, struct kobj_attribute *a, const char *buf, size_t n)
{
	int r = kstrtoint(buf, 0, &val);

	if (r)
		return r;
	schedule_work_on(1, &item);
	return n;
}
static struct kobj_attribute va = __ATTR_RW(val);
static ssize_t ro_show(struct kobject *k, struct kobj_attribute *a, char *buf) { return sysfs_emit(buf, "ro %d\n", work_busy(&item)); }
static struct kobj_attribute ra = __ATTR_RO(ro);
static struct attribute *attrs[] = { &va.attr, &ra.attr, NULL };
static const struct attribute_group grp = { .attrs = attrs };
static int __init x_init(void)
{
	dir = debugfs_create_dir("dbgf", NULL);
	debugfs_create_u32("num", 0644, dir, &num);
	debugfs_create_x64("hexa", 0444, dir, &hexa);
	debugfs_create_bool("flag", 0644, dir, &flag);
	debugfs_create_atomic_t("at", 0644, dir, &at);
	debugfs_create_file("st", 0444, dir, NULL, &st_fops);
	ko = kobject_create_and_add("dbgf", kernel_kobj);
	return ko ? sysfs_create_group(ko, &grp) : -ENOMEM;
}
static void __exit x_exit(void) { flush_work(&item); debugfs_remove_recursive(dir); kobject_put(ko); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
