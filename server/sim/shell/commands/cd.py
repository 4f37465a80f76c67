"""`cd`: changes the directory."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process


def run(process: Process, words: list[str]) -> Steps:
    """Changes the shell's directory; home without an operand, the previous one for `-`."""
    sh = process.shell
    name = words[1] if len(words) > 1 else sh.variables.get("HOME", "/")
    if name == "-":
        name = sh.variables.get("OLDPWD", sh.cwd)
        yield from process.out(name + "\n")
    path = process.path(name)
    if not process.is_dir(path):
        error = "Not a directory" if process.exists(path) else "No such file or directory"
        yield from process.err(f"sh: cd: can't cd to {name}: {error}\n")
        return 2
    sh.variables["OLDPWD"], sh.variables["PWD"] = sh.cwd, path
    sh.cwd = path
    return 0


COMMAND = Command(
    run, "cd [DIRECTORY]", "Changes the directory; the session starts where NAME.ko lies.", options=None, inside=True
)
