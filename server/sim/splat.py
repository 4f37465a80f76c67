"""The text of the kernel's splats: WARN, oops, BUG; headers, call traces, taints (kernel/panic.c,
arch/x86/kernel/dumpstack.c).

C frames carry the module's function and offset; below them stand the kernel's functions that brought the task here.
"""

from __future__ import annotations

from traceback import walk_tb
from typing import TYPE_CHECKING

from server.sim.cmodule.faults import Fault, Finding
from server.sim.machine import Task
from server.sim.printk import CONT

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HARDWARE = "Hardware name: QEMU Standard PC (i440FX + PIIX, 1996), BIOS 1.16.2-debian-1.16.2-1 04/01/2014"
TAINTS = (("P", "PROPRIETARY_MODULE"), ("D", "DIE"), ("B", "BAD_PAGE"), ("W", "WARN"), ("O", "OOT_MODULE"),
          ("E", "UNSIGNED_MODULE"), ("L", "SOFTLOCKUP"))  # fmt: skip
TAINT_ORDER = "FSRMBUDAWCIOELKXTN"  # behind P or G
WORKER_TAIL = (
    "process_one_work+0x18d/0x3a0",
    "worker_thread+0x191/0x2f0",
    "? __pfx_worker_thread+0x10/0x10",
    "kthread+0xcf/0x100",
    "? __pfx_kthread+0x10/0x10",
    "ret_from_fork+0x31/0x50",
    "? __pfx_kthread+0x10/0x10",
    "ret_from_fork_asm+0x1a/0x30",
)
KTHREAD_TAIL = WORKER_TAIL[3:]
# Below the callback of a softirq, by its vector; then who served it: ksoftirqd, or an interrupt on its way out.
VECTOR_TAILS = {
    1: ("call_timer_fn+0x27/0x120", "__run_timers+0x1f4/0x280", "run_timer_softirq+0x49/0xf0"),
    0: ("tasklet_action_common+0xbd/0x230",),
    6: ("tasklet_action_common+0xbd/0x230",),
}
KSOFTIRQD_TAIL = (
    "handle_softirqs+0xcd/0x2c0",
    "? __pfx_smpboot_thread_fn+0x10/0x10",
    "run_ksoftirqd+0x2f/0x40",
    "smpboot_thread_fn+0xda/0x1d0",
    *KTHREAD_TAIL,
)
IRQ_EXIT_TAIL = ("handle_softirqs+0xcd/0x2c0", "__irq_exit_rcu+0x91/0xb0", "sysvec_apic_timer_interrupt+0x71/0x90")
INTERRUPT = "asm_sysvec_apic_timer_interrupt+0x1a/0x20"
IDLE_TAIL = (
    "default_idle+0x9/0x20",
    "default_idle_call+0x30/0x100",
    "do_idle+0x26b/0x2a0",
    "cpu_startup_entry+0x29/0x30",
    "start_secondary+0x11e/0x140",
    "common_startup_64+0x13e/0x141",
)
BOOT_IDLE_TAIL = (  # CPU 0's idle thread is what booted
    *IDLE_TAIL[:4],
    "rest_init+0xcc/0xd0",
    "start_kernel+0x63f/0x8d0",
    "x86_64_start_reservations+0x18/0x30",
    "x86_64_start_kernel+0x96/0xa0",
    IDLE_TAIL[-1],
)
IDLE_WORKER_TAIL = (
    "? process_one_work+0x32f/0x3a0",
    "schedule+0x27/0xc0",
    "worker_thread+0x97/0x2f0",
    *WORKER_TAIL[2:],
)
INIT_TAIL = (
    "do_one_initcall+0x58/0x320",
    "do_init_module+0x60/0x270",
    "init_module_from_file+0x89/0xe0",
    "idempotent_init_module+0x11d/0x310",
    "__x64_sys_finit_module+0x5e/0xb0",
    "do_syscall_64+0x87/0x180",
    "entry_SYSCALL_64_after_hwframe+0x76/0x7e",
)
EXIT_TAIL = (
    "__do_sys_delete_module+0x1b8/0x350",
    "do_syscall_64+0x87/0x180",
    "entry_SYSCALL_64_after_hwframe+0x76/0x7e",
)
SYSCALL_TAIL = EXIT_TAIL[1:]
# Where the kernel's own functions stand in the recorded build, as far as recordings show it.
SYMBOLS = {
    "enable_work": "enable_work+0x103/0x120",
    "alloc_workqueue": "alloc_workqueue+0x6c8/0x740",
    "notifier_chain_register": "notifier_chain_register+0x3e/0xb0",
    "call_timer_fn": "call_timer_fn+0x10c/0x120",
    "add_timer": "add_timer+0x20/0x30",
    "irq_work_queue_on": "irq_work_queue_on+0x81/0x90",
    "queue_rcu_work": "queue_rcu_work+0x4c/0x60",
    "queue_work_node": "queue_work_node+0xe0/0xf0",
    "workqueue_set_max_active:5987": "workqueue_set_max_active+0xa9/0xc0",
    "workqueue_set_max_active:5990": "workqueue_set_max_active+0xb0/0xc0",
    "workqueue_sysfs_register": "workqueue_sysfs_register+0x11e/0x130",
    "refcount_warn_saturate:22": "refcount_warn_saturate+0x55/0x110",
    "refcount_warn_saturate:28": "refcount_warn_saturate+0xbe/0x110",
    "check_flush_dependency": "check_flush_dependency.part.0+0x106/0x130",
}
USER_REGISTERS = "RSP: 002b:00007ffd5c3a1d68 EFLAGS: 00000246"
SYSCALLS = {"rmmod": 176}
FINIT_MODULE = 313
DUMP = "dump_stack_lvl+0x64/0x80"
DEQUEUE_IDLE = (DUMP, "dequeue_task_idle+0x29/0x50", "__schedule+0x1f9/0xbf0", "schedule+0x27/0xc0")
# What stands between them and the module's function, for those that warn deeper down.
CALLERS = {
    "__queue_work": ("queue_work_on+0x65/0x70",),
    "check_flush_dependency": ("__flush_work+0xe9/0x3a0",),
    "workqueue_sysfs_register": ("alloc_workqueue+0x5d3/0x740",),
}
LEAK_TRACE = ("Call Trace:", " <TASK>", f" {DUMP}", " process_one_work+0x32f/0x3a0",
              *(f" {s}" for s in WORKER_TAIL[1:]), " </TASK>")  # fmt: skip
