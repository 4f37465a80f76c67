"""<linux/kobject.h>, <linux/sysfs.h>, <linux/device.h>, <linux/platform_device.h>, <linux/pm.h>: the device model."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.kobject import text_at
from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
struct attribute { const char *name; umode_t mode; };
struct attribute_group {
	const char *name;
	umode_t (*is_visible)(struct kobject *, struct attribute *, int);
	struct attribute **attrs;
};
struct sysfs_ops {
	ssize_t (*show)(struct kobject *, struct attribute *, char *);
	ssize_t (*store)(struct kobject *, struct attribute *, const char *, size_t);
};
struct kobj_type {
	void (*release)(struct kobject *kobj);
	const struct sysfs_ops *sysfs_ops;
	const struct attribute_group **default_groups;
	struct attribute **default_attrs __attribute__((unavailable("kobj_type.default_attrs was removed in 5.18: use .default_groups")));
};
struct kset;
struct kobject {
	const char *name;
	struct list_head entry;
	struct kobject *parent;
	struct kset *kset;
	const struct kobj_type *ktype;
	void *sd;
	struct kref kref;
	unsigned int state_initialized : 1, state_in_sysfs : 1, state_add_uevent_sent : 1;
};
struct kset { struct list_head list; spinlock_t list_lock; struct kobject kobj; const void *uevent_ops; };
struct kobj_attribute {
	struct attribute attr;
	ssize_t (*show)(struct kobject *kobj, struct kobj_attribute *attr, char *buf);
	ssize_t (*store)(struct kobject *kobj, struct kobj_attribute *attr, const char *buf, size_t count);
};
struct kobj_uevent_env;
struct bus_type { const char *name; };
enum probe_type { PROBE_DEFAULT_STRATEGY, PROBE_PREFER_ASYNCHRONOUS, PROBE_FORCE_SYNCHRONOUS };
struct device_driver {
	const char *name;
	const struct bus_type *bus;
	struct module *owner;
	const struct dev_pm_ops *pm;
	const struct of_device_id *of_match_table;
	const struct attribute_group **groups, **dev_groups;
	enum probe_type probe_type;
};
struct class {
	const char *name;
	const struct attribute_group **class_groups, **dev_groups;
	int (*dev_uevent)(const struct device *dev, struct kobj_uevent_env *env);
	char *(*devnode)(const struct device *dev, umode_t *mode);
	void *wq_private;
};
struct device {
	struct kobject kobj;
	struct device *parent;
	const char *init_name;
	void *platform_data, *driver_data;
	const struct class *class;
	dev_t devt;
	struct device_driver *driver;
	const struct bus_type *bus;
	void (*release)(struct device *dev);
	const struct attribute_group **groups;
};
struct device_attribute {
	struct attribute attr;
	ssize_t (*show)(struct device *dev, struct device_attribute *attr, char *buf);
	ssize_t (*store)(struct device *dev, struct device_attribute *attr, const char *buf, size_t count);
};
struct class_attribute {
	struct attribute attr;
	ssize_t (*show)(const struct class *class, const struct class_attribute *attr, char *buf);
	ssize_t (*store)(const struct class *class, const struct class_attribute *attr, const char *buf, size_t count);
};
typedef struct pm_message { int event; } pm_message_t;
struct dev_pm_ops {
	int (*prepare)(struct device *dev);
	void (*complete)(struct device *dev);
	int (*suspend)(struct device *dev);
	int (*resume)(struct device *dev);
	int (*freeze)(struct device *dev);
	int (*thaw)(struct device *dev);
	int (*poweroff)(struct device *dev);
	int (*restore)(struct device *dev);
	int (*runtime_suspend)(struct device *dev);
	int (*runtime_resume)(struct device *dev);
	int (*runtime_idle)(struct device *dev);
};
#define SET_SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn) .suspend = suspend_fn, .resume = resume_fn, .freeze = suspend_fn, \
	.thaw = resume_fn, .poweroff = suspend_fn, .restore = resume_fn,
#define SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn) SET_SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn)
#define SIMPLE_DEV_PM_OPS(name, suspend_fn, resume_fn) const struct dev_pm_ops name = { SET_SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn) }
#define DEFINE_SIMPLE_DEV_PM_OPS(name, suspend_fn, resume_fn) SIMPLE_DEV_PM_OPS(name, suspend_fn, resume_fn)
#define pm_sleep_ptr(ptr) (ptr)
#define pm_ptr(ptr) (ptr)
struct platform_device_id { char name[20]; unsigned long driver_data; };
struct resource { resource_size_t start, end; const char *name; unsigned long flags; };
struct platform_device { const char *name; int id; struct device dev; u32 num_resources; struct resource *resource; };
struct platform_driver {
	int (*probe)(struct platform_device *);
	union { void (*remove)(struct platform_device *); void (*remove_new)(struct platform_device *); };
	void (*shutdown)(struct platform_device *);
	int (*suspend)(struct platform_device *, pm_message_t state);
	int (*resume)(struct platform_device *);
	struct device_driver driver;
	const struct platform_device_id *id_table;
};
struct of_device_id { char name[32], type[32], compatible[128]; const void *data; };
#define VERIFY_OCTAL_PERMISSIONS(perms) (perms)
#define __ATTR(name_, mode_, show_, store_) { .attr = { .name = __stringify(name_), .mode = (mode_) }, .show = show_, .store = store_ }
#define __ATTR_RO(name_) __ATTR(name_, 0444, name_##_show, NULL)
#define __ATTR_WO(name_) __ATTR(name_, 0200, NULL, name_##_store)
#define __ATTR_RW(name_) __ATTR(name_, 0644, name_##_show, name_##_store)
#define __ATTR_NULL { .attr = { .name = NULL } }
#define DEVICE_ATTR(name_, mode, show, store) struct device_attribute dev_attr_##name_ = __ATTR(name_, mode, show, store)
#define DEVICE_ATTR_RO(name_) struct device_attribute dev_attr_##name_ = __ATTR_RO(name_)
#define DEVICE_ATTR_WO(name_) struct device_attribute dev_attr_##name_ = __ATTR_WO(name_)
#define DEVICE_ATTR_RW(name_) struct device_attribute dev_attr_##name_ = __ATTR_RW(name_)
#define CLASS_ATTR_RO(name_) struct class_attribute class_attr_##name_ = __ATTR_RO(name_)
#define CLASS_ATTR_WO(name_) struct class_attribute class_attr_##name_ = __ATTR_WO(name_)
#define CLASS_ATTR_RW(name_) struct class_attribute class_attr_##name_ = __ATTR_RW(name_)
#define ATTRIBUTE_GROUPS(name_) \
	static const struct attribute_group name_##_group = { .attrs = name_##_attrs }; \
	static const struct attribute_group *name_##_groups[] = { &name_##_group, NULL }
#define sysfs_attr_init(attr) do { } while (0)
extern struct kobject *kernel_kobj, *fs_kobj, *power_kobj, *mm_kobj;
#define __wq_class_1(name) __wq_class_create(name)
#define __wq_class_2(owner, name) ({ \
	_Static_assert(0, "class_create(THIS_MODULE, name) was changed in 6.4: use class_create(name)"); __wq_class_create(name); })
#define class_create(args...) __wq_pick3(args, __wq_class_2, __wq_class_1, )(args)
#define MODULE_ALIAS_CHARDEV(major, minor) __wq_info("alias", "char-major-" __stringify(major) "-" __stringify(minor))
#define MODULE_ALIAS_CHARDEV_MAJOR(major) __wq_info("alias", "char-major-" __stringify(major) "-*")
#define to_platform_device(x) container_of((x), struct platform_device, dev)
#define platform_driver_register(drv) __platform_driver_register(drv, THIS_MODULE)
#define platform_register_drivers(drivers, count) __platform_register_drivers(drivers, count, THIS_MODULE)
#define module_driver(drv, reg, unreg, args...) \
	static int __init drv##_init(void) { return reg(&drv, ##args); } module_init(drv##_init); \
	static void __exit drv##_exit(void) { unreg(&drv, ##args); } module_exit(drv##_exit)
#define builtin_driver(drv, reg, args...) static int __init drv##_init(void) { return reg(&drv, ##args); } module_init(drv##_init)
#define module_platform_driver(drv) module_driver(drv, platform_driver_register, platform_driver_unregister)
#define builtin_platform_driver(drv) builtin_driver(drv, platform_driver_register)
#define kobj_to_dev(k) container_of((k), struct device, kobj)
#define of_match_ptr(p) NULL
#define KOBJ_ADD 0
#define KOBJ_CHANGE 2
#define PLATFORM_DEVID_NONE (-1)
#define PLATFORM_DEVID_AUTO (-2)
#define IORESOURCE_MEM 0x00000200
#define IORESOURCE_IRQ 0x00000400
#define devm_kmalloc(dev, size, gfp) __wq_devm_kmalloc(dev, size, gfp)
#define devm_kzalloc(dev, size, gfp) __wq_devm_kmalloc(dev, size, (gfp) | __GFP_ZERO)
#define devm_kcalloc(dev, n, size, gfp) __wq_devm_kmalloc(dev, (n) * (size), (gfp) | __GFP_ZERO)
#define pm_runtime_enable(dev) do { (void)(dev); } while (0)
#define pm_runtime_disable(dev) do { (void)(dev); } while (0)
#define pm_runtime_get_sync(dev) ((void)(dev), 0)
#define pm_runtime_put(dev) ((void)(dev), 0)
"""

