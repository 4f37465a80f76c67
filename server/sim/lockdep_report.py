"""The texts of lockdep's reports, as lines of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim import splat
from server.sim.lockdep_graph import ENABLED, STATES, USED_IN, Bit, Held, LockClass, Map
from server.sim.machine import Task

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

TRACE_MAX = 24
LOCK_ACQUIRE = "lock_acquire+0xa8/0x290"
MUTEX_LOCK, RAW_SPIN_LOCK = ("__mutex_lock+0xc4/0xd20", "mutex_lock_nested+0x1f/0x30"), ("_raw_spin_lock+0x34/0x50",)


def symbol_at(k: Kernel, line: int) -> str:
    """`fn+0x20/0x90 [module]`: the module's function around a line of its source."""
    best = None
    for text in k.mem.find.functions.values():
        if text.line <= line and (best is None or text.line > best.line):
            best = text
    return f"{best.symbol(line)} [{k.modules.of_name(best.name)}]" if best is not None else "0x0"


def trace(k: Kernel, held: Held) -> list[str]:
    """save_trace: who takes a lock here, innermost first."""
    return [*_via(held), *splat.c_frames(k), *splat.tail(k, k.current)][:TRACE_MAX]


def ident(k: Kernel) -> str:
    """print_kernel_ident."""
    return f"{k.profile.release} #1 {splat.taint_flags(k)}"


def lock_line(k: Kernel, held: Held) -> str:
    """print_lock: instance, class, where."""
    return f"{held.map.addr:016x} {held.map.cls.text()}, at: {held.at or symbol_at(k, held.line)}"


def held_lines(k: Kernel, task: Task) -> list[str]:
    """lockdep_print_held_locks."""
    stack = task.held_locks
    if not stack:
        return [f"no locks held by {task.comm}/{task.pid}."]
    lines = [f"{len(stack)} lock{'s' if len(stack) > 1 else ''} held by {task.comm}/{task.pid}:"]
    return lines + [f" #{i}: {lock_line(k, held)}" for i, held in enumerate(stack)]


def stack(k: Kernel, kernel: list[str]) -> list[str]:
    """dump_stack: header and call trace; `kernel` are the functions above the module's."""
    head = ["dump_stack_lvl+0x6f/0xa0", "dump_stack+0x14/0x20", *kernel]
    return [*splat.header_lines(k, k.current), *splat.trace_lines(k, k.current, head + splat.c_frames(k))]


def _title(rule: str, text: str, k: Kernel) -> list[str]:
    """The five lines that every report begins with."""
    return ["", rule * len(f"WARNING: {text}"), f"WARNING: {text}", ident(k), "-" * len(f"WARNING: {text}")]


def _context(k: Kernel, task: Task) -> str:
    """`comm/pid [HC0[0]:SC0[0]:HE1:SE1]`."""
    hard = int(bool(k.irq_depth and k.cpu.frames and k.cpu.frames[-1].kind == "hardirq"))
    soft = int(bool(k.irq_depth and not hard))
    irqs, bhs = int(not k.cpu.irqs_off), int(not (task.bh_off or soft))
    return f"{task.comm}/{task.pid} [HC{hard}[{hard}]:SC{soft}[{soft}]:HE{irqs}:SE{bhs}]"


def _ending(k: Kernel, kernel: list[str], held: bool = True) -> list[str]:
    shown = held_lines(k, k.current) if held else []
    return [*shown, "", "stack backtrace:", *stack(k, kernel)]


# ---- deadlocks of one task -------------------------------------------------------------------------


def recursion(k: Kernel, held: Held, other: Held) -> list[str]:
    """print_deadlock_bug."""
    name = held.map.cls.title
    return [
        *_title("=", "possible recursive locking detected", k),
        f"{k.current.comm}/{k.current.pid} is trying to acquire lock:",
        lock_line(k, held),
        "",
        "but task is already holding lock:",
        lock_line(k, other),
        "",
        "other info that might help us debug this:",
        " Possible unsafe locking scenario:",
        "",
        "       CPU0",
        "       ----",
        f"  {_verb(other)}({other.map.cls.title});",
        f"  {_verb(held)}({name});",
        "",
        " *** DEADLOCK ***",
        "",
        " May be due to missing lock nesting notation",
        "",
        *_ending(k, ["print_deadlock_bug+0x27e/0x3c0", "__lock_acquire+0x1402/0x2630", LOCK_ACQUIRE, *_via(held)]),
    ]