SLEEPERS = {"msleep": ("schedule_timeout+0x9e/0x170", "? __pfx_process_timeout+0x10/0x10", "msleep+0x2b/0x40")}


def taint_flags(k: Kernel) -> str:
    """print_tainted(): `Tainted: G        W  OE     `."""
    tainted = k.oops.tainted
    letters = "".join(c if tainted.get(c) else " " for c in TAINT_ORDER)
    return f"Tainted: {'P' if tainted.get('P') else 'G'}{letters}"


def header_lines(k: Kernel, task: Task) -> list[str]:
    """dump_stack_print_info: CPU, task, taints, hardware, and the work item of a kworker."""
    names = ", ".join(f"[{c}]={name}" for c, name in TAINTS if k.oops.tainted.get(c))
    lines = [
        f"CPU: {k.cpu.id} UID: 0 PID: {task.pid} Comm: {task.comm} {taint_flags(k)} "
        f"{k.profile.release} #1  Debian 6.12.117-1~deb12u1",
        f"Tainted: {names}",
        HARDWARE,
    ]
    worker = task.worker
    if worker is not None and worker.desc:
        lines.append(
            f"Workqueue: {worker.current_pwq.wq.name if worker.current_pwq else ''} {worker.current_fn or '0x0'}"
            + ("" if worker.current_pwq else f"{CONT} ({worker.desc})")
        )
    return lines


def tail(k: Kernel, task: Task) -> tuple[str, ...]:
    """The kernel's functions below a task's C frames."""
    if in_interrupt(k, task):
        served = KSOFTIRQD_TAIL if task.kind == "ksoftirqd" else IRQ_EXIT_TAIL
        return (*VECTOR_TAILS.get(k.cpu.vector, VECTOR_TAILS[1]), *served)
    return task_tail(k, task)


def in_interrupt(k: Kernel, task: Task) -> bool:
    """Whether an interrupt or softirq runs here, though it may have lost the count that says so."""
    return k.irq_depth > 0 or task.uncounted


def task_tail(k: Kernel, task: Task) -> tuple[str, ...]:
    """The kernel's functions below what a task does."""
    if task.kind == "idle":
        return IDLE_TAIL if task.cpu else BOOT_IDLE_TAIL
    if task.worker is not None:
        return WORKER_TAIL
    if task.kind in ("kthread", "ksoftirqd"):
        return KTHREAD_TAIL
    if k.modules.loading:
        return INIT_TAIL
    return EXIT_TAIL if task.comm == "rmmod" else SYSCALL_TAIL