INLINE = r"""
static inline const char *kobject_name(const struct kobject *kobj) { return kobj->name; }
static inline const char *dev_name(const struct device *dev)
{ return dev ? (dev->init_name ? dev->init_name : kobject_name(&dev->kobj)) : "(NULL device *)"; }
static inline const char *dev_driver_string(const struct device *dev)
{ return dev && dev->driver ? dev->driver->name : dev && dev->class ? dev->class->name : ""; }
static inline void *dev_get_drvdata(const struct device *dev) { return dev->driver_data; }
static inline void dev_set_drvdata(struct device *dev, void *data) { dev->driver_data = data; }
static inline void *dev_get_platdata(const struct device *dev) { return dev->platform_data; }
static inline void *platform_get_drvdata(const struct platform_device *pdev) { return dev_get_drvdata(&pdev->dev); }
static inline void platform_set_drvdata(struct platform_device *pdev, void *data) { dev_set_drvdata(&pdev->dev, data); }
static inline int kobject_uevent(struct kobject *kobj, int action) { return 0; }
static inline int sysfs_create_file(struct kobject *kobj, const struct attribute *attr) { return __wq_sysfs_create(kobj, attr, NULL); }
static inline void sysfs_remove_file(struct kobject *kobj, const struct attribute *attr) { __wq_sysfs_remove(kobj, attr, NULL); }
static inline int sysfs_create_group(struct kobject *kobj, const struct attribute_group *grp)
{
	struct attribute **a;
	int err;

	for (a = grp->attrs; a && *a; a++) {
		err = __wq_sysfs_create(kobj, *a, grp->name);
		if (err)
			return err;
	}
	return 0;
}
static inline void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *grp)
{
	struct attribute **a;

	for (a = grp->attrs; a && *a; a++)
		__wq_sysfs_remove(kobj, *a, grp->name);
}
static inline int sysfs_create_groups(struct kobject *kobj, const struct attribute_group **groups)
{
	int err = 0;

	for (; groups && *groups && !err; groups++)
		err = sysfs_create_group(kobj, *groups);
	return err;
}
static inline void sysfs_remove_groups(struct kobject *kobj, const struct attribute_group **groups)
{ for (; groups && *groups; groups++) sysfs_remove_group(kobj, *groups); }
static inline int sysfs_create_files(struct kobject *kobj, const struct attribute *const *attr)
{
	int err = 0;

	for (; *attr && !err; attr++)
		err = sysfs_create_file(kobj, *attr);
	return err;
}
static inline int device_create_file(struct device *dev, const struct device_attribute *attr) { return sysfs_create_file(&dev->kobj, &attr->attr); }
static inline void device_remove_file(struct device *dev, const struct device_attribute *attr) { sysfs_remove_file(&dev->kobj, &attr->attr); }
static inline struct device *get_device(struct device *dev) { return dev; }
static inline void put_device(struct device *dev) { }
static inline bool device_may_wakeup(struct device *dev) { return false; }
static inline int device_init_wakeup(struct device *dev, bool v) { return 0; }
static inline void device_unregister(struct device *dev) { __wq_device_remove(dev); }
static inline int class_create_file(const struct class *c, const struct class_attribute *attr) { return __wq_class_file(c, &attr->attr, 1); }
static inline void class_remove_file(const struct class *c, const struct class_attribute *attr) { __wq_class_file(c, &attr->attr, 0); }
static inline int devm_add_action(struct device *dev, void (*action)(void *), void *data) { __wq_devm_action(dev, action, data); return 0; }
static inline int devm_add_action_or_reset(struct device *dev, void (*action)(void *), void *data)
{ return devm_add_action(dev, action, data); }
static inline void devm_release_action(struct device *dev, void (*action)(void *), void *data) { __wq_devm_forget(dev, action); action(data); }
static inline void platform_device_put(struct platform_device *pdev) { if (pdev && pdev->dev.release) pdev->dev.release(&pdev->dev); }
static inline void __wq_platform_release(struct device *dev)
{
	struct platform_device *pdev = to_platform_device(dev);

	kfree(dev->platform_data);
	kfree(pdev->resource);
	kfree(pdev);
}
static inline struct platform_device *platform_device_alloc(const char *name, int id)
{
	struct platform_device *pdev = kzalloc(sizeof(*pdev), GFP_KERNEL);

	if (pdev) {
		pdev->name = name;
		pdev->id = id;
		pdev->dev.release = __wq_platform_release;
	}
	return pdev;
}
static inline int platform_device_add_resources(struct platform_device *pdev, const struct resource *res, unsigned int num)
{
	struct resource *copy = NULL;

	if (res) {
		copy = kmemdup(res, sizeof(*res) * num, GFP_KERNEL);
		if (!copy)
			return -ENOMEM;
	}
	kfree(pdev->resource);
	pdev->resource = copy;
	pdev->num_resources = num;
	return 0;
}
static inline int platform_device_register(struct platform_device *pdev) { return platform_device_add(pdev); }
static inline struct platform_device *platform_device_register_simple(const char *name, int id, const struct resource *res, unsigned int num)
{
	struct platform_device *pdev = platform_device_alloc(name, id);
	int err;

	if (!pdev)
		return ERR_PTR(-ENOMEM);
	err = platform_device_add_resources(pdev, res, num);
	if (!err)
		err = platform_device_add(pdev);
	if (err) {
		platform_device_put(pdev);
		return ERR_PTR(err);
	}
	return pdev;
}
"""

