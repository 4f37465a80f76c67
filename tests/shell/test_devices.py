"""Devices and attributes that a module makes, used from a session; and that offsets are those of the headers."""

from __future__ import annotations

from pathlib import Path

from server.cfront.compile import compile_here
from server.scenario import Limits
from server.sim.views import cstruct
from tests.shell.machine import session

MODULE = (Path(__file__).parent / "devices.c").read_text()


def shown(text: str) -> list[str]:
    sink, outcome = session("insmod demo.ko\n" + text, module=MODULE)
    assert outcome.kind == "completed", outcome
    return sink.shown("1").splitlines()


def test_what_is_there_and_what_is_left() -> None:
    assert shown(
        "ls -l /dev/demo0 | cut -c1-10,35-43\ncat /sys/class/demo_class/demo1/dev\ngrep demo /proc/devices /proc/misc\n"
        "cat /proc/demo_value\nrmmod demo\nls /dev /sys/class /sys/kernel\ndmesg | tail -3 | cut -d] -f2-\n"
    ) == [
        "crw------- 254,   0", "254:1", "/proc/devices:254 demo", "/proc/misc:127 demo_misc", "7",
        "/dev:", "", "/sys/class:", "", "/sys/kernel:", "debug", "tracing",
        " demo_pdev demo_pdev: probed", " demo_pdev demo_pdev: removed", " undone",
    ]  # fmt: skip


def test_a_reader_waits_for_the_work_item_and_holds_the_module() -> None:
    assert shown(
        "cat /dev/demo0 &\nsleep 0.01\nlsmod | tail -1 | cut -c1-31\nrmmod demo\npoll -t 50 /dev/demo0; echo $?\n"
        "echo hi > /dev/demo0\npoll /dev/demo0\nwait\nrmmod demo\ndmesg | grep -c release$\n"
    ) == [
        "demo                   12288  2",
        "rmmod: ERROR: Module demo is in use",
        "1",
        "POLLIN POLLRDNORM",
        "value 7",
        "4",
    ]


def test_a_killed_reader_lets_go() -> None:
    assert shown("cat /dev/demo0 &\nsleep 0.01\nkill $!\nwait\nrmmod demo; echo $?\ndmesg | grep -c release$\n") == [
        "0",
        "1",
    ]


def test_errors_are_said_as_busybox_says_them() -> None:
    assert shown(
        "cat /dev/demo1\necho x > /dev/demo1\necho 123456789012345678901234567890 > /dev/demo0\ncat /dev/nothing\n"
        "echo 1 > /sys/class/demo_class/demo0/dev\necho zz > /sys/kernel/demo/value\n"
        "mknod /dev/other c 99 0; cat /dev/other; rm /dev/other; ls /dev/other\n"
    ) == [
        "cat: can't open '/dev/demo1': Device or resource busy",
        "sh: can't create /dev/demo1: Device or resource busy",
        "sh: write error: No space left on device",
        "cat: can't open '/dev/nothing': No such file or directory",
        "sh: can't create /sys/class/demo_class/demo0/dev: Permission denied",
        "sh: write error: Invalid argument",
        "cat: can't open '/dev/other': No such device or address",
        "ls: /dev/other: No such file or directory",
    ]


def test_an_attribute_of_debugfs() -> None:
    assert shown("echo 255 > /sys/kernel/debug/demo; cat /sys/kernel/debug/demo /sys/kernel/demo/value\n") == [
        "0xff",
        "255",
    ]


def test_devices_are_suspended_and_resumed() -> None:
    assert shown(
        "echo devices > /sys/power/pm_test\necho mem > /sys/power/state\ndmesg | grep -c -e suspended -e resumed\n"
    ) == ["2"]


def test_ioctl_and_dd() -> None:
    assert shown(
        "ioctl /dev/demo_misc 0x40046b01 99\nioctl /dev/demo0 0x80046b02\nioctl /dev/demo0 3 41\nioctl /dev/demo0 4\n"
        "echo x > /dev/demo0\nsleep 0.2\ndd if=/dev/demo0 bs=2 skip=3 count=1 status=none\n"
        "echo 0x10 > /sys/kernel/demo/value; cat /sys/kernel/demo/value\nchmod 666 /dev/demo0\n"
    ) == ["99", "42", "ioctl: 0x4: Inappropriate ioctl for device", "991+0 records in", "1+0 records out", "16"]


