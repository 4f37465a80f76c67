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
int used(int x);
int noinline used(int x) { return x * 2; }
static int number = 3;
module_param(number, int, 0644);
static bool flag;
module_param(flag, bool, 0644);
static char *word = "none";
module_param(word, charp, 0444);
static int list[4];
static int n_list;
module_param_array(list, int, &n_list, 0444);
static char text[8] = "abc";
module_param_string(text, text, sizeof(text), 0644);
static unsigned short small = 1;
module_param(small, ushort, 0444);
static int __init x_init(void)
{
	int i;

	pr_info("number %d flag %d word %s text %s small %u\n", number, flag, word, text, small);
	for (i = 0; i < n_list; i++)
		pr_info("list %d\n", list[i]);
	return number < 0 ? -EINVAL : 0;
}
static void __exit x_exit(void) { pr_info("bye, number %d\n", number); }

module_init(x_init);
module_exit(x_exit);
MODULE_LICENSE("GPL");