Answer = Generator[object, None, int]
Step = Generator[object, None, None]


# ---- classes and devices -------------------------------------------------------------------------------


@kernel("struct class *__wq_class_create(const char *name)", may_sleep=True)
def class_create(k: Kernel, name: int) -> int:
    """class_create(): a class of devices, a directory in /sys/class."""
    cls = int(k.mem.alloc(48, True, "class"))
    if not cls:
        return (1 << 64) - 12
    k.mem.store(cls, 8, name)
    error = int(k.fs.class_create(cls, text_at(k, name)))
    if error:
        k.mem.free(cls)
        return error & (1 << 64) - 1
    return cls


@kernel("void class_destroy(const struct class *cls)", may_sleep=True)
def class_destroy(k: Kernel, cls: int) -> Step:
    """Remove a class that class_create() made."""
    if 0 < cls < (1 << 64) - 4096:
        yield from k.fs.class_destroy(cls)
        k.mem.free(cls)


@kernel("int class_register(const struct class *cls)", may_sleep=True)
def class_register(k: Kernel, cls: int) -> int:
    """Register a class that the module defines."""
    return int(k.fs.class_create(cls, text_at(k, int(k.mem.load(cls, 8)))))


@kernel("void class_unregister(const struct class *cls)", may_sleep=True)
def class_unregister(k: Kernel, cls: int) -> Step:
    """Remove a class that the module defines."""
    yield from k.fs.class_destroy(cls)