LAYOUT = {
    "struct inode": {
        "i_mode": "INODE_MODE", "i_rdev": "INODE_RDEV", "i_cdev": "INODE_CDEV", "i_private": "INODE_PRIVATE",
    },
    "struct file": {
        "f_mode": "FILE_MODE", "f_flags": "FILE_FLAGS", "f_pos": "FILE_POS", "f_op": "FILE_OP", "f_inode": "FILE_INODE",
        "private_data": "FILE_PRIVATE", "f_path.dentry": "FILE_DENTRY",
    },
    "struct dentry": {"d_name.len": "DENTRY_LENGTH", "d_name.name": "DENTRY_NAME", "d_inode": "DENTRY_INODE"},
    "struct cdev": {"owner": "CDEV_OWNER", "ops": "CDEV_OPS", "dev": "CDEV_DEV", "count": "CDEV_COUNT"},
    "struct kobject": {
        "name": "KOBJECT_NAME", "parent": "KOBJECT_PARENT", "kset": "KOBJECT_KSET", "ktype": "KOBJECT_TYPE",
    },
    "struct kset": {"kobj": "KSET_KOBJECT"},
    "struct kobj_attribute": {"attr.mode": "ATTRIBUTE_MODE", "show": "ATTRIBUTE_SHOW", "store": "ATTRIBUTE_STORE"},
    "struct device_attribute": {"show": "ATTRIBUTE_SHOW", "store": "ATTRIBUTE_STORE"},
    "struct class_attribute": {"show": "ATTRIBUTE_SHOW", "store": "ATTRIBUTE_STORE"},
    "struct kobj_type": {"sysfs_ops": "TYPE_SYSFS_OPS", "default_groups": "TYPE_GROUPS"},
    "struct attribute_group": {"name": "GROUP_NAME", "attrs": "GROUP_ATTRS"},
    "struct class": {"dev_groups": "CLASS_DEV_GROUPS", "devnode": "CLASS_DEVNODE"},
    "struct device": {
        "parent": "DEVICE_PARENT", "driver_data": "DEVICE_DRVDATA", "class": "DEVICE_CLASS", "devt": "DEVICE_DEVT",
        "driver": "DEVICE_DRIVER", "release": "DEVICE_RELEASE", "groups": "DEVICE_GROUPS",
    },
    "struct platform_device": {"name": "PDEV_NAME", "id": "PDEV_ID", "dev": "PDEV_DEVICE"},
    "struct platform_driver": {
        "probe": "PDRV_PROBE", "remove": "PDRV_REMOVE", "suspend": "PDRV_SUSPEND", "resume": "PDRV_RESUME",
        "driver": "PDRV_DRIVER", "id_table": "PDRV_TABLE",
    },
    "struct device_driver": {"pm": "DRIVER_PM"},
    "struct dev_pm_ops": {"suspend": "PM_SUSPEND", "resume": "PM_RESUME"},
    "struct miscdevice": {"name": "MISC_NAME", "fops": "MISC_FOPS", "this_device": "MISC_THIS", "groups": "MISC_GROUPS",
                          "mode": "MISC_MODE"},
}  # fmt: skip
SIZES = {
    "struct inode": "INODE_SIZE", "struct file": "FILE_SIZE", "struct dentry": "DENTRY_SIZE",
    "struct kobject": "KOBJECT_SIZE", "struct device": "DEVICE_SIZE",
}  # fmt: skip


def test_offsets_are_those_of_the_headers() -> None:
    lines = [
        f'_Static_assert(offsetof({struct}, {field}) == {getattr(cstruct, name)}, "{name}");'
        for struct, fields in LAYOUT.items()
        for field, name in fields.items()
    ]
    lines += [
        f'_Static_assert(sizeof({struct}) == {getattr(cstruct, name)}, "{name}");' for struct, name in SIZES.items()
    ]
    for table, struct, prefix in (
        (cstruct.FILE_OPERATIONS, "struct file_operations", ""), (cstruct.PROC_OPS, "struct proc_ops", "proc_"),
    ):  # fmt: skip
        names = {name: name for name in ("open", "read", "write", "release", "read_iter", "poll")}
        names |= {"llseek": "lseek", "ioctl": "ioctl"} if prefix else {"llseek": "llseek", "ioctl": "unlocked_ioctl"}
        for ours, theirs in names.items():
            lines.append(
                f'_Static_assert(offsetof({struct}, {prefix}{theirs}) == {getattr(table, ours)}, "{struct} {ours}");'
            )
    text = "#include <linux/module.h>\n" + "\n".join(lines) + '\nMODULE_LICENSE("GPL");\n'
    _, diagnostics = compile_here({"module.c": text}, "layout", Limits())
    assert [d.message for d in diagnostics if d.severity == "error"] == []
