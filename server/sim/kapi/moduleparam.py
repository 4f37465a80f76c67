"""<linux/moduleparam.h>: what callbacks of parameters use; the macros that declare them stand in module.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.kapi.registry import Handler, kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

KINDS = ("byte", "short", "ushort", "int", "uint", "long", "ulong", "ullong", "hexint", "bool", "invbool", "charp")

HEADER = (
    "extern const struct kernel_param_ops "
    + ", ".join(f"param_ops_{kind}" for kind in KINDS)
    + r""", param_ops_string;
struct kparam_string { unsigned int maxlen; char *string; };
"""
)

INLINE = (
    "".join(
        f"static const struct kernel_param_ops param_ops_{kind} = {{ .set = param_set_{kind}, .get = param_get_{kind} }};\n"
        for kind in KINDS
    )
    + r"""
static inline void param_free_charp(void *arg) { }
static inline int param_set_uint_minmax(const char *val, const struct kernel_param *kp, unsigned int low, unsigned int high)
{
	unsigned int num;
	int ret;

	if (!val)
		return -EINVAL;
	ret = kstrtouint(val, 0, &num);
	if (ret)
		return ret;
	if (num < low || num > high)
		return -EINVAL;
	*((unsigned int *)kp->arg) = num;
	return 0;
}
static inline int param_set_copystring(const char *val, const struct kernel_param *kp)
{
	const struct kparam_string *kps = kp->arg;

	if (strnlen(val, kps->maxlen) == kps->maxlen) {
		pr_err("%s: string doesn't fit in %u chars.\n", kp->name, kps->maxlen - 1);
		return -ENOSPC;
	}
	strcpy(kps->string, val);
	return 0;
}
static inline int param_get_string(char *buffer, const struct kernel_param *kp)
{ return scnprintf(buffer, PAGE_SIZE, "%s\n", ((const struct kparam_string *)kp->arg)->string); }
static const struct kernel_param_ops param_ops_string = { .set = param_set_copystring, .get = param_get_string };
"""
)


def _setter(kind: str) -> Handler:
    def param_set(k: Kernel, val: int, kp: int) -> int:
        return int(k.modules.param_set(kind, val, kp))

    param_set.__doc__ = f"Parse `val` into the variable of type {kind} that `kp->arg` points to: 0 or -errno."
    return kernel(f"int param_set_{kind}(const char *val, const struct kernel_param *kp)")(param_set)


def _getter(kind: str) -> Handler:
    def param_get(k: Kernel, buffer: int, kp: int) -> int:
        return int(k.modules.param_get(kind, buffer, kp))

    param_get.__doc__ = f"Write the variable of type {kind} that `kp->arg` points to as text: its length."
    return kernel(f"int param_get_{kind}(char *buffer, const struct kernel_param *kp)")(param_get)


_HANDLERS = {
    f"param_{what}_{kind}": make(kind) for kind in KINDS for what, make in (("set", _setter), ("get", _getter))
}
globals().update(_HANDLERS)