@kernel("int __wq_class_file(const struct class *cls, const struct attribute *attr, int create)", may_sleep=True)
def class_file(k: Kernel, cls: int, attr: int, create: int) -> Answer:
    """class_create_file() and class_remove_file()."""
    name = text_at(k, int(k.mem.load(attr, 8)))
    return int((yield from k.fs.class_file(cls, attr, name, int(k.mem.load(attr + 8, 2)), bool(create))))


@kernel("struct device *device_create(const struct class *cls, struct device *parent, dev_t devt, void *drvdata,"
        " const char *fmt, ...)", may_sleep=True, attributes="__printf(5, 6)")  # fmt: skip
def device_create(k: Kernel, cls: int, parent: int, devt: int, drvdata: int, fmt: int, *args: int) -> Answer:
    """Make a device of a class: a node in /dev, a directory in /sys/class/CLASS."""
    name = k.format(fmt, args).decode("utf-8", "replace")
    return int((yield from k.fs.device_create(cls, parent, devt, drvdata, name))) & (1 << 64) - 1


@kernel("void device_destroy(const struct class *cls, dev_t devt)", may_sleep=True)
def device_destroy(k: Kernel, cls: int, devt: int) -> Step:
    """Remove a device that device_create() made."""
    yield from k.fs.device_destroy(cls, devt)


