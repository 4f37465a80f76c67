"""Walks over the IR: which nodes are below a node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from server.sim.cmodule import ir

_CHILDREN: dict[type, tuple[str, ...]] = {
    ir.Load: ("of",), ir.AddrOf: ("of",), ir.Deref: ("of",), ir.Member: ("of",), ir.Unary: ("of",), ir.Cast: ("of",),
    ir.VaArg: ("of",), ir.Binary: ("left", "right"), ir.PtrAdd: ("pointer", "index"), ir.PtrDiff: ("left", "right"),
    ir.Logical: ("left", "right"), ir.Cond: ("test", "then", "other"), ir.Comma: ("left", "right"),
    ir.Assign: ("to", "value"), ir.Update: ("to", "value"), ir.IncDec: ("to",), ir.Call: ("callee", "args"),
    ir.StmtExpr: ("body", "value"), ir.Compound: ("inits",), ir.Init: ("value",), ir.ExprStmt: ("expr",),
    ir.Declare: ("inits",), ir.If: ("test", "then", "other"), ir.Loop: ("test", "step", "body"),
    ir.Switch: ("value", "body"), ir.Return: ("value",), ir.Block: ("body",),
}  # fmt: skip
NONE: tuple[str, ...] = ()


def children(node: object) -> list[object]:
    """The nodes directly below a node, in order of the text."""
    out: list[object] = []
    for name in _CHILDREN.get(type(node), NONE):
        child = getattr(node, name)
        if type(child) is list:
            out += child
        elif child is not None:
            out.append(child)
    return out


def below(nodes: Iterable[object]) -> Iterator[object]:
    """All nodes of a forest, parents before their children."""
    stack = list(nodes)[::-1]
    while stack:
        node = stack.pop()
        yield node
        stack += children(node)[::-1]


def replaced(node: Any, swap: Callable[[Any], Any]) -> Any:
    """A node with what `swap` makes of it and of each node below, children first."""
    changes: dict[str, Any] = {}
    for name in _CHILDREN.get(type(node), NONE):
        child = getattr(node, name)
        if type(child) is list:
            new = [replaced(each, swap) for each in child]
            if any(a is not b for a, b in zip(new, child, strict=True)):
                changes[name] = new
        elif child is not None and (other := replaced(child, swap)) is not child:
            changes[name] = other
    return swap(msgspec.structs.replace(node, **changes) if changes else node)


def reads_itself(declaration: ir.Declare) -> bool:
    """`int n = n + 1;`: the initial value is made of the variable before it has one."""
    own = declaration.index
    return any(isinstance(node, ir.Local) and node.index == own for node in below(declaration.inits or ()))
