"""`ps`: lists processes; without options as busybox does, with them as procps 4."""

from __future__ import annotations

from server.sim.machine import Task
from server.sim.shell.command import Command, Report, Steps
from server.sim.shell.commands.date import clock
from server.sim.shell.process import Process
from server.sim.shell.syntax import Word
from server.sim.views import tasks as view

FORMATS = {
    "own": ("pid", "tty", "time", "comm"),
    "u": ("user", "pid", "%cpu", "%mem", "vsz", "rss", "tty", "stat", "start", "time", "args"),
    "x": ("pid", "tty", "stat", "time", "args"),
    "f": ("user", "pid", "ppid", "c", "stime", "tty", "time", "args"),
    "l": ("f", "s", "user", "pid", "ppid", "c", "pri", "ni", "addr", "sz", "wchan", "tty", "time", "comm"),
}
# header, width (negative: to the left)
COLUMNS = {
    "user": ("USER", -8),
    "pid": ("PID", 7),
    "ppid": ("PPID", 7),
    "%cpu": ("%CPU", 4),
    "%mem": ("%MEM", 4),
    "vsz": ("VSZ", 6),
    "rss": ("RSS", 5),
    "tty": ("TTY", -8),
    "tt": ("TT", -8),
    "stat": ("STAT", -4),
    "s": ("S", -1),
    "start": ("START", 5),
    "stime": ("STIME", 5),
    "time": ("TIME", 6),
    "args": ("COMMAND", -27),
    "cmd": ("CMD", -27),
    "command": ("COMMAND", -27),
    "comm": ("COMMAND", -15),
    "ucmd": ("CMD", -15),
    "c": ("C", 2),
    "pri": ("PRI", 3),
    "ni": ("NI", 3),
    "nice": ("NI", 3),
    "psr": ("PSR", 3),
    "cls": ("CLS", -3),
    "class": ("CLS", -3),
    "rtprio": ("RTPRIO", 6),
    "wchan": ("WCHAN", -6),
    "f": ("F", 1),
    "addr": ("ADDR", 4),
    "sz": ("SZ", 5),
    "state": ("S", -1),
    "tid": ("TID", 7),
    "lwp": ("LWP", 7),
    "uid": ("UID", 5),
    "etime": ("ELAPSED", 11),
}


def parse(words: list[str]) -> tuple[str, list[str], list[int] | None] | str:
    """(`all`, `terminal` or `own`; columns; pids), or what is wrong."""
    which, form, pids = "own", "own", None
    columns: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        letters = word.lstrip("-")
        if word.startswith("--") or not letters:
            return f"error: unknown gnu long option '{word}'"
        while letters:
            c, letters = letters[0], letters[1:]
            if c in "op":
                value = letters or (words[at] if at < len(words) else "")
                at += not letters
                letters = ""
                if c == "p":
                    pids = [int(p) for p in value.split(",") if p.isdigit() and len(p) < 9]
                else:
                    columns += value.replace(" ", ",").split(",")
            elif c in "eAa" + ("x" if not word.startswith("-") else ""):
                which = "all"
                form = "x" if not word.startswith("-") and form == "own" else form
            elif c == "u" and not word.startswith("-"):
                form = "u"
            elif c in "fFlj":
                form = "f" if c in "fFj" else "l"
            elif c not in "wTLhHx":
                return f"error: unsupported option '{c}'"
    for column in columns:
        if column.split("=")[0] not in COLUMNS:
            return f'error: unknown user-defined format specifier "{column}"'
    return which, columns or list(FORMATS[form]), pids


def run(process: Process, words: list[str]) -> Steps:
    """`ps`, `ps aux`, `ps -ef`, `ps -eo pid,comm,…`, `ps -p PID`."""
    if len(words) == 1:
        return (yield from _plain(process))
    parsed = parse(words[1:])
    if isinstance(parsed, str):
        yield from process.err(f"{parsed}\n\nUsage:\n ps [options]\n")
        return 1
    which, columns, pids = parsed
    k = process.k
    found = [task for _, task in sorted(k.tasks.items())]
    if pids is not None:
        found = [task for task in found if task.pid in pids]
    elif which == "own":
        found = [task for task in found if view.terminal(task) == view.terminal(k.current)]
    yield from process.spend(k.cost("syscall") * (3 * len(found) + 1))
    bsd = columns in (list(FORMATS["u"]), list(FORMATS["x"]))
    rows = [heading(columns)] + [
        [cell(process, task, column.split("=")[0], bsd) for column in columns] for task in found
    ]
    out = "".join(line(columns, row) for row in rows if any(row))
    return (yield from process.out(out)) or int(not found)