@kernel("void __wq_device_remove(struct device *dev)", may_sleep=True)
def device_remove(k: Kernel, dev: int) -> Step:
    """device_unregister()."""
    yield from k.fs.device_remove(dev)


@kernel("void *__wq_devm_kmalloc(struct device *dev, size_t size, gfp_t gfp)", may_sleep=True)
def devm_kmalloc(k: Kernel, dev: int, size: int, gfp: int) -> int:
    """Memory that is freed when the device goes."""
    k.charge("kmalloc")
    address = int(k.mem.alloc(size, bool(gfp & 0x100), "devm_kmalloc"))
    k.fs.devm_add(dev, address)
    return address


@kernel("void devm_kfree(struct device *dev, const void *p)")
def devm_kfree(k: Kernel, dev: int, p: int) -> None:
    """Free devm_kmalloc() memory before its device goes."""
    k.fs.devm_remove(dev, p)
    k.mem.free(p)


@kernel("void __wq_devm_action(struct device *dev, void (*action)(void *), void *data)", may_sleep=True)
def devm_action(k: Kernel, dev: int, action: int, data: int) -> None:
    """devm_add_action(): a function that is called when the driver leaves the device."""
    k.charge("call")
    k.fs.devm_action(dev, action, data)


@kernel("void __wq_devm_forget(struct device *dev, void (*action)(void *))")
def devm_forget(k: Kernel, dev: int, action: int) -> None:
    """Take a devm action back."""
    k.fs.devm_remove(dev, action)


@kernel("int platform_device_add(struct platform_device *pdev)", may_sleep=True)
def platform_device_add(k: Kernel, pdev: int) -> Answer:
    """Register a platform device; a driver of its name is probed."""
    return int((yield from k.fs.platform_device_add(pdev)))


@kernel("void platform_device_del(struct platform_device *pdev)", may_sleep=True)
def platform_device_del(k: Kernel, pdev: int) -> Answer:
    """Remove a platform device, after its driver's remove function; platform_device_put() gives it back."""
    return int((yield from k.fs.platform_device_del(pdev)) or 0)


@kernel("void platform_device_unregister(struct platform_device *pdev)", may_sleep=True)
def platform_device_unregister(k: Kernel, pdev: int) -> Answer:
    """Remove a platform device, after its driver's remove function."""
    return int((yield from k.fs.platform_device_unregister(pdev)) or 0)


@kernel("int __platform_driver_register(struct platform_driver *drv, struct module *owner)", may_sleep=True)
def platform_driver_register(k: Kernel, drv: int, owner: int) -> Answer:
    """Register a platform driver; devices of its name are probed."""
    return int((yield from k.fs.platform_driver_register(drv)))


@kernel(
    "int __platform_register_drivers(struct platform_driver * const *drivers, unsigned int count, struct module *owner)",
    may_sleep=True,
)
def platform_register_drivers(k: Kernel, drivers: int, count: int, owner: int) -> Answer:
    """Register platform drivers in order; where one fails, those before it are removed again."""
    for i in range(count):
        error = int((yield from k.fs.platform_driver_register(k.mem.load(drivers + 8 * i, 8))))
        if error:
            yield from platform_unregister_drivers(k, drivers, i)
            return error
    return 0


@kernel("void platform_unregister_drivers(struct platform_driver * const *drivers, unsigned int count)", may_sleep=True)
def platform_unregister_drivers(k: Kernel, drivers: int, count: int) -> Answer:
    """Remove platform drivers, last one first."""
    for i in reversed(range(count)):
        yield from k.fs.platform_driver_unregister(k.mem.load(drivers + 8 * i, 8))
    return 0


@kernel("void platform_driver_unregister(struct platform_driver *drv)", may_sleep=True)
def platform_driver_unregister(k: Kernel, drv: int) -> Answer:
    """Remove a platform driver, after its remove function for each device."""
    return int((yield from k.fs.platform_driver_unregister(drv)) or 0)
