"""A module in memory: `program = lower(unit)` once, `image = program.load(host)` at each insmod."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Generator, Iterable
from inspect import isgeneratorfunction
from types import FrameType
from typing import Any

from server.sim.cmodule import ir
from server.sim.cmodule.analyse import analyse
from server.sim.cmodule.faults import Finding
from server.sim.cmodule.findings import STEP_BYTES, FunctionText, Variable
from server.sim.cmodule.host import Entry, Host
from server.sim.cmodule.layout import infos
from server.sim.cmodule.lower import HEADER_FILE, Lowered, LowerError
from server.sim.cmodule.paths import path_to
from server.sim.cmodule.runtime import Runtime
from server.sim.cmodule.spin import frames
from server.sim.cmodule.statics import DataLayout, Relocation

PAGE = 4096
PERCPU_OFFSET_MAX = 1 << 30


class Program:
    """A lowered unit. It is lowered at its first load: only then is known which kernel functions wait."""

    def __init__(self, unit: ir.Unit) -> None:
        """Analyse the unit. Raises LowerError for initial values that are no constants."""
        self.unit = unit
        self.analysis = analyse(unit)
        self.types = infos(unit.types)
        self.data = DataLayout(unit, self.types, self.analysis.globals)
        self.strings: dict[bytes, int] = {}
        self.initial: dict[str, tuple[bytearray, list[Relocation]]] = {}
        for name, definition in self.analysis.globals.items():
            try:
                self.initial[name] = self.data.contents(definition, self.strings)
            except ValueError as error:
                raise LowerError(f"'{name}': {error}", definition.line) from None
        self._lowered: dict[frozenset[str], Lowered] = {}

    def lowered(self, blocking: frozenset[str]) -> Lowered:
        """The code for a set of kernel functions that may wait."""
        found = self._lowered.get(blocking)
        if found is None:
            found = self._lowered[blocking] = Lowered(self.analysis, self.unit, self.data, blocking.__contains__)
        return found

    def load(self, host: Host, name: str = "module", externs: dict[str, int] | None = None) -> Image:
        """Map text and data and bind the code to `host`. Raises KeyError for kernel functions that the host lacks.

        `externs` are the addresses of the symbols that other modules export.
        """
        functions: dict[str, Any] = {}
        missing = []
        for kernel in self.analysis.kernel:
            function = host.kernel_function(kernel)
            if function is None:
                missing.append(kernel)
            functions[kernel] = function
        if missing:
            raise KeyError(*missing)
        blocking = frozenset(n for n, f in functions.items() if isgeneratorfunction(f))
        return Image(self, self.lowered(blocking), host, functions, name, externs or {})


def lower(unit: ir.Unit) -> Program:
    """A unit ready to be loaded, any number of times. Pure. Raises LowerError."""
    return Program(unit)


GOT = "__got_"  # what stands before another module's symbol in the name of the pointer to it
KERNEL_OWN = (
    "task_struct", "cpumask", "kernel_param", "seq_file", "seq position", "inode", "file", "class", "param", "work",
    "net", "block",
)  # fmt: skip
"""What the simulated kernel allocates for itself while C runs: no leak of the module."""


def shown(name: str) -> str:
    """A function's or variable's name as the source has it."""
    return name.partition(ir.SAME_NAME)[0]


class Image:
    """A loaded module. `functions` maps names to addresses, `globals` to (address, type index)."""

    def __init__(
        self, program: Program, lowered: Lowered, host: Host, kernel: dict[str, Any], name: str, externs: dict[str, int]
    ) -> None:
        """Lay out and fill memory, then run the code's definitions."""
        self.program, self.unit, self.host, self.name, self.lowered = program, program.unit, host, name, lowered
        self.mem, self.externs = host.mem, externs
        self.functions: dict[str, int] = {}
        self.globals: dict[str, tuple[int, int]] = {}
        self.percpu: dict[str, int] = {}  # raw addresses
        self.loaded = True
        self._texts: list[FunctionText] = []
        self._map_text()
        self._map_data()
        self._fill()
        self.ns: dict[str, Any] = {"__builtins__": {}, **Runtime(host).names}
        self._names(kernel)
        self.mem.bind(self.ns, self.base, self.size)
        for code in lowered.codes:
            exec(code, self.ns)
        self._publish()
        self._watched = b""
        self.changes()

    # ---- layout ----------------------------------------------------------------------------------

    def _map_text(self) -> None:
        text = self.host.text
        addr = self._text_start = text.next_module
        for function in self.program.analysis.functions.values():
            lines = max(function.end_line - function.line, 1) + 1
            size = -(-lines * STEP_BYTES // 16) * 16
            file = self.unit.files[function.file] if function.file >= 0 else HEADER_FILE
            self._texts.append(FunctionText(function.name, addr, size, function.line, file, self.name))
            self.functions[function.name] = addr
            addr += size
        self.text_end = addr
        text.next_module = self._text_next = -(-addr // PAGE) * PAGE + PAGE
        self._starts = [t.addr for t in self._texts]

    def _map_data(self) -> None:
        data, mem = self.program.data, self.mem
        self._strings = dict(self.program.strings)
        for text in self.lowered.state.strings:
            self._strings.setdefault(text, len(self._strings))
        self.string_at: dict[bytes, int] = {}
        top = data.top
        for text in self._strings:
            self.string_at[text] = top
            top += -(-len(text) // 8) * 8 + 8
        self.size = -(-(top + 64) // PAGE) * PAGE
        self.base = mem.map_data(self.size)
        region, start = mem.modules, self.base - mem.modules.base
        region.paint(start, start + self.size, 0xF9)
        for name, offset in (*data.offsets.items(), *data.constants.items()):
            self.globals[name] = (self.base + offset, data.needed[name].type)
        for name, definition in data.percpu.items():
            raw = mem.percpu_alloc(data.size(definition), 64)
            if not raw:
                raise MemoryError(f"no room for the per-CPU variable '{name}'")
            self.percpu[name] = raw
            self.globals[name] = (raw, definition.type)

    def _address(self, kind: str, name: str) -> int:
        if kind == "string":
            text = list(self.program.strings)[int(name)]
            return self.base + self.string_at[text]
        if kind == "global":
            return self.globals[name][0] if name in self.globals else self.externs[name]
        addr = self.functions.get(name, self.externs.get(name))
        return addr if addr is not None else self.host.text.kernel_address(name)

    def _content(self, name: str) -> bytes:
        data, relocations = self.program.initial[name]
        out = bytearray(data)
        for relocation in relocations:
            value = self._address(relocation.kind, relocation.name) + relocation.addend
            size = relocation.size
            out[relocation.offset : relocation.offset + size] = (value & ((1 << 8 * size) - 1)).to_bytes(size, "little")
        return bytes(out)

    def _fill(self) -> None:
        mem, data = self.mem, self.program.data
        region, start = mem.modules, self.base - mem.modules.base
        for piece in data.pieces:
            content = self._content(piece.name)
            at = start + piece.offset
            region.data[at : at + len(content)] = content
            region.open(at, piece.size, written=True, writable=piece.writable)
            definition = data.needed[piece.name]
            if piece.name.startswith(GOT):
                region.data[at : at + 8] = self.externs[piece.name.removeprefix(GOT)].to_bytes(8, "little")
            file = self.unit.files[definition.file] if definition.file >= 0 else HEADER_FILE
            mem.find.variables.append(Variable(self.base + piece.offset, piece.size, piece.name, definition.line, file))
        for text, offset in self.string_at.items():
            region.data[start + offset : start + offset + len(text)] = text
            region.open(start + offset, len(text), written=True, writable=False)
        for name, raw in self.percpu.items():
            content = self._content(name)
            for cpu in range(mem.nr_cpus):
                mem.write(raw + mem.percpu_offset(cpu), content)

    def _names(self, kernel: dict[str, Any]) -> None:
        ns, state, mem = self.ns, self.lowered.state, self.mem
        for name, (addr, _) in self.globals.items():
            ns[f"g:{name}"] = addr
        for text, number in state.strings.items():
            ns[f"s:{number}"] = self.base + self.string_at[text]
        for name, function in kernel.items():
            ns[f"k:{name}"] = function
        for name in state.addresses:
            ns[f"a:{name}"] = self._address("function", name)
        for statements in state.costs:
            ns[f"t:{statements}"] = statements * self.host.cx.stmt_ns
        runtime = Runtime(self.host)
        for name, (variable, in_function) in state.poisons.items():
            ns[name] = runtime.poison(variable, in_function)
        for name, frame in state.frames.items():
            ns[f"frame:{name}"] = frame
        mem.find.functions.update({(t.file, t.name): t for t in self._texts if t.file != HEADER_FILE})

    def _publish(self) -> None:
        generators = self.lowered.state.generators
        definitions = self.program.analysis.functions
        for name, addr in self.functions.items():
            function = self.ns[name]
            self.ns[f"f:{name}"] = function
            type_ = self.unit.types[definitions[name].type]
            variadic = isinstance(type_, ir.Function) and type_.variadic
            arity = -1 if variadic else definitions[name].params
            self.host.text[addr] = Entry(function, name in generators, shown(name), arity)

    def address_of(self, symbol: str) -> int:
        """The address of a function or variable that the module exports."""
        return self.functions[symbol] if symbol in self.functions else self.globals[symbol][0]

    # ---- questions ---------------------------------------------------------------------------------

    def symbol(self, addr: int) -> tuple[str, int] | None:
        """(function or variable, offset) of an address in the module, or None."""
        at = bisect_right(self._starts, addr) - 1
        if at >= 0 and addr < self._texts[at].addr + self._texts[at].size:
            return shown(self._texts[at].name), addr - self._texts[at].addr
        for name, (start, _) in self.globals.items():
            if start <= addr < start + self.program.data.size(self.program.data.needed[name]):
                return shown(name), addr - start
        return None

    def text(self, name: str) -> FunctionText | None:
        """A function's place in the text: address, size, first line."""
        return next((t for t in self._texts if t.name == name), None)

    def describe(self, addr: int, record: str = "") -> str | None:
        """The path of a global that lies at an address, `jobs[2].work`; None for anything else.

        `record` is the tag of the struct that is meant, where an outer one begins at the same address.
        A CPU's copy of a per-CPU variable has the CPU behind it: `visit_work (cpu 1)`.
        """
        split = self.mem.percpu_split(addr)
        where = ""
        if split is not None:
            addr, where = split[0], f" (cpu {split[1]})"
        data = self.program.data
        for name, (start, type_) in self.globals.items():
            if start <= addr < start + data.size(data.needed[name]) and (name in self.percpu) == (split is not None):
                return shown(name).replace(".", ":") + path_to(self.unit.types, type_, addr - start, record) + where
        return None

    def inside(self, task: Generator[Any, Any, Any]) -> int | None:
        """Where a suspended task will go on in this module's text, or None: after an unload it faults there.

        The engine then throws `Fault("nx", addr, "exec", 0, line)` into the task instead of resuming it.
        """
        for frame in reversed(frames(task)):
            if frame.f_globals is self.ns:
                text = self.text(frame.f_code.co_name)
                if text is not None:
                    return text.addr + min(max(frame.f_lineno - text.line, 0) * STEP_BYTES + 4, text.size - 1)
        return None

    def standing(self, innermost: Iterable[FrameType]) -> str:
        """`fn(), module.c:12` for the first of some frames that is this module's own C; nothing if none is."""
        for frame in innermost:
            code = frame.f_code
            if frame.f_globals is self.ns and code.co_filename != HEADER_FILE and self.text(code.co_name) is not None:
                return f"{shown(code.co_name)}(), {code.co_filename}:{frame.f_lineno}"
        return ""

    def changes(self) -> list[tuple[str, int]]:
        """The writable integer globals that changed since this was last asked, with their values."""
        start = self.base - self.mem.modules.base
        now = bytes(self.mem.modules.data[start : start + self.program.data.top])
        before, self._watched = self._watched, now
        if now == before:
            return []
        out = []
        for name, offset in self.program.data.offsets.items():
            type_ = self.program.types[self.program.data.needed[name].type]
            if type_.kind == "int" and now[offset : offset + type_.size] != before[offset : offset + type_.size]:
                out.append((name, int.from_bytes(now[offset : offset + type_.size], "little", signed=type_.signed)))
        return out

    # ---- the end -------------------------------------------------------------------------------------

    def free_init(self) -> None:
        """The init section goes once init has succeeded: calling into it faults from now on."""
        for name, function in self.program.analysis.functions.items():
            if function.section == "init":
                self.host.text.pop(self.functions[name], None)

    def unload(self) -> None:
        """Unmap text and data: later calls and accesses fault."""
        if not self.loaded:
            return
        self.loaded = False
        for addr in self.functions.values():
            self.host.text.pop(addr, None)
        if self.host.text.next_module == self._text_next:
            self.host.text.next_module = self._text_start  # as vmalloc does: the next module goes to the same place
        self.mem.unbind(self.ns)
        self.mem.unmap_data(self.base, self.size)
        end = self.base + self.size
        find = self.mem.find
        find.variables = [v for v in find.variables if not self.base <= v.addr < end]

    def leaks(self, before: frozenset[int] = frozenset()) -> list[Finding]:
        """After the exit function: heap objects that this module's code asked for and never freed, oldest first."""
        out = []
        files = {t.file for t in self._texts} - {HEADER_FILE}
        for alloc in self.mem.live():
            site = alloc.site
            if alloc.what in KERNEL_OWN or alloc.addr in before or not site.trace or site.trace[0].file not in files:
                continue
            message = f"{alloc.size} bytes allocated by {site.trace[0].function}() are never freed"
            out.append(Finding("leak", alloc.addr, alloc.size, "", self.mem.site(), alloc.addr, alloc.size, 0,
                               alloc.slab.cache, site, None, message))  # fmt: skip
        return out