def _plain(process: Process) -> Steps:
    """`ps` without options, as busybox has it: every task; kernel threads in brackets, cut to the comm's 15 letters."""
    k = process.k
    yield from process.spend(k.cost("syscall") * (3 * len(k.tasks) + 1))
    out = "PID   USER     COMMAND\n"
    for pid, task in sorted(k.tasks.items()):
        words = f"[{view.name(task)[:15]}]" if view.is_kernel_thread(task) else view.command_line(task)
        out += f"{pid:5} {'0':<8} {words}\n"
    return (yield from process.out(out)) or 0


def heading(columns: list[str]) -> list[str]:
    """The first row: `pid=` leaves a heading away, `pid=X` gives one."""
    out = []
    for column in columns:
        name, equals, text = column.partition("=")
        title = COLUMNS[name][0]
        if name == "comm" and columns == list(FORMATS["own"]):
            title = "CMD"
        if name == "args" and "stime" in columns:
            title = "CMD"
        if name == "user" and "ppid" in columns:
            title = "UID"
        out.append(text if equals else title)
    return out


def line(columns: list[str], row: list[str]) -> str:
    """A row with its cells at their widths; the last one as it is."""
    cells = []
    for index, (column, text) in enumerate(zip(columns, row, strict=True)):
        width = COLUMNS[column.split("=")[0]][1]
        if index == len(columns) - 1 and width < 0:
            cells.append(text)
        else:
            cells.append(text.ljust(-width) if width < 0 else text.rjust(width))
    return " ".join(cells) + "\n"


def cell(process: Process, task: Task, column: str, bsd: bool) -> str:
    """What stands in a column; the BSD formats show times shorter."""
    k = process.k
    kernel = view.is_kernel_thread(task)
    elapsed = max(k.cx.now - task.started_ns, 1)
    seconds = task.sum_exec // 1_000_000_000
    short = f"{seconds // 60}:{seconds % 60:02d}"
    long = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    name = view.name(task)
    percent = min(task.sum_exec * 1000 // elapsed, 999)
    started = clock(task.started_ns, "%H:%M")
    values = {
        "user": "root",
        "uid": "0",
        "pid": str(task.pid),
        "tid": str(task.pid),
        "lwp": str(task.pid),
        "ppid": str(view.parent_pid(task)),
        "%cpu": f"{percent // 10}.{percent % 10}",
        "%mem": "0.0",
        "vsz": "0" if kernel else "2576",
        "rss": "0" if kernel else "960",
        "sz": "0" if kernel else "644",
        "tty": view.terminal(task),
        "stat": view.stat_letters(task),
        "s": task.state[:1],
        "state": task.state[:1],
        "start": started,
        "stime": started,
        "c": str(percent // 10),
        "psr": str(task.cpu),
        "ni": str(task.nice),
        "nice": str(task.nice),
        "pri": str(19 - task.nice),
        "cls": "FF" if task.rt_prio else "TS",
        "class": "FF" if task.rt_prio else "TS",
        "rtprio": str(task.rt_prio) if task.rt_prio else "-",
        "wchan": view.wchan(task) or "-",
        "f": "1" if kernel else "0",
        "addr": "-",
        "comm": name,
        "ucmd": name,
        "args": f"[{name}]" if kernel else view.command_line(task),
        "etime": f"{elapsed // 60_000_000_000:02d}:{elapsed // 1_000_000_000 % 60:02d}",
    }
    values["cmd"] = values["command"] = values["args"]
    values["tt"] = values["tty"]
    values["time"] = short if bsd else long
    return values[column]


def check(words: list[Word], report: Report) -> None:
    """Options that ps does not have."""
    texts = [word.text() for word in words[1:]]
    if all(text is not None for text in texts):
        parsed = parse([text or "" for text in texts])
        if isinstance(parsed, str):
            report(words[-1], f"ps: {parsed}", f"usage: {COMMAND.usage}")


COMMAND = Command(
    run,
    "ps [aux] [-ef] [-e] [-l] [-o COLUMN,...] [-p PID,...]",
    "Lists processes and kernel threads.",
    options=None,
    check=check,
)
