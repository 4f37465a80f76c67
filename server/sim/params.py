"""Module parameters: what insmod sets and /sys/module/NAME/parameters shows and takes (kernel/params.c)."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from server.sim.cmodule.ir import Array

if TYPE_CHECKING:
    from server.sim.cmodule.image import Image
    from server.sim.cmodule.ir import Param, Unit
    from server.sim.kernel import Kernel
    from server.sim.machine import Task

ENOENT, EINVAL, ERANGE, ENOSPC, EPERM = 2, 22, 34, 28, 1
# kind: (bytes, signed)
NUMBERS = {
    "byte": (1, False),
    "short": (2, True),
    "ushort": (2, False),
    "int": (4, True),
    "uint": (4, False),
    "long": (8, True),
    "ulong": (8, False),
    "ullong": (8, False),
    "hexint": (4, False),
}
TRUE, FALSE = ("y", "Y", "t", "T", "1", "on", "On", "oN", "ON"), ("n", "N", "f", "F", "0", "of", "off", "Off", "OFF")
VALUE_MAX = 1024
OPS_SET, OPS_GET = 8, 16  # struct kernel_param_ops


def split_args(text: str) -> list[tuple[str, str | None]]:
    """next_arg() over an argument string: `a=1 b="x y" flag`. Quotes protect blanks; the value is None without `=`."""
    out: list[tuple[str, str | None]] = []
    word, quoted, value_at = "", False, -1
    for char in text + " ":
        if char == '"':
            quoted = not quoted
        elif char.isspace() and not quoted:
            if word:
                out.append((word, None) if value_at < 0 else (word[:value_at], word[value_at + 1 :]))
            word, value_at = "", -1
        else:
            if char == "=" and value_at < 0:
                value_at = len(word)
            word += char
    return out


def parse_number(text: str) -> int | None:
    """kstrto*() with base 0: decimal, 0x hex, 0 octal, an optional sign and final newline."""
    text = text.removesuffix("\n")
    sign = -1 if text.startswith("-") else 1
    digits = text[1:] if text[:1] in ("-", "+") else text
    base = 16 if digits[:2].lower() == "0x" else 8 if digits[:1] == "0" and len(digits) > 1 else 10
    digits = digits[2:] if base == 16 else digits
    try:
        if not digits or not digits.isalnum():
            return None
        return sign * int(digits, base)
    except ValueError:
        return None


def string_bytes(k: Kernel, data: bytes) -> int:
    """The address of a copy of `data` that lives as long as the machine."""
    at = k.mem.alloc(len(data), False, "kernel_param")
    k.mem.write(at, data)
    return at


def string_at(k: Kernel, text: str) -> int:
    """The address of a copy of `text` that lives as long as the machine."""
    data = text.encode() + b"\0"
    at = string_bytes(k, data)
    return at


def store_scalar(k: Kernel, kind: str, addr: int, value: str | None) -> int:
    """Parses `value` into a variable: 0 or a negative errno (param_set_int and its kin)."""
    mem = k.mem
    if kind in ("bool", "invbool"):
        word = "1" if value is None else value.removesuffix("\n")
        if word not in TRUE and word not in FALSE:
            return -EINVAL
        mem.store(addr, 1, (word in TRUE) != (kind == "invbool"))
        return 0
    assert value is not None
    if kind == "charp":
        if len(value) > VALUE_MAX:
            return -ENOSPC
        mem.store(addr, 8, string_at(k, value.removesuffix("\n")))
        return 0
    size, signed = NUMBERS[kind]
    number = parse_number(value)
    if number is None:
        return -EINVAL
    low, high = (-(1 << 8 * size - 1), (1 << 8 * size - 1) - 1) if signed else (0, (1 << 8 * size) - 1)
    if not low <= number <= high:
        return -ERANGE if number > high or signed else -EINVAL
    mem.store(addr, size, number)
    return 0


def show_scalar(k: Kernel, kind: str, addr: int) -> str:
    """A variable as text, without newline (param_get_int and its kin)."""
    mem = k.mem
    if kind in ("bool", "invbool"):
        return "Y" if bool(mem.load(addr, 1)) != (kind == "invbool") else "N"
    if kind == "charp":
        at = mem.load(addr, 8)
        return mem.cstr(at, VALUE_MAX).decode("utf-8", "replace") if at else "(null)"
    size, signed = NUMBERS[kind]
    number = mem.load(addr, size, signed)
    return f"{number:#x}" if kind == "hexint" else str(number)


class Parameters:
    """The parameters of one module."""

    def __init__(self, k: Kernel, module: str, unit: Unit, image: Image) -> None:
        self.k = k
        self.module = module
        self.image = image
        self.unit = unit
        self.by_name: dict[str, Param] = {p.name.replace("-", "_"): p for p in unit.params}
        self._kp: dict[str, int] = {}
        self._holder: Task | None = None  # of the module's param_lock: one that dies in a callback keeps it
        self._waiters: list[Task] = []

    def parse(self, text: str) -> Generator[Any, Any, int]:
        """parse_args() at insmod: 0 or a negative errno; unknown ones are told and ignored."""
        k = self.k
        for name, value in split_args(text):
            param = self.by_name.get(name.replace("-", "_"))
            if param is None:
                k.printk.log(4, f"{self.module}: unknown parameter '{name}' ignored")
                continue
            error = yield from self.set(param, value)
            if param.kind == "array":
                value = (value or "").partition(",")[0]  # param_array() has put a NUL behind the first element
            if error == -ENOENT:
                k.printk.log(3, f"{self.module}: Unknown parameter `{name}'")
            elif error == -ENOSPC:
                k.printk.log(3, f"{self.module}: `{value or ''}' too large for parameter `{name}'")
            elif error:
                k.printk.log(3, f"{self.module}: `{value or ''}' invalid for parameter `{name}'")
            if error:
                return error
        return 0

    # ---- setting ---------------------------------------------------------------------------------

    def set(self, param: Param, value: str | None) -> Generator[Any, Any, int]:
        """Gives a parameter a value from text, under kernel_param_lock(): 0 or a negative errno."""
        if param.kind == "cb":
            yield from self._lock()
            result: int = yield from self._callback_set(param, value or "")
            self._unlock()
            return result
        if value is None and param.kind not in ("bool", "invbool"):
            return -EINVAL
        addr, _ = self.image.globals[param.variable]
        if param.kind == "array":
            return self._set_array(param, value or "")
        if param.kind == "string":
            if value is None or len(value) >= param.maxlen:
                self.k.printk.log(3, f"{param.name}: string doesn't fit in {param.maxlen - 1} chars.")
                return -ENOSPC
            self.k.mem.write(addr, value.removesuffix("\n").encode() + b"\0")
            return 0
        return store_scalar(self.k, param.kind, addr, value)

    def _lock(self) -> Generator[Any, Any, None]:
        """kernel_param_lock(): only a callback can sleep with it, so the others need not take it."""
        me = self.k.current
        while self._holder is not None:
            self._waiters.append(me)
            yield from self.k.sched.block("D", "LOCK", f"task:{self._holder.index}", "how=kernel_param_lock")
        self._holder = me

    def _unlock(self) -> None:
        self._holder = None
        if self._waiters:
            self.k.sched.wake_up(self._waiters.pop(0))

    def _set_array(self, param: Param, value: str) -> int:
        addr, _ = self.image.globals[param.variable]
        step, most = self._elements(param)
        parts = value.removesuffix("\n").split(",")
        if len(parts) > most:
            self.k.printk.log(3, f"{param.name}: can only take {most} arguments")
            return -EINVAL
        for i, part in enumerate(parts):
            error = store_scalar(self.k, param.element, addr + i * step, part)
            if error:
                return error
        if param.count_variable:
            count_addr, _ = self.image.globals[param.count_variable]
            self.k.mem.store(count_addr, 4, len(parts))
        self._kp[param.name + "#"] = len(parts)
        return 0

    def _callback_set(self, param: Param, value: str) -> Generator[Any, Any, int]:
        mem = self.k.mem
        ops, _ = self.image.globals[param.ops]
        fn = mem.load(ops + OPS_SET, 8)
        if not fn:
            return -EPERM
        result = yield from self.k.ccall(fn, string_at(self.k, value), self._kernel_param(param))
        return result - (1 << 32) if result >= 1 << 31 else result

    def _kernel_param(self, param: Param) -> int:
        """A struct kernel_param for callbacks: name, mod, ops, perm, level, flags, arg."""
        if param.name not in self._kp:
            arg = self.image.globals[param.variable][0] if param.variable in self.image.globals else 0
            ops = self.image.globals[param.ops][0] if param.ops else 0
            data = b"".join(n.to_bytes(8, "little") for n in (string_at(self.k, param.name), 0, ops, param.perm, arg))
            self._kp[param.name] = string_bytes(self.k, data)
        return self._kp[param.name]

    def _elements(self, param: Param) -> tuple[int, int]:
        """Bytes of an element, and how many there are."""
        array = self.unit.types[self.image.globals[param.variable][1]]
        assert isinstance(array, Array)
        return (array.size // array.count if array.count > 0 else 1), max(array.count, 0)

    # ---- reading ---------------------------------------------------------------------------------

    def get(self, param: Param) -> Generator[Any, Any, str]:
        """What reading the sysfs file gives, newline included."""
        mem = self.k.mem
        if param.kind == "cb":
            ops, _ = self.image.globals[param.ops]
            fn = mem.load(ops + OPS_GET, 8)
            if not fn:
                return ""
            buffer = mem.alloc(4096, True, "param")
            yield from self._lock()
            n = yield from self.k.ccall(fn, buffer, self._kernel_param(param))
            self._unlock()
            text = mem.read(buffer, min(max(n, 0), 4096)).decode("utf-8", "replace")
            mem.free(buffer)
            return text
        addr, _ = self.image.globals[param.variable]
        if param.kind == "array":
            step, most = self._elements(param)
            count = most
            if param.count_variable:
                count = mem.load(self.image.globals[param.count_variable][0], 4)
            values = [show_scalar(self.k, param.element, addr + i * step) for i in range(min(count, most))]
            return ",".join(values) + "\n"
        if param.kind == "string":
            return mem.cstr(addr, param.maxlen).decode("utf-8", "replace") + "\n"
        return show_scalar(self.k, param.kind, addr) + "\n"
