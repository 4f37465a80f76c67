"""`ls`: lists directories."""

from __future__ import annotations

import posixpath

from server.sim.shell.command import Command, Options, Steps
from server.sim.shell.commands.date import clock
from server.sim.shell.process import Process
from server.sim.views.modes import text_of_mode


def run(process: Process, words: list[str]) -> Steps:
    """Names in order, one a line; `-l` with mode and size, `-d` the directory itself, `-a` hidden ones too."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    status = 0
    files: list[str] = []
    directories: list[str] = []
    for name in options.operands or ["."]:
        path = process.path(name)
        if not process.exists(path):
            status = yield from process.complain(f"{name}: No such file or directory")
        elif process.is_dir(path) and "d" not in options:
            directories.append(name)
        else:
            files.append(name)
    yield from process.spend(process.k.cost("syscall") * (1 + len(directories)))
    out = "".join(entry(process, options, process.path(name), name) for name in files)
    for index, name in enumerate(directories):
        if len(directories) > 1 or files:
            out += ("\n" if index or files else "") + f"{name}:\n"
        names = process.listdir(process.path(name))
        if "a" in options:
            names = [".", "..", *names]
        elif "A" not in options:
            names = [n for n in names if not n.startswith(".")]
        if "l" in options:
            out += "total 0\n"
        order = reversed(names) if "r" in options else names
        out += "".join(entry(process, options, posixpath.join(process.path(name), n), n) for n in order)
    if (yield from process.out(out)):
        return 1
    return status


def entry(process: Process, options: Options, path: str, name: str) -> str:
    """One line."""
    path = posixpath.normpath(path)
    directory = process.is_dir(path)
    mark = "/" if directory and ("F" in options or "p" in options) else ""
    if "l" not in options:
        return f"{name}{mark}\n"
    content = process.shell.world.files.get(path)
    mode = (
        0o755
        if directory
        else content.mode
        if content
        else process.files.mode(path)
        if process.files.exists(path)
        else 0o666
    )
    number = process.files.device(path)
    kind = "" if number < 0 else "b" if process.files.is_block(path) else "c"
    size = len(content.text) if content else 0 if directory or not path.startswith("/sys") else 4096
    when = clock(process.k.cx.now, "%b %e %H:%M")
    shown = f"{size:9d}" if number < 0 else f"{number >> 20:4d}, {number & 0xFFFFF:3d}"
    return f"{text_of_mode(mode, directory, kind)} {1:4d} root     root     {shown} {when} {name}{mark}\n"


COMMAND = Command(run, "ls [-laAdFr1] [FILE...]", "Lists files.", options="laAdFr1hp")
