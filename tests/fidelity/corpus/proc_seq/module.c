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
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/debugfs.h>
#include <linux/uaccess.h>
#include <linux/fs.h>
static struct proc_dir_entry *dir;
static struct dentry *dbg;
static u32 counter;
static void fn(struct work_struct *w) { counter++; pr_info("item %u\n", counter); }
static DECLARE_WORK(item, fn);
static void *s_start(struct seq_file *m, loff_t *p) { return *p < 4 ? p : NULL; }
static void *s_next(struct seq_file *m, void *v, loff_t *p) { ++*p; return *p < 4 ? p : NULL; }
static void s_stop(struct seq_file *m, void *v) { }
static int s_show(struct seq_file *m, void *v) { seq_printf(m, "row %lld\n", *(loff_t *)v); return 0; }
static const struct seq_operations sops = { .start = s_start, .next = s_next, .stop = s_stop, .show = s_show };
static int one_show(struct seq_file *m, void *v) { seq_printf(m, "counter %u\n", counter); return 0; }
static int one_open(struct inode *i, struct file *f) { return single_open(f, one_show, NULL); }
static ssize_t one_write(struct file *f, const char __user *b, size_t n, loff_t *o)
{
	int v, r = kstrtoint_from_user(b, n, 0, &v);

	if (r)
		return r;
	counter = v;
	schedule_work_on(1, &item);
	return n;
}
static const struct proc_ops one = { .proc_open = one_open, .proc_read = seq_read, .proc_lseek = seq_lseek, .proc_release = single_release, .proc_write = one_write };
static ssize_t run_write(struct file *f, const char __user *b, size_t n, loff_t *o) { schedule_work_on(1, &item); flush_work(&item); return n; }
static const struct file_operations run_fops = { .write = run_write };
static int __init x_init(void)
{
	dir = proc_mkdir("fidcase", NULL);
	proc_create_seq("rows", 0444, dir, &sops);
	proc_create("one", 0644, dir, &one);
	dbg = debugfs_create_dir("fidcase", NULL);
	debugfs_create_u32("counter", 0644, dbg, &counter);
	debugfs_create_file("run", 0200, dbg, NULL, &run_fops);
	return 0;
}
static void __exit x_exit(void)
{
	debugfs_remove_recursive(dbg);
	proc_remove(dir);
	cancel_work_sync(&item);
	pr_info("exit\n");
}

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
