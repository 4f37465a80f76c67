"""What lint rules ask about a unit: calls, work items and their functions, what init and exit reach."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from server.scenario import Diagnostic
from server.sim.cmodule import ir
from server.sim.cmodule.walk import below

QUEUE = {  # function -> index of the item among its arguments
    "schedule_work": 0,
    "schedule_work_on": 1,
    "queue_work": 1,
    "queue_work_on": 2,
    "queue_work_node": 2,
    "schedule_delayed_work": 0,
    "schedule_delayed_work_on": 1,
    "queue_delayed_work": 1,
    "queue_delayed_work_on": 2,
    "mod_delayed_work": 1,
    "mod_delayed_work_on": 2,
}
DELAYED = frozenset(name for name in QUEUE if "delayed" in name)
STOP_SYNC = frozenset(
    ("cancel_work_sync", "cancel_delayed_work_sync", "disable_work_sync", "disable_delayed_work_sync")
)
STOP = STOP_SYNC | {
    "cancel_work",
    "cancel_delayed_work",
    "flush_work",
    "flush_delayed_work",
    "__flush_workqueue",
    "destroy_workqueue",
    "drain_workqueue",
}


class Site(NamedTuple):
    """A call in the module's own text."""

    function: ir.FunctionDef
    name: str
    call: ir.Call


class WorkInit(NamedTuple):
    """Where a work item gets its function: INIT_WORK and its kin, or DECLARE_WORK (`function` None)."""

    path: str
    handler: str
    delayed: bool
    onstack: bool
    local: bool
    function: ir.FunctionDef | None
    line: int
    col: int


_NAME = re.compile(r"[A-Za-z_]\w*")


