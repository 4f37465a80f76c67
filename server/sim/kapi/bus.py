"""<linux/property.h>, <linux/pm_runtime.h> and the rest of <linux/platform_device.h>: devices without firmware.

The simulated machine has no device tree and no ACPI: a property is never there, and what a driver asks of the
firmware is answered as on such a machine. Interrupts and memory come from the resources that a module itself gives.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
#define IORESOURCE_IO 0x00000100
#define IORESOURCE_TYPE_BITS 0x00001f00
#define DEFINE_RES_NAMED(start_, size_, name_, flags_) \
	(struct resource) { .start = (start_), .end = (start_) + (size_) - 1, .name = (name_), .flags = (flags_) }
#define DEFINE_RES_MEM(start, size) DEFINE_RES_NAMED((start), (size), NULL, IORESOURCE_MEM)
#define DEFINE_RES_IRQ(irq) DEFINE_RES_NAMED((irq), 1, NULL, IORESOURCE_IRQ)
#define pm_runtime_put_sync(dev) ((void)(dev), 0)
#define pm_runtime_get(dev) ((void)(dev), 0)
#define pm_runtime_get_noresume(dev) do { (void)(dev); } while (0)
#define pm_runtime_put_noidle(dev) do { (void)(dev); } while (0)
#define pm_runtime_mark_last_busy(dev) do { (void)(dev); } while (0)
#define pm_runtime_put_autosuspend(dev) ((void)(dev), 0)
#define pm_runtime_put_sync_autosuspend(dev) ((void)(dev), 0)
#define pm_runtime_resume_and_get(dev) ((void)(dev), 0)
#define pm_runtime_set_active(dev) ((void)(dev), 0)
#define pm_runtime_set_suspended(dev) ((void)(dev), 0)
#define pm_runtime_set_autosuspend_delay(dev, ms) do { (void)(dev); (void)(ms); } while (0)
#define pm_runtime_use_autosuspend(dev) do { (void)(dev); } while (0)
#define pm_runtime_dont_use_autosuspend(dev) do { (void)(dev); } while (0)
#define pm_runtime_allow(dev) do { (void)(dev); } while (0)
#define pm_runtime_forbid(dev) do { (void)(dev); } while (0)
#define pm_runtime_suspended(dev) ((void)(dev), false)
#define pm_runtime_active(dev) ((void)(dev), true)
#define pm_runtime_enabled(dev) ((void)(dev), true)
#define SET_RUNTIME_PM_OPS(suspend_fn, resume_fn, idle_fn) \
	.runtime_suspend = suspend_fn, .runtime_resume = resume_fn, .runtime_idle = idle_fn,
#define RUNTIME_PM_OPS(suspend_fn, resume_fn, idle_fn) SET_RUNTIME_PM_OPS(suspend_fn, resume_fn, idle_fn)
#define LATE_SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn)
#define NOIRQ_SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn)
"""

