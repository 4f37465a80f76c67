"""What lowering must know of a whole unit: which functions are needed, which are generators, which may recurse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from server.sim.cmodule import ir
from server.sim.cmodule.shape import once
from server.sim.cmodule.walk import below

SPECIAL = frozenset(
    prefix + name for prefix in ("", "__", "__builtin_") for name in ("va_start", "va_end", "va_copy")
)  # never called: lowered in place


@dataclass(slots=True)
class Facts:
    """What one function does."""

    calls: dict[str, None] = field(default_factory=dict)
    refers: dict[str, None] = field(default_factory=dict)  # functions and globals whose address it takes
    indirect: bool = False
    loops: bool = False


def facts(nodes: list[ir.Stmt] | list[ir.Init]) -> Facts:
    """Look at a function's body, or at initial values."""
    out = Facts()
    labels: set[str] = set()
    for node in below(nodes):
        if isinstance(node, ir.Call):
            callee = node.callee
            while isinstance(callee, ir.AddrOf | ir.Cast) and isinstance(callee.of, ir.FuncRef):
                callee = callee.of
            if isinstance(callee, ir.FuncRef):
                out.calls[callee.name] = None
            else:
                out.indirect = True
        elif isinstance(node, ir.FuncRef | ir.Global):
            out.refers[node.name] = None
        elif isinstance(node, ir.Loop):
            out.loops = out.loops or not once(node)
        elif isinstance(node, ir.Label):
            labels.add(node.name)
        elif isinstance(node, ir.Goto) and node.name in labels:
            out.loops = True
    return out


@dataclass(slots=True)
class Analysis:
    """The functions and globals that are needed, in order of the text, and what is known of them."""

    functions: dict[str, ir.FunctionDef]
    globals: dict[str, ir.GlobalDef]
    facts: dict[str, Facts]
    kernel: dict[str, None]  # kernel functions that are called or referred to
    recursive: frozenset[str]

    def generators(self, blocking: Callable[[str], bool]) -> frozenset[str]:
        """The functions that may wait or give way. `blocking` tells it of kernel functions."""
        gen = {name for name in self.kernel if blocking(name)}
        for name, known in self.facts.items():
            function = self.functions[name]
            if known.loops or known.indirect or function.address_taken:
                gen.add(name)
        grown = True
        while grown:
            more = [n for n, known in self.facts.items() if n not in gen and any(c in gen for c in known.calls)]
            gen.update(more)
            grown = bool(more)
        return frozenset(gen)


def analyse(unit: ir.Unit) -> Analysis:
    """Follow calls and references from the entry points."""
    functions = {f.name: f for f in unit.functions}
    variables = {g.name: g for g in unit.globals}
    known: dict[str, Facts] = {}
    needed: dict[str, None] = {}
    kernel: dict[str, None] = {}
    queue = [unit.init, unit.exit, *(p.variable for p in unit.params), *(p.ops for p in unit.params)]
    queue += [p.count_variable for p in unit.params]
    queue += [f.name for f in unit.functions if f.file >= 0] + [g.name for g in unit.globals if g.file >= 0]
    while queue:
        name = queue.pop()
        if not name or name in needed or name in SPECIAL or name in unit.externs:
            continue
        if name in functions:
            found = known[name] = facts(functions[name].body)
        elif name in variables:
            found = facts(variables[name].inits)
        else:
            kernel[name] = None
            continue
        needed[name] = None
        queue += [*found.calls, *found.refers]
    chosen = {name: f for name, f in functions.items() if name in needed}
    taken = [name for name, f in chosen.items() if f.address_taken]  # what a call through a pointer may come to
    return Analysis(
        chosen,
        {name: g for name, g in variables.items() if name in needed},
        {name: known[name] for name in chosen},
        dict.fromkeys(sorted(kernel)),
        _recursive({name: [*known[name].calls, *(taken if known[name].indirect else ())] for name in chosen}),
    )


def _recursive(calls: dict[str, list[str]]) -> frozenset[str]:
    """Functions that may call themselves, directly or through others."""
    reach: dict[str, set[str]] = {}
    out: set[str] = set()
    for start in calls:
        seen: set[str] = set()
        stack = list(calls[start])
        while stack:
            name = stack.pop()
            if name not in seen and name in calls:
                seen.add(name)
                stack += reach.get(name, ()) or calls[name]
        reach[start] = seen
        if start in seen:
            out.add(start)
    return frozenset(out)
