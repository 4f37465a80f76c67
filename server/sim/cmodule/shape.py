"""The shape of control flow: which statements can become Python's own, and which must be dispatched block by block."""

from __future__ import annotations

from server.sim.cmodule import ir
from server.sim.cmodule.walk import below, children

GROUPS_MAX = 60  # more would nest Python's `else` too deeply
Group = tuple[list[ir.Case], list[ir.Stmt]]


def always(e: ir.Expr | None) -> bool:
    """Whether a condition is a constant that holds."""
    while isinstance(e, ir.Cast):
        e = e.of
    return isinstance(e, ir.Int) and e.value != 0


def once(s: ir.Loop) -> bool:
    """Whether a loop is `do { … } while (0)`."""
    return s.do_while and isinstance(s.test, ir.Int) and not s.test.value


def count(body: list[ir.Stmt]) -> int:
    """Statements of a list that one pass may execute; inner loops count one."""
    total = 0
    for s in body:
        total += 1
        if isinstance(s, ir.If):
            total += max(count(s.then), count(s.other))
        elif isinstance(s, ir.Block | ir.Switch) or isinstance(s, ir.Loop) and once(s):
            total += count(s.body)
    return total


def jumps(nodes: list[ir.Stmt]) -> tuple[bool, bool, bool]:
    """Whether there is a (break, continue, case) that belongs to something around the nodes."""
    found = [False, False, False]
    stack: list[tuple[object, bool, bool, bool]] = [(s, False, False, False) for s in nodes]
    while stack:
        node, in_break, in_continue, in_switch = stack.pop()
        if isinstance(node, ir.Break):
            found[0] |= not in_break
        elif isinstance(node, ir.Continue):
            found[1] |= not in_continue
        elif isinstance(node, ir.Case):
            found[2] |= not in_switch
        elif isinstance(node, ir.Loop):
            in_break = in_continue = True
        elif isinstance(node, ir.Switch):
            in_break = in_switch = True
        stack += [(child, in_break, in_continue, in_switch) for child in children(node)]
    return found[0], found[1], found[2]


def _without_break(body: list[ir.Stmt]) -> tuple[list[ir.Stmt], bool]:
    """(the list without the `break` that ends it, whether control never comes to the next case)."""
    if not body:
        return body, False
    last = body[-1]
    if isinstance(last, ir.Break):
        return body[:-1], True
    if isinstance(last, ir.Return | ir.Continue | ir.Goto):
        return body, True
    if isinstance(last, ir.Block):
        inner, ends = _without_break(last.body)
        return [*body[:-1], ir.Block(last.line, last.col, inner)], ends
    return body, False


def easy_switch(s: ir.Switch) -> list[Group] | None:
    """A switch as groups of (labels, statements) without fall-through or inner `break`; None if it is not that easy."""
    groups: list[Group] = []
    if s.body and not isinstance(s.body[0], ir.Case):
        return None
    for statement in s.body:
        if isinstance(statement, ir.Case):
            if not groups or groups[-1][1]:
                groups.append(([], []))
            groups[-1][0].append(statement)
        else:
            groups[-1][1].append(statement)
    if len(groups) > GROUPS_MAX:
        return None
    out: list[Group] = []
    for i, (cases, body) in enumerate(groups):
        stripped, ends = _without_break(body)
        breaks, _, inner_cases = jumps(stripped)
        if not ends and i + 1 < len(groups) or breaks or inner_cases:
            return None
        out.append((cases, stripped))
    return out


class Shape:
    """The jumps of one function."""

    def __init__(self, function: ir.FunctionDef) -> None:
        """Look for what cannot be structured; most functions have none."""
        self.tangled = False
        self.switches = False
        self.gotos: dict[str, int] = {}
        for node in below(function.body):
            if isinstance(node, ir.Goto):
                self.gotos[node.name] = self.gotos.get(node.name, 0) + 1
            if isinstance(node, ir.Switch):
                self.switches = True
            if isinstance(node, ir.Goto | ir.Label) or isinstance(node, ir.Switch) and easy_switch(node) is None:
                self.tangled = True

    def breaks(self, body: list[ir.Stmt]) -> bool:
        """Whether a `break` or `continue` in the list belongs to what is around it."""
        return any(jumps(body)[:2])

    def closed(self, body: list[ir.Stmt]) -> bool:
        """Whether no jump leads into the statements or out of them, but for `return`."""
        if any(jumps(body)):
            return False
        inside: dict[str, int] = {}
        labels: set[str] = set()
        for node in below(body):
            if isinstance(node, ir.Goto):
                inside[node.name] = inside.get(node.name, 0) + 1
            elif isinstance(node, ir.Label):
                labels.add(node.name)
        entered = any(inside.get(name, 0) != self.gotos.get(name, 0) for name in sorted(labels))
        return not entered and all(name in labels for name in inside)

    def _list(self, body: list[ir.Stmt]) -> bool:
        return all(self.contained(s) for s in body) or self.closed(body)

    def contained(self, s: ir.Stmt) -> bool:
        """Whether a statement can be structured, its inner parts being dispatched in themselves where need be."""
        if isinstance(s, ir.Label | ir.Goto | ir.Case):
            return False
        if isinstance(s, ir.If):
            return self._list(s.then) and self._list(s.other)
        if isinstance(s, ir.Loop | ir.Block):
            return self._list(s.body)
        if isinstance(s, ir.Switch):
            groups = easy_switch(s)
            if groups is not None and all(self._list(body) for _, body in groups):
                return True
            return self.closed([s])
        return True

    def structured_switch(self, s: ir.Switch) -> list[Group] | None:
        """The groups of a switch that becomes an if chain, or None."""
        groups = easy_switch(s)
        if groups is None or self.tangled and not all(self._list(body) for _, body in groups):
            return None
        return groups
