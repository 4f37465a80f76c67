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
#include <linux/ratelimit.h>
static struct workqueue_struct *wq;
static void fn(struct work_struct *w)
{
	int i;

	pr_emerg("emerg\n");
	pr_alert("alert\n");
	pr_crit("crit\n");
	pr_err("err\n");
	pr_warn("warn\n");
	pr_notice("notice\n");
	pr_debug("debug\n");
	printk("default level\n");
	printk(KERN_INFO "no newline");
	pr_cont(", continued");
	pr_cont(", end\n");
	pr_info("two\nlines\n");
	pr_info("\n");
	pr_info("");
	for (i = 0; i < 3; i++)
		pr_info_once("once %d\n", i);
	for (i = 0; i < 14; i++)
		pr_info_ratelimited("limited %d\n", i);
	print_hex_dump(KERN_INFO, "hex: ", DUMP_PREFIX_OFFSET, 16, 1, "hello, world 12345", 18, true);
	pr_info("%ps %pS\n", fn, NULL);
	pr_info("%pe %pe\n", ERR_PTR(-ENOMEM), ERR_PTR(-4000));
	pr_info("%*pbl %*pb\n", cpumask_pr_args(cpu_online_mask), cpumask_pr_args(cpu_online_mask));
	pr_info("%5d|%-5d|%05d|%+d|%x|%#x|%o|%c|%%|%.3s|%10.2s|\n", 42, 42, 42, 42, 255, 255, 8, 'c', "abcdef", "xyz");
	pr_info("%lld %llu %zu %zd %hhd %hd\n", -5LL, ~0ULL, sizeof(int), (ssize_t)-1, 300, 70000);
	pr_info("%pU %pM %pI4\n", "0123456789abcdef", "\1\2\3\4\5\6", "\300\250\1\2");
	pr_info("%*ph|%*phC|%*phN\n", 3, "abc", 3, "abc", 3, "abc");
	pr_info("%s|%-8s|%8s|\n", (char *)NULL, "ab", "cd");
	pr_info("%*d|%-*d|\n", 6, 1, 6, 2);
	pr_info("%.*s|\n", 2, "abcdef");
	pr_info("%pK|%p|%px\n", NULL, NULL, (void *)0x1234);
	dump_stack();
	pr_info("%s\n", "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789");
	pr_warn_once("w\n");
}
static DECLARE_WORK(item, fn);
static int __init x_init(void)
{
	wq = alloc_workqueue("pm", 0, 0);
	queue_work_on(1, wq, &item);
	return 0;
}
static void __exit x_exit(void) { destroy_workqueue(wq); pr_info("exit\n"); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
