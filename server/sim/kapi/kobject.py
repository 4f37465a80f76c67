"""<linux/kobject.h> and <linux/sysfs.h>; their types stand in device.py, which they cannot be told from."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel


INLINE = r"""
static inline ssize_t __wq_kobj_attr_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	struct kobj_attribute *kattr = container_of(attr, struct kobj_attribute, attr);

	return kattr->show ? kattr->show(kobj, kattr, buf) : -EIO;
}
static inline ssize_t __wq_kobj_attr_store(struct kobject *kobj, struct attribute *attr, const char *buf, size_t count)
{
	struct kobj_attribute *kattr = container_of(attr, struct kobj_attribute, attr);

	return kattr->store ? kattr->store(kobj, kattr, buf, count) : -EIO;
}
static const struct sysfs_ops kobj_sysfs_ops = { .show = __wq_kobj_attr_show, .store = __wq_kobj_attr_store };
static inline struct kobject *kobject_get(struct kobject *kobj) { if (kobj) kref_get(&kobj->kref); return kobj; }
static inline void __wq_kobject_release(struct kref *kref)
{
	struct kobject *kobj = container_of(kref, struct kobject, kref);
	const char *name = kobj->name;

	__wq_kobject_del(kobj);
	if (kobj->ktype && kobj->ktype->release) {
		kobj->ktype->release(kobj);
		__wq_kobject_name_free(name);
	} else {
		__wq_kobject_free(kobj);
	}
}
static inline void kobject_put(struct kobject *kobj) { if (kobj) kref_put(&kobj->kref, __wq_kobject_release); }
static inline void kobject_init(struct kobject *kobj, const struct kobj_type *ktype)
{ kref_init(&kobj->kref); INIT_LIST_HEAD(&kobj->entry); kobj->ktype = ktype; kobj->state_initialized = 1; }
static inline void kobject_del(struct kobject *kobj) { if (kobj) __wq_kobject_del(kobj); }
static inline struct kobject *kobject_create(void)
{
	struct kobject *kobj = kzalloc(sizeof(*kobj), GFP_KERNEL);

	if (kobj)
		kobject_init(kobj, NULL);
	return kobj;
}
static inline struct kobject *kobject_create_and_add(const char *name, struct kobject *parent)
{
	struct kobject *kobj = kobject_create();

	if (!kobj)
		return NULL;
	if (kobject_add(kobj, parent, "%s", name)) {
		kfree(kobj);
		return NULL;
	}
	return kobj;
}
static inline struct kset *kset_create_and_add(const char *name, const void *ops, struct kobject *parent)
{
	struct kset *kset = kzalloc(sizeof(*kset), GFP_KERNEL);

	if (!kset)
		return NULL;
	INIT_LIST_HEAD(&kset->list);
	kobject_init(&kset->kobj, NULL);
	if (kobject_add(&kset->kobj, parent, "%s", name)) {
		kfree(kset);
		return NULL;
	}
	return kset;
}
static inline void kset_unregister(struct kset *kset)
{
	const char *name = kset ? kset->kobj.name : NULL;

	if (!kset)
		return;
	__wq_kobject_del(&kset->kobj);
	kfree(kset);
	__wq_kobject_name_free(name);
}
"""

Step = Generator[object, None, None]


def text_at(k: Kernel, address: int) -> str:
    """The string at an address; empty for NULL."""
    return k.mem.cstr(address).decode("utf-8", "replace") if address else ""


@kernel("struct kobject *__get_kernel_kobj(void)")
def kernel_kobj(k: Kernel) -> int:
    """/sys/kernel."""
    return int(k.fs.named_kobject("kernel"))


@kernel("struct kobject *__get_fs_kobj(void)")
def fs_kobj(k: Kernel) -> int:
    """/sys/fs."""
    return int(k.fs.named_kobject("fs"))


@kernel("struct kobject *__get_power_kobj(void)")
def power_kobj(k: Kernel) -> int:
    """/sys/power."""
    return int(k.fs.named_kobject("power"))


@kernel("struct kobject *__get_mm_kobj(void)")
def mm_kobj(k: Kernel) -> int:
    """/sys/kernel/mm."""
    return int(k.fs.named_kobject("kernel/mm"))


def _add(k: Kernel, kobj: int, parent: int, name: str) -> int:
    copy = int(k.mem.alloc(len(name.encode()) + 1, False, "kobject"))
    if not copy:
        return -12
    k.mem.write(copy, name.encode() + b"\0")
    k.mem.store(kobj, 8, copy)
    k.mem.store(kobj + 24, 8, parent)
    return int(k.fs.kobject_add(kobj, parent, name))


@kernel("int kobject_add(struct kobject *kobj, struct kobject *parent, const char *fmt, ...)",
        may_sleep=True, attributes="__printf(3, 4)")  # fmt: skip
def kobject_add(k: Kernel, kobj: int, parent: int, fmt: int, *args: int) -> int:
    """Show a kobject as a directory of /sys."""
    return _add(k, kobj, parent, k.format(fmt, args).decode("utf-8", "replace"))


@kernel("int kobject_init_and_add(struct kobject *kobj, const struct kobj_type *ktype, struct kobject *parent,"
        " const char *fmt, ...)", may_sleep=True, attributes="__printf(4, 5)")  # fmt: skip
def kobject_init_and_add(k: Kernel, kobj: int, ktype: int, parent: int, fmt: int, *args: int) -> int:
    """kobject_init() and kobject_add()."""
    k.mem.store(kobj + 56, 4, 1)
    k.mem.store(kobj + 40, 8, ktype)
    k.mem.store(kobj + 8, 8, kobj + 8)
    k.mem.store(kobj + 16, 8, kobj + 8)
    return _add(k, kobj, parent, k.format(fmt, args).decode("utf-8", "replace"))


@kernel("void __wq_kobject_del(struct kobject *kobj)", may_sleep=True)
def kobject_del(k: Kernel, kobj: int) -> Step:
    """kobject_del(): take a kobject out of /sys, with its files, once nobody is in their functions."""
    yield from k.fs.kobject_del(kobj)


@kernel("void __wq_kobject_free(struct kobject *kobj)")
def kobject_free(k: Kernel, kobj: int) -> None:
    """The end of a kobject without a release function: kobject_create() made it."""
    name = int(k.mem.load(kobj, 8))
    if name:
        k.mem.free(name)
    k.mem.free(kobj)


@kernel("void __wq_kobject_name_free(const char *name)")
def kobject_name_free(k: Kernel, name: int) -> None:
    """kobject_cleanup(): the name goes last, if kobject_add() or its like made it (kfree_const)."""
    if k.mem.size_of(name):
        k.mem.free(name)


@kernel("int __wq_sysfs_create(struct kobject *kobj, const struct attribute *attr, const char *group)", may_sleep=True)
def sysfs_create(k: Kernel, kobj: int, attr: int, group: int) -> int:
    """sysfs_create_file(): a file in a kobject's directory, or in one below it."""
    mode = int(k.mem.load(attr + 8, 2))
    return int(k.fs.sysfs_create_file(kobj, attr, text_at(k, int(k.mem.load(attr, 8))), mode, text_at(k, group)))


