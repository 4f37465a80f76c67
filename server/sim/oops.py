"""What the kernel says when something goes wrong: oopses, WARNs, BUGs, stalls, checkers' reports.

An oops kills its task and the machine goes on; in an interrupt, or with panic_on_oops, the machine dies. Addresses of
code that only a compiled kernel has (`+0x…/0x…` of its own functions) are given where the model knows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim import splat
from server.sim.cmodule.faults import KASAN_KINDS, Fault, Finding
from server.sim.machine import Cpu, Gen, Task

if TYPE_CHECKING:
    from server.sim.kernel import Kernel
    from server.sim.workqueue.pool import Worker
    from server.sim.workqueue.work import Work

FINDINGS_MAX = 200
REFCOUNT_LINES = {"addition on 0": 25, "underflow": 28, "hit 0": 31}  # lib/refcount.c; saturated: 22


class Oops:
    """Reports; `tainted` collects the kernel's taint letters."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.tainted: dict[str, bool] = {}
        self._once: dict[str, bool] = {}
        self._findings: dict[tuple[str, int, str], int] = {}
        self.oops_count = 0
        self.kasan_reported = False

    # ---- WARN ----------------------------------------------------------------------------------

    def warn(
        self, function: str, line: int, what: str, *, text: bool = False, file: str = "kernel/workqueue.c"
    ) -> None:
        """WARN_ON at `kernel/workqueue.c:line`: header, registers left out, call trace. `what` is
        told as our finding.
        """
        k = self.k
        for out in splat.warn_lines(k, function, f"{file}:{line}", what if text else ""):
            k.printk.log(4, out)
        self.tainted["W"] = True  # __warn() taints last
        k.check("warn", f"{function}: {what}")

    def warn_once(self, function: str, line: int, what: str, *, file: str = "kernel/workqueue.c") -> None:
        """WARN_ON_ONCE; texts that begin with `workqueue:` or `timer:` are WARN_ONCE's own text line."""
        key = f"{function}:{line}"
        if key not in self._once:
            self._once[key] = True
            self.warn(function, line, what, text=what.startswith(("workqueue:", "timer:")), file=file)

    def warn_on(self, line: int, text: str) -> None:
        """The module's own WARN() or WARN_ON() at `line` of its source."""
        k = self.k
        for out in splat.warn_lines(k, "", f"{k.modules.source_path()}:{line}", text.removesuffix("\n")):
            k.printk.log(4, out)
        self.tainted["W"] = True

    # ---- faults --------------------------------------------------------------------------------

    def in_task(self, task: Task, fault: Fault) -> None:
        """die(): prints the oops of a task, which then ends; its locks stay taken, its worker counted."""
        k = self.k
        self._print_oops(task, fault)
        task.killed = True
        if k.profile.panic_on_oops:
            self.panic("Fatal exception")
            return
        if task.preempt:
            k.printk.log(6, f"note: {task.comm}[{task.pid}] exited with preempt_count {task.preempt}")
        if k.cpu.irqs_off or fault.kind in ("null", "wild", "nx"):  # a page fault is handled with irqs off
            k.printk.log(6, f"note: {task.comm}[{task.pid}] exited with irqs disabled")
            k.exec.irqs_on(k.cpu)
        if task.pid == 1:
            self.panic("Attempted to kill init! exitcode=0x00000009")

    def in_interrupt(self, cpu: Cpu, fault: Fault) -> None:
        """An oops in interrupt context: the machine dies."""
        self._print_oops(cpu.current, fault)
        self.panic("Fatal exception in interrupt")

    def _print_oops(self, task: Task, fault: Fault) -> None:
        """oops_begin() to oops_end(). The former turns tracing off: a real trace ends where our finding stands."""
        k = self.k
        self.oops_count += 1
        where = f"{k.modules.source_name()}:{fault.line}" if fault.line > 0 else "the kernel"
        lines = splat.oops_lines(k, task, fault, self.oops_count)
        if fault.kind == "bug":  # report_bug() speaks before die()
            for out in lines[:2]:
                k.printk.log(1, out)
            lines = lines[2:]
        k.check("oops", f"{fault.kind} {fault.access} at 0x{fault.addr:x} in {where}")
        for out in lines:
            k.printk.log(1, out)
        self.tainted["D"] = True

    def panic(self, why: str) -> None:
        """panic(): the last words; the run ends as crashed."""
        k = self.k
        k.printk.log(0, f"Kernel panic - not syncing: {why}")
        k.printk.log(0, f"---[ end Kernel panic - not syncing: {why} ]---")
        k.panicked = why
        k.engine.stopped = True

    def bad_workqueue(self, addr: int, function: str) -> None:
        """A workqueue function was given what is no workqueue (any more): the fault of its first access."""
        k = self.k
        kind = "null" if addr < 4096 else "wild"
        if k.mem.opaque_kind(addr) == "workqueue_struct":
            k.check("use-after-destroy", f"{function}: the workqueue has been destroyed")
            raise Fault("wild", addr + 0x100, "read", 4, k.cx.line, function)
        raise Fault(kind, addr + 0x100, "read", 4, k.cx.line, function)

    def bug(self, line: int) -> Gen:
        """BUG(): the invalid instruction."""
        raise Fault("bug", 0, "exec", 0, line)
        yield

    def refcount(self, wrong: str) -> None:
        """refcount_warn_saturate: WARN_ONCE of its kind, then the counter stays saturated."""
        key = f"refcount:{wrong}"
        if key not in self._once:
            self._once[key] = True
            line = next((n for words, n in REFCOUNT_LINES.items() if words in wrong), 22)
            where, text = f"lib/refcount.c:{line}", f"refcount_t: {wrong}"
            for out in splat.warn_lines(self.k, "refcount_warn_saturate", where, text):
                self.k.printk.log(4, out)
            self.tainted["W"] = True
        self.k.check("refcount", f"refcount_t: {wrong}")

    def dump_stack(self) -> None:
        """dump_stack()."""
        k = self.k
        trace = splat.trace_lines(k, k.current, [splat.DUMP, *splat.c_frames(k)])
        for out in (*splat.header_lines(k, k.current), *trace):
            k.printk.log(7, out)

    def preemptible_processor_id(self, task: Task) -> None:
        """check_preemption_disabled() of CONFIG_DEBUG_PREEMPT."""
        k = self.k
        key = f"preemptible:{k.cx.line}"
        if key in self._once:
            return
        self._once[key] = True
        k.printk.log(3, f"BUG: using smp_processor_id() in preemptible [00000000] code: {task.comm}/{task.pid}")
        for out in (*splat.header_lines(k, task), *splat.trace_lines(k, task)):
            k.printk.log(3, out)

    # ---- atomic context ------------------------------------------------------------------------

    def scheduling_while_atomic(self, task: Task, detail: str = "") -> None:
        """__schedule_bug: printed on every kernel; the task sleeps all the same. `detail` is its wait's."""
        k = self.k
        for out in splat.atomic_lines(k, task, detail):
            k.printk.log(3, out)
        self.tainted["W"] = True
        k.check("scheduling-while-atomic", f"{task.comm} sleeps in atomic context, line {k.cx.line}")
        task.preempt = 0
        if k.irq_depth:
            task.uncounted = True

    def sleeping_in_atomic(self, where: str) -> None:
        """__might_resched with CONFIG_DEBUG_ATOMIC_SLEEP, once a second."""
        k = self.k
        for out in splat.sleeping_lines(k, where):
            k.printk.log(3, out)

    def sleeping_in_interrupt(self, cpu: Cpu) -> None:
        """A sleep in a hard interrupt: what was interrupted cannot go on. The machine dies."""
        self.panic("Fatal exception in interrupt")

    def sleeping_when_idle(self, cpu: Cpu) -> None:
        """dequeue_task_idle: the idle thread cannot sleep, and goes on at once."""
        k = self.k
        k.printk.log(3, "bad: scheduling from the idle thread!")
        symbols = [*splat.DEQUEUE_IDLE, *splat.c_frames(k)]
        for out in (*splat.header_lines(k, cpu.idle), *splat.trace_lines(k, cpu.idle, symbols)):
            k.printk.log(3, out)
        k.charge("dump_stack")

    # ---- checkers ------------------------------------------------------------------------------

    def finding(self, finding: Finding) -> None:
        """A memory finding: KASAN's report where the kernel has it (the first of each place), ours elsewhere."""
        k = self.k
        key = (finding.kind, finding.at.line, finding.access)
        seen = self._findings.get(key, 0)
        self._findings[key] = seen + 1
        if seen or len(self._findings) > FINDINGS_MAX:
            return
        if k.profile.kasan and finding.kind in KASAN_KINDS and not self.kasan_reported:
            self.kasan_reported = True  # without kasan_multi_shot only the first bug is reported
            self.tainted["B"] = True
            from server.sim.cmodule.reports import kasan_report  # rarely needed

            for out in kasan_report(finding, splat.header_lines(k, k.current), splat.tail(k, k.current)):
                k.printk.log(3, out)
        where = f"{k.modules.source_name()}:{finding.at.line}: " if finding.at.line > 0 else ""
        k.check(finding.kind, where + (finding.message or splat.finding_words(finding)))

    def odebug(self, action: str, work: Work) -> None:
        """debug_print_object: INIT_WORK or kfree of an item that is still queued."""
        k = self.k
        if not k.profile.odebug:
            k.check("active-object", f"{action} of {work.name}, which is still pending")
            return
        hint = work.fn_name.split(" ")[0]
        text = (f"ODEBUG: {action} active (active state 0) object: 0x{work.addr:x} object type: work_struct "
                f"hint: {hint}+0x0/0x20{k.modules.suffix(work.fn_name)}")  # fmt: skip
        for out in splat.warn_lines(k, "debug_print_object", "lib/debugobjects.c:612", text):
            k.printk.log(4, out)
        self.tainted["W"] = True

    def workqueue_leak(self, worker: Worker) -> None:
        """process_one_work found that an item left something atomic behind."""
        k = self.k
        task = worker.task
        assert task is not None
        k.printk.log(3, f"BUG: workqueue leaked atomic, lock or RCU: {task.comm}[{task.pid}]")
        counts = f"preempt=0x{task.preempt & 0xFFFFFFFF:08x} lock=0->{k.lockdep.depth(task)} RCU=0->{task.rcu_depth}"
        k.printk.log(3, f"     {counts} workfn={worker.current_fn}")
        for out in (*k.lockdep.held_lines(task), *splat.header_lines(k, task), *splat.LEAK_TRACE):
            k.printk.log(3, out)
        k.check("leak", f"{worker.current_fn} returned with preemption off, a lock held, or in an RCU section")
