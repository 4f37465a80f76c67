#include <linux/module.h>
#include <linux/kobject.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/slab.h>
static void gone(struct kobject *k) { pr_info("release of %s\n", kobject_name(k)); kfree(k); }
static const struct kobj_type type = { .release = gone, .sysfs_ops = &kobj_sysfs_ops };
static int __init start(void)
{
	struct kset *set = kset_create_and_add("names_set", NULL, kernel_kobj);
	struct kobject *k = kzalloc(sizeof(*k), GFP_KERNEL);
	char buf[20];

	if (!set || !k || kobject_init_and_add(k, &type, &set->kobj, "child%d", 7))
		return -ENOMEM;
	kobject_put(k);
	kset_unregister(set);
	print_dev_t(buf, MKDEV(MISC_MAJOR, 3));
	pr_info("%s", buf);
	pr_info("%s %llx\n", format_dev_t(buf, MKDEV(240, 255)), PHYS_ADDR_MAX);
	return 0;
}
static void __exit stop(void) { }
module_init(start); module_exit(stop);
MODULE_LICENSE("GPL");

// Names and releases of kobjects, device numbers. What follows is Debian's 6.12 under QEMU.
// dmesg: release of child7
// dmesg: 10:3
// dmesg: 240:255 ffffffffffffffff