def c_frames(k: Kernel) -> list[str]:
    """The module's functions that run here, innermost first: `fn+0x1c/0x70 [module]`."""
    return [f"{s.symbol.partition(' ')[0]} [{k.modules.of_name(s.function)}]" for s in k.mem.site().trace]


def trace_lines(k: Kernel, task: Task, symbols: list[str] | None = None) -> list[str]:
    """show_stack: the call trace of the running context."""
    return ["Call Trace:", *stack_lines(k, task, c_frames(k) if symbols is None else symbols)]


def stack_lines(k: Kernel, task: Task, symbols: list[str]) -> list[str]:
    """The stacks from the running function outwards: of the interrupt, if one runs, and of the task."""
    lines: list[str] = []
    if in_interrupt(k, task) and task.kind != "ksoftirqd":
        lines = [" <IRQ>", *(f" {s}" for s in (*symbols, *tail(k, task))), " </IRQ>"]
        symbols, below = [INTERRUPT], task_tail(k, task)
    else:
        below = tail(k, task)
    user = _user_lines(task) if below[-1].startswith("entry_SYSCALL") else []
    return [*lines, " <TASK>", *(f" {s}" for s in (*symbols, *below)), *user, " </TASK>"]


def _user_lines(task: Task) -> list[str]:
    """show_regs of the system call's user side; pr_cont gives the call's number."""
    return [
        "RIP: 0033:0x7f33a41ac829",
        f"{USER_REGISTERS}{CONT} ORIG_RAX: {SYSCALLS.get(task.comm, FINIT_MODULE):016x}",
    ]


def warn_lines(k: Kernel, function: str, where: str, text: str) -> list[str]:
    """__warn(): from `cut here` to `end trace`."""
    task = k.current
    symbols = c_frames(k)
    line = where.rpartition(":")[2]
    at = SYMBOLS.get(f"{function}:{line}", SYMBOLS.get(function, f"{function}+0x370/0x4d0"))
    if not function:
        at = symbols[0] if symbols else "0x0"
    lines = ["------------[ cut here ]------------"]
    if text:
        lines.append(text)
    lines.append(f"WARNING: CPU: {k.cpu.id} PID: {task.pid} at {where} {at}")
    lines.append(f"Modules linked in: {k.modules.linked_in()}")
    lines += header_lines(k, task)
    lines.append(f"RIP: 0010:{at}")
    callers = CALLERS.get(function, ()) if symbols else ()
    lines += trace_lines(k, task, [*callers, *symbols] if function else symbols[1:])
    lines.append("---[ end trace 0000000000000000 ]---")
    return lines


def fault_symbols(k: Kernel, fault: Fault) -> list[str]:
    """The C functions that a fault unwound, innermost first."""
    frames = [
        (f.f_code.co_name, line) for f, line in walk_tb(fault.__traceback__) if f.f_code.co_filename.endswith(".c")
    ]
    out = []
    for name, line in reversed(frames):
        symbol = k.modules.symbol(name, line)
        if symbol:
            out.append(symbol)
    return out


def oops_lines(k: Kernel, task: Task, fault: Fault, number: int) -> list[str]:
    """show_fault_oops and __die for a page fault, a divide error, BUG() or a call of what is no code."""
    symbols = fault_symbols(k, fault)
    ip = f"{fault.what}+0x1c/0x70" if fault.what else symbols[0] if symbols else "0x0"
    if fault.kind == "nx":
        ip = f"0x{fault.addr:x}"
    lines = _reason(k, fault, number)
    lines += header_lines(k, task)
    lines.append(f"RIP: 0010:{ip}")
    if ip.startswith("0x"):
        lines.append(f"Code: Unable to access opcode bytes at 0x{(fault.addr - 0x2A) & (1 << 64) - 1:x}.")
    lines += trace_lines(k, task, symbols if fault.what or fault.kind == "nx" else symbols[1:])
    lines.append(f"Modules linked in: {k.modules.linked_in()}")
    if fault.kind in ("null", "wild", "nx"):
        lines.append(f"CR2: {fault.addr:016x}")
    lines.append("---[ end trace 0000000000000000 ]---")
    lines.append(f"RIP: 0010:{ip}")
    return lines