@kernel("void __wq_sysfs_remove(struct kobject *kobj, const struct attribute *attr, const char *group)", may_sleep=True)
def sysfs_remove(k: Kernel, kobj: int, attr: int, group: int) -> Step:
    """sysfs_remove_file(): once nobody is in the attribute's functions."""
    yield from k.fs.sysfs_remove_file(kobj, text_at(k, int(k.mem.load(attr, 8))), text_at(k, group))


@kernel("bool sysfs_remove_file_self(struct kobject *kobj, const struct attribute *attr)", may_sleep=True)
def sysfs_remove_file_self(k: Kernel, kobj: int, attr: int) -> int:
    """sysfs_remove_file() for use in the attribute's own store function; true for the one that removed it."""
    return int(k.fs.sysfs_remove_file_self(kobj, text_at(k, int(k.mem.load(attr, 8)))))


@kernel("void sysfs_notify(struct kobject *kobj, const char *dir, const char *attr)", may_sleep=True)
def sysfs_notify(k: Kernel, kobj: int, directory: int, attr: int) -> None:
    """Wake those who poll an attribute."""
    k.charge("call")


@kernel("int sysfs_create_link(struct kobject *kobj, struct kobject *target, const char *name)", may_sleep=True)
def sysfs_create_link(k: Kernel, kobj: int, target: int, name: int) -> int:
    """Make a symbolic link in /sys."""
    return int(k.fs.sysfs_link(kobj, target, text_at(k, name)))


@kernel("void sysfs_remove_link(struct kobject *kobj, const char *name)", may_sleep=True)
def sysfs_remove_link(k: Kernel, kobj: int, name: int) -> None:
    """Remove a symbolic link of /sys."""
    k.fs.sysfs_unlink(kobj, text_at(k, name))


@kernel("int sysfs_emit(char *buf, const char *fmt, ...)", attributes="__printf(2, 3)")
def sysfs_emit(k: Kernel, buf: int, fmt: int, *args: int) -> int:
    """Print into the page that a show function gets."""
    text = bytes(k.format(fmt, args))[:4095]
    k.mem.write(buf, text + b"\0")
    return len(text)


@kernel("int sysfs_emit_at(char *buf, int at, const char *fmt, ...)", attributes="__printf(3, 4)")
def sysfs_emit_at(k: Kernel, buf: int, at: int, fmt: int, *args: int) -> int:
    """Print into the page that a show function gets, at an offset."""
    text = bytes(k.format(fmt, args))[: max(4095 - at, 0)]
    k.mem.write(buf + at, text + b"\0")
    return len(text)
