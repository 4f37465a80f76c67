"""Names across files and modules: statics that only share a name, and symbols that another module exports.

A module reaches another's symbol through a pointer of its own (`__got_NAME`), which insmod fills in: so the code behind
the front end knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from server.cfront.types import Types
from server.cfront.unit import Part
from server.sim.cmodule import ir
from server.sim.cmodule.image import GOT
from server.sim.cmodule.walk import replaced


def separate(parts: list[Part]) -> None:
    """Give statics a name of their own where an earlier file of the module has one that is equal."""
    taken: set[str] = set()
    for index, part in enumerate(parts):
        own = {f.name: f.static for f in part.functions if f.file >= 0}
        own |= {g.name: g.static for g in part.globals if g.file >= 0}
        clash = {name: f"{name}{ir.SAME_NAME}{index}" for name, static in own.items() if static and name in taken}
        if clash:
            _rename(part, clash)
        taken |= own.keys()


def _rename(part: Part, clash: dict[str, str]) -> None:
    def swap(node: Any) -> Any:
        if isinstance(node, ir.FuncRef | ir.Global) and node.name in clash:
            return msgspec.structs.replace(node, name=clash[node.name])
        return node

    def name(old: str) -> str:
        return clash.get(old, old)

    _over(part, swap)
    replace = msgspec.structs.replace
    part.functions = [replace(f, name=name(f.name)) for f in part.functions]
    part.globals = [replace(g, name=name(g.name)) for g in part.globals]
    part.params = [
        replace(p, variable=name(p.variable), count_variable=name(p.count_variable), ops=name(p.ops))
        for p in part.params
    ]
    part.init, part.exit = name(part.init), name(part.exit)


def _over(part: Part, swap: Callable[[Any], Any]) -> None:
    """Let `swap` see every node of a part, children first."""
    replace = msgspec.structs.replace
    part.functions = [replace(f, body=[replaced(s, swap) for s in f.body]) for f in part.functions]
    part.globals = [replace(g, inits=[replaced(i, swap) for i in g.inits]) for g in part.globals]


def import_from_others(parts: list[Part], symbols: frozenset[str], types: Types) -> None:
    """Let the code reach `symbols`, which other modules export, through pointers."""
    for part in parts:
        wanted: dict[str, int] = {}

        def pointer(name: str, type_: int, line: int, col: int, wanted: dict[str, int] = wanted) -> ir.Load:
            wanted[name] = types.pointer(type_)
            return ir.Load(wanted[name], line, col, ir.Global(wanted[name], line, col, GOT + name))

        def swap(node: Any, pointer: Callable[..., ir.Load] = pointer) -> Any:
            if isinstance(node, ir.FuncRef) and node.name in symbols:
                return pointer(node.name, node.type, node.line, node.col)
            if isinstance(node, ir.Global) and node.name in symbols:
                return ir.Deref(node.type, node.line, node.col, pointer(node.name, node.type, node.line, node.col))
            if isinstance(node, ir.AddrOf) and isinstance(node.of, ir.Load):
                return node.of  # the address of a function
            return node

        replace = msgspec.structs.replace
        part.functions = [replace(f, body=[replaced(s, swap) for s in f.body]) for f in part.functions]
        part.globals = [g for g in part.globals if g.name not in symbols or g.name not in part.imports]
        part.globals += [ir.GlobalDef(GOT + name, type_, -1, 0, []) for name, type_ in sorted(wanted.items())]
