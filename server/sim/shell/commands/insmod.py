"""`insmod`: loads a module (kmod 30)."""

from __future__ import annotations

import posixpath

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process, strerror

# mod_strerror: what an errno of finit_module means
WORDS = {
    8: "Invalid module format",
    2: "Unknown symbol in module",
    3: "Module has wrong symbol version",
    22: "Invalid parameters",
}


def run(process: Process, words: list[str]) -> Steps:
    """`insmod FILE.ko [name=value…]`: the scenario's parameters stand in for those that are not given."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    if not options.operands:
        yield from process.err("insmod: ERROR: missing filename.\n")
        return 1
    name, given = options.operands[0], options.operands[1:]
    world = process.shell.world
    path = process.path(name)
    if path not in world.files:
        yield from process.err(f"insmod: ERROR: could not load module {name}: No such file or directory\n")
        return 1
    module = posixpath.basename(path).removesuffix(".ko").replace("-", "_")
    main = world.module.replace("-", "_")
    if not path.endswith(".ko") or module not in process.k.modules.available:
        yield from process.err(f"insmod: ERROR: could not insert module {name}: Invalid module format\n")
        return 1
    named = {parameter.partition("=")[0] for parameter in given}
    own = world.params if module == main else {}
    given += [f"{key}={quote(text)}" for key, text in sorted(own.items()) if key not in named]
    error = yield from process.k.modules.init_module(module, " ".join(given), path)
    if error < 0:
        reason = WORDS.get(-error) or strerror(-error)
        yield from process.err(f"insmod: ERROR: could not insert module {name}: {reason}\n")
        return 1
    return 0


def quote(text: str) -> str:
    """A value as the kernel's parser takes it: blanks need quotes."""
    return f'"{text}"' if any(c.isspace() for c in text) else text


COMMAND = Command(
    run,
    "insmod FILE.ko [NAME=VALUE...]",
    "Loads the module with parameters.",
    options="fspqv",
    path="/sbin",
    operands=(1, -1),
)
