"""A file of /proc is removed only when nobody is in its functions any more (fs/proc/inode.c: proc_entry_rundown)."""

from __future__ import annotations

from tests.shell.machine import session

MODULE = """
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/delay.h>

static ssize_t slow_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	pr_info("reads\\n");
	msleep(1000);
	pr_info("has read\\n");
	return 0;
}
static const struct proc_ops slow_ops = { .proc_read = slow_read };

static int __init demo_init(void)
{
	return proc_create("slow", 0444, NULL, &slow_ops) ? 0 : -ENOMEM;
}

static void __exit demo_exit(void)
{
	remove_proc_entry("slow", NULL);
	pr_info("removed\\n");
}

module_init(demo_init);
module_exit(demo_exit);
MODULE_LICENSE("GPL");
"""


def test_the_remover_waits_for_a_call_in_flight() -> None:
    sink, outcome = session(
        "insmod demo.ko\ncat /proc/slow &\nsleep 0.1\nrmmod demo\ncat /proc/slow\ndmesg | tail -3 | cut -d] -f2-\n",
        module=MODULE,
    )
    assert outcome.kind == "completed", outcome
    assert sink.shown("1").splitlines() == [
        "cat: can't open '/proc/slow': No such file or directory", " reads", " has read", " removed",
    ]  # fmt: skip


def test_nobody_in_it_means_no_wait() -> None:
    sink, _ = session("insmod demo.ko\nrmmod demo\ndmesg | tail -1 | cut -d] -f2-\n", module=MODULE)
    assert sink.shown("1") == " removed\n"
