"""<linux/module.h>, <linux/export.h>, <linux/init.h>, <linux/kmod.h>: the module itself."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

GPL_COMPATIBLE = ("GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL")

HEADER = r"""
typedef int (*initcall_t)(void);
typedef void (*exitcall_t)(void);
struct module { int state; struct list_head list; char name[56]; const char *version, *srcversion; void *wq_private; };
struct __wq_initcall { initcall_t fn; };
struct __wq_exitcall { exitcall_t fn; };
struct __wq_info { const char *key, *value; };
struct kernel_param;
struct kernel_param_ops {
	unsigned int flags;
	int (*set)(const char *val, const struct kernel_param *kp);
	int (*get)(char *buffer, const struct kernel_param *kp);
	void (*free)(void *arg);
};
struct kernel_param {
	const char *name;
	struct module *mod;
	const struct kernel_param_ops *ops;
	const u16 perm;
	s8 level;
	u8 flags;
	void *arg;
};
struct __wq_param {
	const char *name, *kind, *element;
	const void *variable;
	int perm;
	const unsigned int *count;
	const struct kernel_param_ops *ops;
	int maxlen;
};
extern struct module __this_module;
static struct module __this_module = { .name = KBUILD_MODNAME, .list = { &__this_module.list, &__this_module.list } };
#define THIS_MODULE (&__this_module)
#define module_init(initfn) static const struct __wq_initcall __wq_initcall_ __used = { initfn };
#define module_exit(exitfn) static const struct __wq_exitcall __wq_exitcall_ __used = { exitfn };
#define early_initcall(fn) module_init(fn)
#define core_initcall(fn) module_init(fn)
#define subsys_initcall(fn) module_init(fn)
#define fs_initcall(fn) module_init(fn)
#define device_initcall(fn) module_init(fn)
#define late_initcall(fn) module_init(fn)
#define __wq_info(key, value) static const struct __wq_info __PASTE(__wq_info_, __COUNTER__) __used = { key, value }
#define MODULE_LICENSE(text) __wq_info("license", text)
#define MODULE_AUTHOR(text) __wq_info("author", text)
#define MODULE_DESCRIPTION(text) __wq_info("description", text)
#define MODULE_VERSION(text) __wq_info("version", text)
#define MODULE_ALIAS(text) __wq_info("alias", text)
#define MODULE_INFO(tag, text) __wq_info(#tag, text)
#define MODULE_SOFTDEP(text) __wq_info("softdep", text)
#define MODULE_FIRMWARE(text) __wq_info("firmware", text)
#define MODULE_IMPORT_NS(ns) __wq_info("import_ns", #ns)
#define MODULE_ALIAS_MISCDEV(minor) __wq_info("alias", "char-major-10-" __stringify(minor))
#define MODULE_DEVICE_TABLE(type, name)
#define MODULE_SUPPORTED_DEVICE(name) _Static_assert(0, "MODULE_SUPPORTED_DEVICE() was removed in 5.12: drop the line")
#define MODULE_PARM(var, type) _Static_assert(0, "MODULE_PARM() was removed in 2.6.17: use module_param(" #var ", type, perm)")
#define MODULE_PARM_DESC(name, text) __wq_info("parm", #name ":" text)
#define EXPORT_SYMBOL(sym) extern typeof(sym) sym; __wq_info("export", #sym)
#define EXPORT_SYMBOL_GPL(sym) extern typeof(sym) sym; __wq_info("export_gpl", #sym)
#define EXPORT_SYMBOL_NS(sym, ns) EXPORT_SYMBOL(sym)
#define EXPORT_NO_SYMBOLS __wq_EXPORT_NO_SYMBOLS_was_removed_in_2_6_use_nothing
typedef bool __wq_param_type_bool, __wq_param_type_invbool;
typedef unsigned char __wq_param_type_byte;
typedef short __wq_param_type_short;
typedef unsigned short __wq_param_type_ushort;
typedef int __wq_param_type_int;
typedef unsigned int __wq_param_type_uint, __wq_param_type_hexint;
typedef long __wq_param_type_long;
typedef unsigned long __wq_param_type_ulong;
typedef unsigned long long __wq_param_type_ullong;
typedef char *__wq_param_type_charp;
#define module_param_hw(name, type, hwtype, perm) module_param(name, type, perm)
#define module_param_hw_named(name, value, type, hwtype, perm) module_param_named(name, value, type, perm)
#define module_param_hw_array(name, type, hwtype, nump, perm) module_param_array(name, type, nump, perm)
#define module_param_named(name, value, type, perm) \
	static const struct __wq_param __wq_param_##name __used = { \
		#name, #type, "", &(value), perm }; \
	static __wq_param_type_##type *const __wq_check_##name __used = &(value)