def _reason(k: Kernel, fault: Fault, number: int) -> list[str]:
    kasan = " KASAN" if k.profile.kasan else ""
    tail_ = f"[#{number}] PREEMPT SMP{kasan} NOPTI"
    if fault.kind == "divide":
        return [f"Oops: divide error: 0000 {tail_}"]
    if fault.kind == "bug":
        return ["------------[ cut here ]------------", f"kernel BUG at {k.modules.source_path()}:{fault.line}!",
                f"Oops: invalid opcode: 0000 {tail_}"]  # fmt: skip
    if fault.kind == "stack-overflow":
        return [f"BUG: TASK stack guard page was hit at {fault.addr:016x} (stack is {k.current.stack - 0x4000:016x}.."
                f"{k.current.stack:016x})", f"Oops: stack guard page: 0000 {tail_}"]  # fmt: skip
    code = {"read": 0, "write": 2, "exec": 0x10}[fault.access]
    words = {"read": "read access", "write": "write access", "exec": "instruction fetch"}[fault.access]
    if not fault.canonical:
        return [f"Oops: general protection fault, probably for non-canonical address 0x{fault.addr:x}: 0000 {tail_}"]
    if fault.kind == "null":
        first = f"BUG: kernel NULL pointer dereference, address: {fault.addr:016x}"
    else:
        first = f"BUG: unable to handle page fault for address: {fault.addr:016x}"
    return [first, f"#PF: supervisor {words} in kernel mode", f"#PF: error_code(0x{code:04x}) - not-present page",
            "PGD 0 P4D 0 ", f"Oops: Oops: {code:04x} {tail_}"]  # fmt: skip


def atomic_lines(k: Kernel, task: Task, detail: str) -> list[str]:
    """__schedule_bug."""
    return [
        f"BUG: scheduling while atomic: {task.comm}/{task.pid}/0x{k.preempt_count() + 1 & 0xFFFFFFFF:08x}",
        *k.lockdep.held_lines(task),
        f"Modules linked in: {k.modules.linked_in()}",
        *header_lines(k, task),
        *_schedule_trace(k, task, detail),
    ]


def _schedule_trace(k: Kernel, task: Task, detail: str) -> list[str]:
    """The call trace of a task inside schedule(): of C that sleeps, or of a worker that goes idle."""
    inside = [DUMP, "__schedule_bug+0x56/0x70", "__schedule+0x9fa/0xbf0"]
    if task.worker is not None and task.worker.current_work is None and not in_interrupt(k, task):
        return ["Call Trace:", " <TASK>", *(f" {s}" for s in (*inside, *IDLE_WORKER_TAIL)), " </TASK>"]
    call = detail.partition("call=")[2].partition("(")[0]
    return [
        "Call Trace:",
        *stack_lines(k, task, [*inside, "schedule+0x27/0xc0", *SLEEPERS.get(call, ()), *c_frames(k)]),
    ]


def sleeping_lines(k: Kernel, where: str) -> list[str]:
    """__might_resched's report."""
    task = k.current
    source = SLEEP_SITES.get(where, "kernel/workqueue.c:4212")
    return [
        f"BUG: sleeping function called from invalid context at {source}",
        f"in_atomic(): {int(k.in_atomic())}, irqs_disabled(): {int(k.cpu.irqs_off)}, non_block: 0, "
        f"pid: {task.pid}, name: {task.comm}",
        f"preempt_count: {k.preempt_count():x}, expected: 0",
        f"RCU nest depth: {task.rcu_depth}, expected: 0",
        *k.lockdep.held_lines(task),
        *header_lines(k, task),
        *trace_lines(k, task),
    ]


SLEEP_SITES = {
    "mutex_lock": "kernel/locking/mutex.c:585",
    "kmalloc": "include/linux/sched/mm.h:337",
    "msleep": "kernel/time/sleep_timeout.c:350",
    "wait_for_completion": "kernel/sched/completion.c:103",
    "__flush_work": "kernel/workqueue.c:4222",
    "__flush_workqueue": "kernel/workqueue.c:3986",
    "down_read": "kernel/locking/rwsem.c:1523",
    "down_write": "kernel/locking/rwsem.c:1577",
}


def finding_words(finding: Finding) -> str:
    """One sentence about a memory finding."""
    words = f"{finding.kind} ({finding.access} of {finding.size} at 0x{finding.addr:x})"
    if finding.name:
        words += f" of {finding.name}"
    if finding.allocated is not None and finding.allocated.line > 0:
        words += f", allocated at line {finding.allocated.line}"
    if finding.freed is not None and finding.freed.line > 0:
        words += f", freed at line {finding.freed.line}"
    return words