def _verb(held: Held) -> str:
    return "rlock" if held.read else "lock"


def _via(held: Held) -> list[str]:
    """The kernel's functions between lock_acquire() and the module."""
    if held.at.startswith("__flush_work"):
        return ["__flush_work+0x297/0x5a0", "flush_work+0x31/0x40"]
    if held.at.startswith("touch_wq"):
        return ["touch_wq_lockdep_map+0x8b/0x90", "__flush_workqueue+0xd1/0x570"]
    if held.at.startswith("__timer_delete"):
        return ["__timer_delete_sync+0x5f/0x120"]
    if held.at.startswith(("process_one_work", "call_timer_fn")):
        return []
    return list(MUTEX_LOCK if held.map.cls.types == "3:3" else RAW_SPIN_LOCK)


def unlock_imbalance(k: Kernel, lock: Map) -> list[str]:
    """print_unlock_imbalance_bug."""
    here = symbol_at(k, k.cx.line)
    return [
        *_title("=", "bad unlock balance detected!", k),
        f"{k.current.comm}/{k.current.pid} is trying to release lock ({lock.cls.title}) at:",
        f"[<{0xFFFFFFFFC0200000 + 16 * max(k.cx.line, 0):016x}>] {here}",
        "but there are no more locks to release!",
        "",
        "other info that might help us debug this:",
        *_ending(k, ["print_unlock_imbalance_bug+0xe0/0xf0", "lock_release+0x1d4/0x2c0"]),
    ]


# ---- order ------------------------------------------------------------------------------------------


def circular(k: Kernel, held: Held, prev: Held, path: list[LockClass]) -> list[str]:
    """print_circular_bug: `path` leads from the class that is taken to one that is held."""
    lines = [
        *_title("=", "possible circular locking dependency detected", k),
        f"{k.current.comm}/{k.current.pid} is trying to acquire lock:",
        lock_line(k, held),
        "",
        "but task is already holding lock:",
        lock_line(k, prev),
        "",
        "which lock already depends on the new lock.",
        "",
        "",
        "the existing dependency chain (in reverse order) is:",
    ]
    for depth in range(len(path) - 1, 0, -1):
        lines += [
            "",
            f"-> #{depth} {path[depth].text()}:",
            *(f"       {s}" for s in path[depth - 1].after[path[depth]]),
        ]
    kernel = ["__lock_acquire+0x15fd/0x2630", LOCK_ACQUIRE, *_via(held)]
    here = [*kernel[:2], *trace(k, held)]
    lines += ["", f"-> #0 {path[0].text()}:", *(f"       {s}" for s in here)]
    lines += ["", "other info that might help us debug this:", ""]
    source, target, parent = held.map.cls, prev.map.cls, path[-2]
    if parent is not source:
        lines += ["Chain exists of:", f"  {source.title} --> {parent.title} --> {target.title}", ""]
    gap = " " * 31
    return [
        *lines,
        " Possible unsafe locking scenario:",
        "",
        "       CPU0                    CPU1",
        "       ----                    ----",
        f"  {_verb(prev)}({target.title});",
        f"{gap}lock({parent.title});",
        f"{gap}lock({target.title});",
        f"  {_verb(held)}({source.title});",
        "",
        " *** DEADLOCK ***",
        "",
        *_ending(k, ["print_circular_bug+0x2cf/0x410", "check_noncircular+0x11c/0x130", *kernel]),
    ]


# ---- interrupts ---------------------------------------------------------------------------------------


def bit_name(bit: Bit) -> str:
    """usage_str: `IN-HARDIRQ-W`, `SOFTIRQ-ON-R`."""
    direction, state, read = bit
    name = f"IN-{STATES[state]}" if direction == USED_IN else f"{STATES[state]}-ON"
    return f"{name}-{'R' if read else 'W'}"


