"""Puts the translated files of a module together, as modpost does: every name must be defined somewhere."""

from __future__ import annotations

from server.cfront.diagnose import Hints, did_you_mean
from server.cfront.symbols import import_from_others, separate
from server.cfront.types import Types
from server.cfront.unit import Part
from server.scenario import Diagnostic
from server.sim.cmodule import ir
from server.sim.kapi.gpl_only import GPL_ONLY
from server.sim.kapi.module import GPL_COMPATIBLE
from server.sim.kapi.registry import Api

EXPORTS = ("export", "export_gpl")  # the keys under which module.py's macros note them


def link(
    parts: list[Part], names: list[str], types: Types, module_name: str, api: Api, others: dict[str, bool]
) -> tuple[ir.Unit, list[Diagnostic]]:
    """The unit of all parts, and what does not fit together. `others` are symbols that other modules export."""
    found: list[Diagnostic] = []
    separate(parts)
    if others:
        import_from_others(parts, frozenset(others), types)
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
            if variable.name in part.imports:  # `extern`: another file has it
                continue
            if before is None or not before.inits:
                variables[variable.name] = variable
    places = {name: at for part in reversed(parts) for name, at in part.imports.items()
              if name not in functions and name not in variables}  # fmt: skip
    imports = sorted(places)
    found += _unlinked(parts, names, places, others, module_name, api)
    init = next((part.init for part in parts if part.init), "init_module" if "init_module" in functions else "")
    exit_ = next((part.exit for part in parts if part.exit), "cleanup_module" if "cleanup_module" in functions else "")
    info: dict[str, str] = {}
    descriptions: dict[str, str] = {}
    for part in parts:
        descriptions |= part.descriptions
        for key, value in part.info:
            if key in EXPORTS:
                continue
            info[key] = f"{info[key]}\n{value}" if key in info else value
    params = [
        ir.Param(p.name, p.kind, p.variable, p.perm, p.line, p.element, p.count_variable, p.ops,
                 descriptions.get(p.name, ""), p.maxlen)
        for part in parts for p in part.params
    ]  # fmt: skip
    unit = ir.Unit(names, types.list, list(variables.values()), list(functions.values()), params, info, init, exit_,
                   [name for name in imports if name in api.functions], exports=exports(parts),
                   externs=[name for name in imports if name in others])  # fmt: skip
    return unit, found


def _unlinked(
    parts: list[Part],
    names: list[str],
    places: dict[str, tuple[int, int, int]],
    others: dict[str, bool],
    module_name: str,
    api: Api,
) -> list[Diagnostic]:
    """The symbols that modpost would not find, or not give to this module, each where it is first used."""
    found: list[Diagnostic] = []
    licence = next((value for part in parts for key, value in part.info if key == "license"), "")
    for name in sorted(places):
        file, line, col = places[name]
        symbol = name.removeprefix("__wq_")  # what stands behind a macro of that name
        gpl_only = others.get(name, file >= 0 and symbol in GPL_ONLY)
        if gpl_only and licence and licence not in GPL_COMPATIBLE:
            message = f"modpost: GPL-incompatible module {module_name}.ko uses GPL-only symbol '{symbol}'"
            hint = f'it is exported to modules with MODULE_LICENSE("GPL"); this one\'s is "{licence}"'
            found.append(Diagnostic(names[max(file, 0)], line, col, "error", "undefined", message, hint))
        elif name not in api.functions and name not in others:
            message = f"'{name}' is declared but defined neither in the module nor in the kernel"
            hint = did_you_mean(Hints(api, module_name).near(name)) or (
                "kbuild stops here too, unless another module exports it: add that module's .c file, with"
                " EXPORT_SYMBOL_GPL(), and a Makefile with `obj-m := ONE.o OTHER.o`"
            )
            found.append(Diagnostic(names[max(file, 0)], line, col, "error", "undefined", message, hint))
    return found


def exports(parts: list[Part]) -> dict[str, bool]:
    """What EXPORT_SYMBOL() names: whether it is for GPL modules only."""
    return {value: key == "export_gpl" for part in parts for key, value in part.info if key in EXPORTS}


def _twice(names: list[str], file: int, line: int, name: str) -> Diagnostic:
    return Diagnostic(names[file], line, 1, "error", "redefinition", f"'{name}' is defined in two files of the module")
