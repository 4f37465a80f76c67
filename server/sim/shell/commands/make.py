"""`make`: says what kbuild says when it builds the session's module; the C was compiled before time started."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process
from server.sim.shell.streams import Content

TARGETS = ("all", "modules", "default", "clean")
BUILT = ("o", "mod", "mod.c", "mod.o")


def run(process: Process, words: list[str]) -> Steps:
    """`make`, `make clean`. Says that nothing is to be done where kbuild does."""
    options = yield from process.options(words[1:])
    if options is None:
        return 2
    targets = [word for word in options.operands if "=" not in word] or ["all"]
    sh = process.shell
    world = sh.world
    where = process.path(options.value("C")) if "C" in options and not _kernel(options.value("C")) else sh.cwd
    for word in options.operands:
        if word.startswith("M="):
            where = process.path(word[2:])
    if where != world.home:
        yield from process.err(f"make: *** No rule to make target '{targets[0]}'.  Stop.\n")
        return 2
    tree = f"/usr/src/linux-headers-{process.k.profile.release}"
    for target in targets:
        if target not in TARGETS:
            yield from process.err(f"make: *** No rule to make target '{target}'.  Stop.\n")
            return 2
        lines = clean(process) if target == "clean" else build(process)
        said = f"make -C /lib/modules/{process.k.profile.release}/build M={world.home} "
        said += "clean" if target == "clean" else "modules"
        outer = [] if "C" in options else [said]
        inner = [f"make[1]: Entering directory '{tree}'", *lines, f"make[1]: Leaving directory '{tree}'"]
        yield from process.spend(process.k.cost("exec"))
        if (yield from process.out("\n".join(outer + inner) + "\n")):
            return 2
    return 0


def _kernel(directory: str) -> bool:
    """A build tree of the kernel: /lib/modules/RELEASE/build, /usr/src/…"""
    return directory.startswith(("/lib/modules/", "/usr/src/"))


def build(process: Process) -> list[str]:
    """Kbuild's lines for what is out of date, which is all of it unless `make` ran before."""
    world = process.shell.world
    base = f"{world.home}/{world.module}"
    if f"{base}.o" in world.files and f"{base}.ko" in world.files:
        return []
    for suffix in BUILT:
        world.files[f"{base}.{suffix}"] = Content()
    for name in ("Module.symvers", "modules.order"):
        world.files[f"{world.home}/{name}"] = Content()
    world.files[f"{base}.ko"] = Content("\x7fELF")
    return [
        f"  CC [M]  {base}.o",
        f"  MODPOST {world.home}/Module.symvers",
        f"  CC [M]  {base}.mod.o",
        f"  CC [M]  {world.home}/.module-common.o",
        f"  LD [M]  {base}.ko",
        f"  BTF [M] {base}.ko",
    ]


def clean(process: Process) -> list[str]:
    """Removes what was built."""
    world = process.shell.world
    base = f"{world.home}/{world.module}"
    there = f"{world.home}/Module.symvers" in world.files
    for suffix in (*BUILT, "ko"):
        world.files.pop(f"{base}.{suffix}", None)
    for name in ("Module.symvers", "modules.order"):
        world.files.pop(f"{world.home}/{name}", None)
    return [f"  CLEAN   {world.home}/Module.symvers"] if there else []


COMMAND = Command(
    run,
    "make [-C DIR] [M=DIR] [modules|clean]",
    "Builds the module, in kbuild's words.",
    options="C:j:sikBn",
    path="/usr/bin",
)
