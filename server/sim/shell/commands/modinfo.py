"""`modinfo`: what a module says about itself."""

from __future__ import annotations

import posixpath

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process


def run(process: Process, words: list[str]) -> Steps:
    """`modinfo FILE.ko`: one `field:  value` a line; `-F FIELD` only that one."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    field = options.value("F") or options.value("field")
    for short, name in (("a", "author"), ("d", "description"), ("l", "license"), ("p", "parm"), ("n", "filename")):
        field = name if short in options else field
    status = 0
    for operand in options.operands:
        path = process.path(operand)
        world = process.shell.world
        if path not in world.files or _module(path) not in process.k.modules.available:
            status = yield from process.err(f"modinfo: ERROR: Module {operand} not found.\n")
            continue
        rows = fields(process, path)
        if field:
            text = "".join(f"{value}\n" for key, value in rows if key == field)
        else:
            text = "".join(f"{key + ':':<16}{value}\n" for key, value in rows)
        status |= yield from process.out(text)
    return status


def _module(path: str) -> str:
    """The name of the module that a file holds."""
    return posixpath.basename(path).removesuffix(".ko").replace("-", "_")


def fields(process: Process, path: str) -> list[tuple[str, str]]:
    """The `.modinfo` section: the linker leaves the module's own entries in reverse order."""
    available, name = process.k.modules.available, _module(path)
    _, unit = available[name]
    depends = [other for other, (_, its) in available.items() if any(symbol in its.exports for symbol in unit.externs)]
    version = f"{process.k.profile.release} SMP preempt mod_unload modversions "
    rows = [("filename", path), *reversed(list(unit.info.items()))]
    rows += [("depends", ",".join(depends)), ("name", name), ("retpoline", "Y"), ("vermagic", version)]
    for param in reversed(unit.params):
        kind = f"array of {param.element}" if param.kind == "array" else "" if param.kind == "cb" else param.kind
        about = f"{param.description} ({kind})" if param.description and kind else param.description or kind
        if about:
            rows.append(("parm", f"{param.name}:{about}"))
    return rows


COMMAND = Command(
    run,
    "modinfo [-F FIELD] FILE.ko",
    "Says author, license, parameters of the module.",
    options="adlpn0F:",
    long=("field=",),
    operands=(1, -1),
    path="/sbin",
)
