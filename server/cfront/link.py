"""Puts the translated files of a module together, as modpost does: every name must be defined somewhere."""

from __future__ import annotations

from server.cfront.diagnose import Hints, did_you_mean
from server.cfront.types import Types
from server.cfront.unit import Part
from server.scenario import Diagnostic
from server.sim.cmodule import ir
from server.sim.kapi.registry import Api


def link(
    parts: list[Part], names: list[str], types: Types, module_name: str, api: Api
) -> tuple[ir.Unit, list[Diagnostic]]:
    """The unit of all parts, and what does not fit together."""
    found: list[Diagnostic] = []
    functions: dict[str, ir.FunctionDef] = {}
    variables: dict[str, ir.GlobalDef] = {}
    for part in parts:
        for function in part.functions:
            old = functions.get(function.name)
            if old is not None and function.file >= 0 and not (old.static or function.static):
                found.append(_twice(names, function.file, function.line, function.name))
            functions.setdefault(function.name, function)
        for variable in part.globals:
            before = variables.get(variable.name)
            if before is not None and variable.file >= 0 and variable.inits and before.inits and not variable.static:
                found.append(_twice(names, variable.file, variable.line, variable.name))
            if before is None or not before.inits:
                variables[variable.name] = variable
    places = {name: at for part in reversed(parts) for name, at in part.imports.items() if name not in functions}
    imports = sorted(places)
    for name in imports:
        if name not in api.functions:
            message = f"'{name}' is declared but defined neither in the module nor in the kernel"
            hint = did_you_mean(Hints(api, module_name).near(name)) or (
                "kbuild stops here too, unless a loaded module exports it; a scenario has one module: add the .c file"
                " of the other one to this module's files"
            )
            file, line, col = places[name]
            found.append(Diagnostic(names[max(file, 0)], line, col, "error", "undefined", message, hint))
    init = next((part.init for part in parts if part.init), "init_module" if "init_module" in functions else "")
    exit_ = next((part.exit for part in parts if part.exit), "cleanup_module" if "cleanup_module" in functions else "")
    info: dict[str, str] = {}
    descriptions: dict[str, str] = {}
    for part in parts:
        descriptions |= part.descriptions
        for key, value in part.info:
            info[key] = f"{info[key]}\n{value}" if key in info else value
    params = [
        ir.Param(p.name, p.kind, p.variable, p.perm, p.line, p.element, p.count_variable, p.ops,
                 descriptions.get(p.name, ""), p.maxlen)
        for part in parts for p in part.params
    ]  # fmt: skip
    unit = ir.Unit(names, types.list, list(variables.values()), list(functions.values()), params, info, init, exit_,
                   [name for name in imports if name in api.functions])  # fmt: skip
    return unit, found


def _twice(names: list[str], file: int, line: int, name: str) -> Diagnostic:
    return Diagnostic(names[file], line, 1, "error", "redefinition", f"'{name}' is defined in two files of the module")