INLINE = r"""
static inline bool device_property_present(const struct device *dev, const char *name) { return false; }
static inline bool device_property_read_bool(const struct device *dev, const char *name) { return false; }
static inline int device_property_read_u8(const struct device *dev, const char *name, u8 *v) { return -EINVAL; }
static inline int device_property_read_u16(const struct device *dev, const char *name, u16 *v) { return -EINVAL; }
static inline int device_property_read_u32(const struct device *dev, const char *name, u32 *v) { return -EINVAL; }
static inline int device_property_read_u64(const struct device *dev, const char *name, u64 *v) { return -EINVAL; }
static inline int device_property_read_string(const struct device *dev, const char *name, const char **v) { return -EINVAL; }
static inline int device_property_read_u32_array(const struct device *dev, const char *name, u32 *v, size_t n) { return -EINVAL; }
static inline int device_property_count_u32(const struct device *dev, const char *name) { return -EINVAL; }
static inline const void *device_get_match_data(const struct device *dev) { return NULL; }
static inline const void *of_device_get_match_data(const struct device *dev) { return NULL; }
static inline resource_size_t resource_size(const struct resource *res) { return res->end - res->start + 1; }
static inline struct resource *platform_get_resource(struct platform_device *pdev, unsigned int type, unsigned int num)
{
	u32 i;

	for (i = 0; i < pdev->num_resources; i++)
		if ((pdev->resource[i].flags & IORESOURCE_TYPE_BITS) == type && num-- == 0)
			return &pdev->resource[i];
	return NULL;
}
static inline struct resource *platform_get_resource_byname(struct platform_device *pdev, unsigned int type, const char *name)
{
	u32 i;

	for (i = 0; i < pdev->num_resources; i++)
		if (pdev->resource[i].name && (pdev->resource[i].flags & IORESOURCE_TYPE_BITS) == type && !strcmp(pdev->resource[i].name, name))
			return &pdev->resource[i];
	return NULL;
}
static inline int platform_get_irq_optional(struct platform_device *pdev, unsigned int num)
{
	struct resource *res = platform_get_resource(pdev, IORESOURCE_IRQ, num);

	return res ? (int)res->start : -ENXIO;
}
static inline int platform_get_irq(struct platform_device *pdev, unsigned int num)
{
	int irq = platform_get_irq_optional(pdev, num);

	if (irq < 0)
		dev_err(&pdev->dev, "error %pe: IRQ index %u not found\n", ERR_PTR(irq), num);
	return irq;
}
static inline int platform_device_add_data(struct platform_device *pdev, const void *data, size_t size)
{
	void *copy = kmemdup(data, size, GFP_KERNEL);

	if (!copy)
		return -ENOMEM;
	pdev->dev.platform_data = copy;
	return 0;
}
static inline int devm_request_irq(struct device *dev, unsigned int irq, irq_handler_t handler, unsigned long flags, const char *name, void *id)
{ return devm_request_threaded_irq(dev, irq, handler, NULL, flags, name, id); }
static inline char *devm_kstrdup(struct device *dev, const char *s, gfp_t gfp)
{
	char *copy = s ? devm_kmalloc(dev, strlen(s) + 1, gfp) : NULL;

	return copy ? strcpy(copy, s) : NULL;
}
static inline void *devm_kmemdup(struct device *dev, const void *src, size_t size, gfp_t gfp)
{
	void *copy = devm_kmalloc(dev, size, gfp);

	return copy ? memcpy(copy, src, size) : NULL;
}
static inline int devm_device_add_group(struct device *dev, const struct attribute_group *grp) { return sysfs_create_group(&dev->kobj, grp); }
static inline int device_add_groups(struct device *dev, const struct attribute_group **groups) { return sysfs_create_groups(&dev->kobj, groups); }
static inline void device_remove_groups(struct device *dev, const struct attribute_group **groups) { sysfs_remove_groups(&dev->kobj, groups); }
static inline void device_initialize(struct device *dev) { kobject_init(&dev->kobj, NULL); }
static inline int dev_set_name(struct device *dev, const char *fmt, ...)
{
	va_list args;
	char *name;

	va_start(args, fmt);
	name = kvasprintf(GFP_KERNEL, fmt, args);
	va_end(args);
	dev->init_name = name;
	return name ? 0 : -ENOMEM;
}
static inline int device_add(struct device *dev) { return __wq_device_add(dev, dev_name(dev)); }
static inline int device_register(struct device *dev) { device_initialize(dev); return device_add(dev); }
static inline void device_del(struct device *dev) { __wq_device_remove(dev); }
static inline int cdev_device_add(struct cdev *cdev, struct device *dev)
{
	int err = dev->devt ? cdev_add(cdev, dev->devt, 1) : 0;

	if (err)
		return err;
	err = device_add(dev);
	if (err && dev->devt)
		cdev_del(cdev);
	return err;
}
static inline void cdev_device_del(struct cdev *cdev, struct device *dev) { device_del(dev); if (dev->devt) cdev_del(cdev); }
static inline void cdev_set_parent(struct cdev *p, struct kobject *kobj) { }
"""

Answer = Generator[object, None, int]


@kernel("int devm_request_threaded_irq(struct device *dev, unsigned int irq, irq_handler_t handler,"
        " irq_handler_t thread_fn, unsigned long flags, const char *name, void *dev_id)", may_sleep=True)  # fmt: skip
def devm_request_threaded_irq(
    k: Kernel, dev: int, irq: int, handler: int, thread_fn: int, flags: int, name: int, dev_id: int
) -> Answer:
    """request_threaded_irq(); the line is given back when the driver leaves the device."""
    text = k.mem.cstr(name).decode("utf-8", "replace") if name else "device"
    error = int((yield from k.irq.request_threaded_irq(irq, handler, thread_fn, flags, text, dev_id)))
    if not error:
        k.fs.devm_irq(dev, irq, dev_id)
    return error


@kernel("void devm_free_irq(struct device *dev, unsigned int irq, void *dev_id)", may_sleep=True)
def devm_free_irq(k: Kernel, dev: int, irq: int, dev_id: int) -> Generator[object, None, None]:
    """free_irq() of a line that devm_request_irq() took."""
    k.fs.devm_remove(dev, irq)
    yield from k.irq.free_irq(irq, dev_id)


@kernel("int __wq_device_add(struct device *dev, const char *name)", may_sleep=True)
def device_add(k: Kernel, dev: int, name: int) -> int:
    """device_add(): a device that the module defines, with its node in /dev if it has a number."""
    return int(k.fs.device_add_own(dev, k.mem.cstr(name).decode("utf-8", "replace")))