def inconsistent(k: Kernel, held: Held, bit: Bit, clash: Bit) -> list[str]:
    """print_usage_bug: taken in interrupts, and where interrupts can hit."""
    cls = held.map.cls
    return [
        *_title("=", "inconsistent lock state", k),
        f"inconsistent {{{bit_name(clash)}}} -> {{{bit_name(bit)}}} usage.",
        f"{_context(k, k.current)} takes:",
        lock_line(k, held),
        f"{{{bit_name(clash)}}} state was registered at:",
        *(f"  {s}" for s in cls.usage[clash]),
        "",
        "other info that might help us debug this:",
        " Possible unsafe locking scenario:",
        "",
        "       CPU0",
        "       ----",
        f"  lock({cls.title});",
        "  <Interrupt>",
        f"    lock({cls.title});",
        "",
        " *** DEADLOCK ***",
        "",
        *_ending(k, ["print_usage_bug.part.0+0x1d7/0x280", "mark_lock+0x5ac/0x8c0", "__lock_acquire+0x3ad/0x2630",
                     LOCK_ACQUIRE, *_via(held)]),
    ]  # fmt: skip


def _first_trace(cls: LockClass, direction: int, state: int) -> list[str]:
    for read in (False, True):
        if (direction, state, read) in cls.usage:
            return cls.usage[direction, state, read]
    return []


def irq_order(k: Kernel, prev: Held, held: Held, safe: LockClass, unsafe: LockClass, state: int) -> list[str]:
    """print_bad_irq_dependency: the edge prev -> held connects an irq-safe class with an irq-unsafe one."""
    irq = STATES[state]
    middle = prev.map.cls if safe is not prev.map.cls else held.map.cls
    lines = [
        *_title("=", f"{irq}-safe -> {irq}-unsafe lock order detected", k),
        f"{_context(k, k.current)} is trying to acquire:",
        lock_line(k, held),
        "",
        "and this task is already holding:",
        lock_line(k, prev),
        "which would create a new lock dependency:",
        f" {prev.map.cls.text()} -> {held.map.cls.text()}",
        "",
        f"but this new dependency connects a {irq}-irq-safe lock:",
        f" {safe.text()}",
        "",
        f"... which became {irq}-irq-safe at:",
        *(f"  {s}" for s in _first_trace(safe, USED_IN, state)),
        "",
        f"to a {irq}-irq-unsafe lock:",
        f" {unsafe.text()}",
        "",
        f"... which became {irq}-irq-unsafe at:",
        "...",
        *(f"  {s}" for s in _first_trace(unsafe, ENABLED, state)),
        "",
        "other info that might help us debug this:",
        "",
    ]
    if middle is not unsafe and middle is not safe:
        lines += ["Chain exists of:", f"  {safe.title} --> {middle.title} --> {unsafe.title}", ""]
    lines += _interrupt_scenario(safe, middle if middle is not safe else unsafe, unsafe)
    kernel = ["check_irq_usage+0x8a5/0x960", "__lock_acquire+0x13f7/0x2630", LOCK_ACQUIRE, *_via(held)]
    return lines + _ending(k, kernel)


def _interrupt_scenario(safe: LockClass, middle: LockClass, unsafe: LockClass) -> list[str]:
    gap = " " * 31
    return [
        " Possible interrupt unsafe locking scenario:",
        "",
        "       CPU0                    CPU1",
        "       ----                    ----",
        f"  lock({unsafe.title});",
        f"{gap}local_irq_disable();",
        f"{gap}lock({safe.title});",
        f"{gap}lock({middle.title});",
        "  <Interrupt>",
        f"    lock({safe.title});",
        "",
        " *** DEADLOCK ***",
        "",
    ]


def inversion(k: Kernel, held: Held, other: LockClass, state: int, forwards: bool) -> list[str]:
    """print_irq_inversion_bug: a class changed its state, and its neighbours do not fit any more."""
    irq, cls = STATES[state], held.map.cls
    relation = (f"but this lock took another, {irq}-unsafe lock in the past:" if forwards else
                f"but this lock was taken by another, {irq}-safe lock in the past:")  # fmt: skip
    safe, unsafe = (cls, other) if forwards else (other, cls)
    return [
        *_title("=", "possible irq lock inversion dependency detected", k),
        f"{k.current.comm}/{k.current.pid} just changed the state of lock:",
        lock_line(k, held),
        relation,
        f" {other.text()}",
        "",
        "",
        "and interrupts could create inverse lock ordering between them.",
        "",
        "",
        "other info that might help us debug this:",
        *_interrupt_scenario(safe, unsafe, unsafe),
        *_ending(k, ["mark_lock+0x6d1/0x8c0", "__lock_acquire+0x3ad/0x2630", LOCK_ACQUIRE, *_via(held)]),
    ]
