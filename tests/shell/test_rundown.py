"""A file of /proc is removed only when nobody is in its functions any more (fs/proc/inode.c: proc_entry_rundown)."""

from __future__ import annotations

from pathlib import Path

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


def test_an_attribute_of_sysfs_is_waited_for_and_one_that_died_closes_its_files() -> None:
    """The order of the log is that of Debian's 6.12 under QEMU, where the same module and session ran."""
    sink, outcome = session(
        "insmod demo.ko\nhead -c 5 /dev/dying\necho $?\ncat /sys/module/demo/refcnt\necho x > /sys/kernel/demo/once\n"
        "ls /sys/kernel/demo\ncat /sys/kernel/demo/slow > /dev/null 2>&1 &\nsleep 0.05\nrmmod demo\nsleep 0.3\n"
        "dmesg | grep -E 'by|show|removed|exit$' | cut -d] -f2-\n",
        module=(Path(__file__).parent / "dying.c").read_text(),
    )
    assert outcome.kind == "completed", outcome
    assert sink.shown("1").splitlines() == [
        "Killed", "137", "0", "slow", " open by head", " release by head", " removed 1", " show begins", " exit",
        " show ends", " slow removed",
    ]  # fmt: skip
