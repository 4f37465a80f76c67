"""Loading and unloading modules, their parameters, and what of them traces and splats name (kernel/module/)."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING, Any

from server.sim.cmodule.faults import Fault
from server.sim.cmodule.ir import Array, Integer, Record
from server.sim.kapi.module import GPL_COMPATIBLE
from server.sim.params import Parameters, show_scalar, store_scalar
from server.sim.workqueue.work import Work
from server.trace.events import KIND_BY_NAME

if TYPE_CHECKING:
    from types import FrameType

    from server.sim.cmodule.image import Image, Program
    from server.sim.cmodule.ir import Unit
    from server.sim.kernel import Kernel

MODULE_LOAD = KIND_BY_NAME["module_load"]
STORE = KIND_BY_NAME["wqp:store"]
MODULE_FREE = KIND_BY_NAME["module_free"]
MODULE = KIND_BY_NAME["wqp:module"]
MODULE_BYTES = 12288  # a page each of text, constants and data: what small modules take
NAME_LIKE = re.compile(r"[A-Za-z_][\w.:-]{0,30}").fullmatch
ENOENT, ENOMEM, EBUSY, EEXIST, EINVAL, EWOULDBLOCK = 2, 12, 16, 17, 22, 11


class Module:
    """A loaded module. `state`: coming, live, going."""

    __slots__ = ("name", "image", "unit", "state", "params", "refcount", "size", "addr", "users", "taints", "uses")

    def __init__(self, name: str, image: Image, unit: Unit, params: Parameters) -> None:
        self.name = name
        self.image = image
        self.unit = unit
        self.params = params
        self.state = "coming"
        self.refcount = 1  # its own, until it is initialised
        self.users: list[str] = []  # modules that use its symbols
        self.uses: list[Module] = []
        self.taints = "OE" if self.license in GPL_COMPATIBLE else "POE"
        self.size = MODULE_BYTES
        self.addr = min(image.functions.values(), default=0) & ~0xFFF

    @property
    def license(self) -> str:
        """What MODULE_LICENSE says."""
        return self.unit.info.get("license", "unspecified")


class Modules:
    """The list of modules; `available` are those that insmod can find, by file name without `.ko`."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.available: dict[str, tuple[Program, Unit]] = {}
        self.list: dict[str, Module] = {}
        self.loading = ""
        self._gone: dict[int, str] = {}
        self._last_unloaded = ""
        self._warned_signature = False
        self._free_list: list[Module] = []
        self.told_writes = -1
        self._free_work: Work | None = None

    # ---- insmod ----------------------------------------------------------------------------------

    def init_module(self, name: str, params: str, path: str = "") -> Generator[Any, Any, int]:
        """init_module(2): 0, or a negative errno. The origin of the run's clock is the entry of
        the first init function.
        """
        k = self.k
        found = self.available.get(name)
        if found is None:
            return -ENOENT
        program, unit = found
        yield from k.elapse("insmod")
        yield from k.sched.might_resched()
        if name in self.list:
            return -EBUSY if self.list[name].state == "going" else -EEXIST
        licence = unit.info.get("license", "unspecified")
        self._taint(name, licence)
        owners = self._resolve(name, unit)
        if owners is None:
            return -ENOENT
        image = program.load(k, name, {symbol: owner.image.address_of(symbol) for symbol, owner in owners.items()})
        module = Module(name, image, unit, Parameters(k, name, unit, image))
        for owner in dict.fromkeys(owners.values()):
            owner.refcount += 1
            owner.users.append(name)
            module.uses.append(owner)
        self.list[name] = module
        k.text.version += 1
        error = yield from module.params.parse(params)
        if error:
            self._unlink(module)
            return error
        k.emit(MODULE_LOAD, name, module.taints)
        if k.origin_ns < 0:
            k.origin_ns = k.cx.now
            k.at_origin()
        k.emit(MODULE, "init", name, 0)
        k.cpu.warm.clear()  # relocating filled the caches
        result = yield from self._run_init(module)
        return result

    def _run_init(self, module: Module) -> Generator[Any, Any, int]:
        k = self.k
        self._enter(module, "coming")
        self.loading = module.name
        result = 0
        try:
            if module.unit.init:
                result = yield from k.ccall(module.image.functions[module.unit.init])
                result = result - (1 << 32) if result >= 1 << 31 else result
        finally:
            self.loading = ""
        if result < 0:
            self._enter(module, "going")
            yield from k.rcu.synchronize()
            self._unlink(module)
            return result if result >= -4095 else result
        if result > 0:
            k.printk.log(4, f"do_init_module: '{module.name}'->init suspiciously returned {result}, it should follow "
                            "0/-E convention")  # fmt: skip
            k.printk.log(4, "do_init_module: loading module anyway...")
            k.oops.dump_stack()
        self._enter(module, "live")
        yield from k.sched.might_resched()  # the notifier chain of modules is a semaphore
        self._free_init(module)
        module.refcount -= 1
        return 0

    def _resolve(self, name: str, unit: Unit) -> dict[str, Module] | None:
        """simplify_symbols: the loaded modules that export what this one needs; None after saying what is missing."""
        owners: dict[str, Module] = {}
        for symbol in unit.externs:
            owner = next((m for m in self.list.values() if symbol in m.unit.exports and m.state != "going"), None)
            if owner is None:
                self.k.printk.log(4, f"{name}: Unknown symbol {symbol} (err -2)")
            else:
                owners[symbol] = owner
        return owners if len(owners) == len(unit.externs) else None

    def _taint(self, name: str, licence: str) -> None:
        """module_augment_kernel_taints: each taint is told when a module first brings it."""
        k = self.k
        proprietary = licence not in GPL_COMPATIBLE and not k.oops.tainted.get("P")
        if not self._warned_signature:
            k.printk.log(4, f"{name}: loading out-of-tree module taints kernel.")
        if proprietary:
            k.printk.log(4, f"{name}: module license '{licence}' taints kernel.")
            k.oops.tainted["P"] = True
            if k.lockdep.locks_off():
                k.printk.log(4, "Disabling lock debugging due to kernel taint")
        if not self._warned_signature:
            self._warned_signature = True
            k.oops.tainted |= {"O": True, "E": True}
            k.printk.log(
                5, f"{name}: module verification failed: signature and/or required key missing - tainting kernel"
            )
        if proprietary:
            k.printk.log(4, f"{name}: module license taints kernel.")

    def _free_init(self, module: Module) -> None:
        """do_init_module queues do_free_init on the system workqueue: it waits a grace period,
        then frees the init text.
        """
        k = self.k
        self._free_list.append(module)
        if self._free_work is None:
            self._free_work = k.wq.kernel_work(lambda _: self._do_free_init(), "do_free_init")
        k.wq.enqueue(k.wq.cpu_unbound, k.wq.named["system_wq"], self._free_work)

    def _do_free_init(self) -> Generator[Any, Any, None]:
        modules, self._free_list = self._free_list, []
        yield from self.k.rcu.synchronize()
        for module in modules:
            module.image.free_init()

    # ---- rmmod -----------------------------------------------------------------------------------

    def delete_module(self, name: str) -> Generator[Any, Any, int]:
        """delete_module(2): 0, or a negative errno."""
        k = self.k
        k.charge("syscall")
        module = self.list.get(name)
        if module is None:
            return -ENOENT
        if module.users:
            return -EWOULDBLOCK
        if module.state != "live":
            return -EBUSY
        if module.unit.init and not module.unit.exit:
            return -EBUSY
        if module.refcount:
            return -EWOULDBLOCK
        self._enter(module, "going")
        module.refcount = -1  # try_stop_module() took the module's own reference
        if module.unit.exit:
            yield from k.ccall(module.image.functions[module.unit.exit])
        yield from k.sched.might_resched()
        yield from k.elapse("rmmod")
        k.emit(MODULE_FREE, name)
        yield from k.rcu.synchronize()
        self._report_leaks(module)
        self._unlink(module)
        self._last_unloaded = f"{name}({module.taints})"
        return 0

    def _report_leaks(self, module: Module) -> None:
        for finding in module.image.leaks():
            self.k.oops.finding(finding)

    def _unlink(self, module: Module) -> None:
        for name, addr in module.image.functions.items():
            self._gone[addr] = f"{name} [{module.name}]"
        for pid in sorted(self.k.tasks):
            task = self.k.tasks[pid]
            at = module.image.inside(task.gen) if task.gen is not None and task is not self.k.current else None
            if at is not None:
                task.doom = Fault("nx", at, "exec", 0, -1)
        module.image.unload()
        for owner in module.uses:
            owner.refcount -= 1
            owner.users.remove(module.name)
        self.list.pop(module.name, None)
        self.k.text.version += 1

    # ---- what C asks for -------------------------------------------------------------------------

    def try_module_get(self, addr: int) -> bool:
        """try_module_get(): a reference, unless the module is going. A NULL module (built in) always works."""
        module = self._this(addr)
        if module is None:
            return True
        if module.state == "going":
            return False
        module.refcount += 1
        return True

    def module_put(self, addr: int) -> None:
        """module_put()."""
        module = self._this(addr)
        if module is not None:
            if module.refcount == 0:
                self.k.oops.warn("module_put", 861, "reference count below zero", file="kernel/module/main.c")
            else:
                module.refcount -= 1

    def module_refcount(self, addr: int) -> int:
        """module_refcount()."""
        module = self._this(addr)
        return module.refcount if module is not None else 0

    def _enter(self, module: Module, state: str) -> None:
        """Another state, which C reads in THIS_MODULE."""
        module.state = state
        addr = module.image.globals.get("__this_module", (0, 0))[0]
        if addr:
            self.k.poke(addr, 4, ("live", "coming", "going").index(state))

    def _this(self, addr: int) -> Module | None:
        """The module whose THIS_MODULE is at `addr`."""
        for module in self.list.values():
            if addr and module.image.globals.get("__this_module", (0, 0))[0] == addr:
                return module
        return None

    def _kp_arg(self, kp: int) -> int:
        return self.k.mem.load(kp + 32, 8)

    def param_set(self, kind: str, value: int, kp: int) -> int:
        """param_set_int() and its kin, called by a module's own callbacks."""
        text = self.k.mem.cstr(value).decode("utf-8", "replace") if value else None
        return store_scalar(self.k, kind, self._kp_arg(kp), text)

    def param_get(self, kind: str, buffer: int, kp: int) -> int:
        """param_get_int() and its kin: bytes written."""
        data = (show_scalar(self.k, kind, self._kp_arg(kp)) + "\n").encode()
        self.k.mem.write(buffer, data + b"\0")
        return len(data)

    def call_usermodehelper(self, path: int, argv: int, envp: int, wait: int) -> Generator[Any, Any, int]:
        """call_usermodehelper(): the machine has no such programs."""
        del argv, envp, wait
        yield from self.k.might_sleep("call_usermodehelper")
        self.k.charge("fork")
        program = self.k.mem.cstr(path).decode("utf-8", "replace")
        self.k.check("usermodehelper", f"{program} does not exist in the simulated machine")
        return -ENOENT

    def tell_stores(self) -> None:
        """Emits the module variables that have changed since this was last called (`wqp:store`)."""
        k = self.k
        if not self.list:
            return
        writes = k.mem.writes
        if writes == self.told_writes:
            return
        self.told_writes = writes
        for module in self.list.values():
            for name, value in module.image.changes():
                k.emit(STORE, name, str(value))

    # ---- names -----------------------------------------------------------------------------------

    def describe(self, addr: int) -> str:
        """The path of a global that holds `addr`, or ``""``."""
        for module in self.list.values():
            path = module.image.describe(addr)
            if path:
                return path
        return ""

    def heap_name(self, addr: int) -> str:
        """What C itself calls a heap object: the text of a `char name[…]` of the struct that a member at `addr` lies
        in.

        The struct is the one of the module whose size is that of the object and which has a member there.
        """
        alloc = self.k.mem.heap.find(addr)
        if alloc is None:
            return ""
        for module in self.list.values():
            types = module.unit.types
            for record in types:
                if not isinstance(record, Record) or record.size != alloc.size:
                    continue
                if all(f.offset != addr - alloc.addr for f in record.fields):
                    continue
                for field in record.fields:
                    of = types[field.type]
                    if isinstance(of, Array) and of.count == of.size > 1 and isinstance(types[of.of], Integer):
                        raw = self.k.peek(alloc.addr + field.offset, of.size).to_bytes(of.size, "little")
                        text = raw.split(b"\0")[0].decode("ascii", "replace")
                        if NAME_LIKE(text):
                            return text
        return ""

    def standing(self, innermost: Iterable[FrameType]) -> str:
        """`fn(), module.c:12`: where in a module's C some frames, the innermost first, stand; or nothing."""
        return next(filter(None, (m.image.standing(innermost) for m in self.list.values())), "")

    def of_text(self, addr: int) -> str:
        """The module whose function is at `addr`."""
        for module in self.list.values():
            if module.image.symbol(addr) is not None:
                return module.name
        return ""

    def of_name(self, function: str) -> str:
        """The module that has a function of this name."""
        for module in self.list.values():
            if function in module.image.functions:
                return module.name
        return next(iter(self.list), "")

    def symbol(self, function: str, line: int) -> str:
        """`fn+0x1c/0x70 [module]` for a C function at a line."""
        for module in self.list.values():
            text = module.image.text(function)
            if text is not None:
                return f"{text.symbol(line)} [{module.name}]"
        return ""

    def gone_function(self, addr: int) -> str:
        """The name that a function had before its module was unloaded."""
        return self._gone.get(addr, "")

    def linked_in(self) -> str:
        """What follows `Modules linked in:`."""
        marks = {"coming": "+", "going": "-", "live": ""}
        names = " ".join(f"{m.name}({m.taints}{marks[m.state]})" for m in reversed(self.list.values()))
        return names + (f" [last unloaded: {self._last_unloaded}]" if self._last_unloaded else "")

    @staticmethod
    def source_name() -> str:
        """The module's source as diagnostics name it."""
        return "module.c"

    def source_path(self) -> str:
        """Its path as the compiler saw it, for BUG() and WARN()."""
        name = self.loading or next(reversed(self.list), "module")
        return f"{self.k.build_dir}/{name}/module.c"

    @staticmethod
    def suffix(fn_name: str) -> str:
        """` [module]` of a printed function name."""
        head, bracket, rest = fn_name.partition(" [")
        del head
        return f" [{rest}" if bracket else ""