class View:
    """A unit with its indexes."""

    def __init__(self, unit: ir.Unit, files: dict[str, str]) -> None:
        """Walk the unit once."""
        self.unit, self.files = unit, files
        self.functions = {f.name: f for f in unit.functions}
        self.own = [f for f in unit.functions if f.file >= 0]
        self.sites = [site for f in self.own for site in self._sites(f)]
        self.works = [*self._declared(), *(w for f in self.own for w in self._initialised(f))]

    # ---- calls -----------------------------------------------------------------------------------

    @staticmethod
    def _sites(function: ir.FunctionDef) -> Iterator[Site]:
        for node in below(function.body):
            if isinstance(node, ir.Call) and isinstance(node.callee, ir.FuncRef):
                yield Site(function, node.callee.name, node)

    def calls(self, *names: str) -> Iterator[Site]:
        """The calls of these functions, in the order of the text."""
        wanted = frozenset(names)
        return (site for site in self.sites if site.name in wanted)

    def reach(self, name: str) -> list[str]:
        """The module's functions that `name` reaches by direct calls, itself first."""
        found = {name: None} if name in self.functions else {}
        order = list(found)
        for current in order:
            for site in self.sites:
                if site.function.name == current and site.name in self.functions and site.name not in found:
                    found[site.name] = None
                    order.append(site.name)
        return order

    def exit_sites(self) -> list[Site]:
        """The calls that the exit function makes, also through the module's own functions."""
        reached = frozenset(self.reach(self.unit.exit)) if self.unit.exit else frozenset()
        return [site for site in self.sites if site.function.name in reached]

    # ---- objects ---------------------------------------------------------------------------------

    def path(self, e: ir.Expr, function: ir.FunctionDef | None) -> str:
        """A name for what a pointer or lvalue denotes: `jobs[].work`, `dev->timer`; empty if it has none."""
        match e:
            case ir.Cast() | ir.Load() | ir.AddrOf():
                return self.path(e.of, function)
            case ir.Global():
                return e.name
            case ir.Local():
                return function.locals[e.index].name if function is not None else ""
            case ir.Member():
                base = self.path(e.of, function)
                arrow = "->" if isinstance(e.of, ir.Deref) and not isinstance(e.of.of, ir.PtrAdd) else "."
                return f"{base}{arrow}{e.field.name}" if base and e.field.name else base
            case ir.Deref():
                return self.path(e.of, function)
            case ir.PtrAdd():
                base = self.path(e.pointer, function)
                return f"{base}[]" if base else ""
        return ""

    def member(self, path: str) -> str:
        """The last name of a path: how one object is recognised in two functions."""
        return path.replace("->", ".").rpartition(".")[2]

    def same(self, a: str, b: str) -> bool:
        """Whether two paths may denote one object: equal, or equal last members of something."""
        if a == b:
            return True
        return ("." in a or ">" in a) and ("." in b or ">" in b) and self.member(a) == self.member(b)

    # ---- work items --------------------------------------------------------------------------------

    def _declared(self) -> Iterator[WorkInit]:
        for variable in self.unit.globals:
            t = self.unit.types[variable.type]
            if not isinstance(t, ir.Record) or t.name not in ("work_struct", "delayed_work"):
                continue
            for init in variable.inits:
                if init.offset == 24 and (name := function_of(init.value)):
                    yield WorkInit(variable.name, name, t.name == "delayed_work", False, False, None, variable.line, 1)

    def _initialised(self, function: ir.FunctionDef) -> Iterator[WorkInit]:
        target: dict[int, ir.Expr] = {}
        handler: dict[int, str] = {}
        for node in below(function.body):
            if isinstance(node, ir.Declare) and node.inits and function.locals[node.index].name == "__wq_w":
                target[node.index] = node.inits[0].value
            elif isinstance(node, ir.Assign) and isinstance(node.to, ir.Member) and node.to.field.name == "func":
                index = _base_local(node.to)
                if index in target and (name := function_of(node.value)):
                    handler[index] = name
            elif (
                isinstance(node, ir.Call) and isinstance(node.callee, ir.FuncRef) and node.callee.name == "__init_work"
            ):
                index = _base_local(node.args[0])
                flags = node.args[1].value if isinstance(node.args[1], ir.Int) else 0
                if index in target:
                    e = target[index]
                    path = self.path(e, function)
                    if flags & 2:
                        path = path.removesuffix(".work").removesuffix("->work")
                    local = _is_local_object(e)
                    yield WorkInit(
                        path,
                        handler.get(index, ""),
                        bool(flags & 2),
                        bool(flags & 1),
                        local,
                        function,
                        node.line,
                        node.col,
                    )

    def handlers(self) -> frozenset[str]:
        """The module's functions that work items call."""
        return frozenset(work.handler for work in self.works if work.handler)

    def queued(self) -> list[tuple[Site, str]]:
        """Each queueing call with the path of its item."""
        return [(site, self.path(site.call.args[QUEUE[site.name]], site.function)) for site in self.calls(*QUEUE)]

    # ---- reports -----------------------------------------------------------------------------------

    def warn(
        self,
        function: ir.FunctionDef | None,
        node: ir.Call | ir.Deref | None,
        code: str,
        message: str,
        hint: str,
        line: int = 0,
        col: int = 1,
        file: int = 0,
    ) -> Diagnostic:
        """A warning at a call, or at a line."""
        index = function.file if function is not None else file
        name = self.unit.files[index if index >= 0 else 0]
        if node is not None:
            line, col = node.line, node.col
        elif function is not None and not line:
            line = function.line
        return Diagnostic(name, line, max(col, 1), "warning", code, message, hint)

    def written(self, site: Site) -> str:
        """The function of a call as the source names it, which may be a macro."""
        word = _NAME.match(self.source_at(site.function, site.call.line, site.call.col))
        return word[0] if word else site.name

    def source_at(self, function: ir.FunctionDef, line: int, col: int) -> str:
        """The rest of a source line from a column on."""
        lines = self.files.get(self.unit.files[function.file], "").split("\n")
        return lines[line - 1][col - 1 :] if 0 < line <= len(lines) else ""


def function_of(e: ir.Expr) -> str:
    """The function whose address an expression is, or an empty string."""
    while isinstance(e, (ir.Cast, ir.AddrOf)):
        e = e.of
    return e.name if isinstance(e, ir.FuncRef) else ""


def _base_local(e: ir.Expr) -> int:
    """The local at the bottom of a chain of loads and members, or -1."""
    while isinstance(e, (ir.Cast, ir.AddrOf, ir.Load, ir.Member, ir.Deref)):
        e = e.of
    return e.index if isinstance(e, ir.Local) else -1


def _is_local_object(e: ir.Expr) -> bool:
    """Whether an address is that of a local variable (not what a local pointer points to)."""
    while isinstance(e, (ir.Cast, ir.AddrOf, ir.Member)):
        e = e.of
    return isinstance(e, ir.Local)


def unique(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Without repetitions, in order."""
    return list(dict.fromkeys(found))