#define module_param(name, type, perm) module_param_named(name, name, type, perm)
#define module_param_unsafe(name, type, perm) module_param_named(name, name, type, perm)
#define module_param_array_named(name, array, type, nump, perm) \
	static const struct __wq_param __wq_param_##name __used = { #name, "array", #type, \
		&(array)[0], perm, (const unsigned int *)(nump) }; \
	static __wq_param_type_##type *const __wq_check_##name __used = &(array)[0]
#define module_param_array(name, type, nump, perm) module_param_array_named(name, name, type, nump, perm)
#define module_param_string(name, string, len, perm) \
	static const struct __wq_param __wq_param_##name __used = { #name, "string", "", string, perm, 0, 0, len }
#define module_param_cb(name, ops_, arg, perm) \
	static const struct __wq_param __wq_param_##name __used = { #name, "cb", "", arg, perm, 0, ops_ }
#define module_param_named_unsafe(name, value, type, perm) module_param_named(name, value, type, perm)
#define module_param_cb_unsafe(name, ops, arg, perm) module_param_cb(name, ops, arg, perm)
#define module_param_call(name, set_, get_, arg, perm) \
	static const struct kernel_param_ops __param_ops_##name = { .flags = 0, .set = set_, .get = get_ }; \
	module_param_cb(name, &__param_ops_##name, arg, perm)
#define kernel_param_lock(mod) do { (void)(mod); } while (0)
#define kernel_param_unlock(mod) do { (void)(mod); } while (0)
#define EXPORT_SYMBOL_NS_GPL(sym, ns) EXPORT_SYMBOL_GPL(sym)
#define arch_initcall(fn) module_init(fn)
#define postcore_initcall(fn) module_init(fn)
#define rootfs_initcall(fn) module_init(fn)
#define module_put_and_kthread_exit(code) kthread_exit(code)
#define __setup(str, fn) static void * __UNIQUE_ID(setup) __used = fn
#define early_param(str, fn) __setup(str, fn)
#define core_param(name, var, type, perm) module_param_named(name, var, type, perm)
#define UMH_NO_WAIT 0x00
#define UMH_WAIT_EXEC 0x01
#define UMH_WAIT_PROC 0x02
#define UMH_KILLABLE 0x04
struct cred;
struct subprocess_info { const char *path; char **argv, **envp; int wait; void *data; void (*cleanup)(struct subprocess_info *info); };
#define symbol_get(x) (&(x))
#define symbol_put(x) do { } while (0)
#define request_module(fmt...) __request_module(true, fmt)
"""

INLINE = r"""
static inline const char *module_name(struct module *mod) { return mod->name; }
static inline bool module_is_live(struct module *mod) { return mod->state != 2; }
static inline struct subprocess_info *call_usermodehelper_setup(const char *path, char **argv, char **envp, gfp_t gfp_mask,
	int (*init)(struct subprocess_info *info, struct cred *new), void (*cleanup)(struct subprocess_info *info), void *data)
{
	struct subprocess_info *info = kzalloc(sizeof(*info), gfp_mask);

	if (!info)
		return NULL;
	info->path = path;
	info->argv = argv;
	info->envp = envp;
	info->cleanup = cleanup;
	info->data = data;
	return info;
}
static inline int call_usermodehelper_exec(struct subprocess_info *info, int wait)
{
	int err = call_usermodehelper(info->path, info->argv, info->envp, wait);

	if (info->cleanup)
		info->cleanup(info);
	kfree(info);
	return err;
}
static inline void __module_get(struct module *mod) { try_module_get(mod); }
"""


@kernel("bool try_module_get(struct module *module)")
def try_module_get(k: Kernel, module: int) -> int:
    """Take a reference on a module, unless it is on its way out."""
    return int(k.modules.try_module_get(module))


@kernel("void module_put(struct module *module)")
def module_put(k: Kernel, module: int) -> None:
    """Give a reference on a module back."""
    k.modules.module_put(module)


@kernel("int module_refcount(struct module *mod)")
def module_refcount(k: Kernel, module: int) -> int:
    """The number of references on a module."""
    return int(k.modules.module_refcount(module))


@kernel("int __request_module(bool wait, const char *name, ...)", may_sleep=True, attributes="__printf(2, 3)")
def request_module(k: Kernel, wait: int, name: int, *args: int) -> int:
    """Ask user space to load a module: the simulated machine has no others."""
    k.charge("call")
    return -2


@kernel("int call_usermodehelper(const char *path, char **argv, char **envp, int wait)", may_sleep=True)
def call_usermodehelper(k: Kernel, path: int, argv: int, envp: int, wait: int) -> Generator[object, None, int]:
    """Start a user-space program from the kernel; the simulated machine has few, so most give -ENOENT."""
    result = yield from k.modules.call_usermodehelper(path, argv, envp, wait)
    return int(result)
