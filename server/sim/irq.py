"""Interrupt lines (kernel/irq/): handlers, threads, masking; irq_work.

A line delivers to CPU 0. While it is disabled, or a handler of it runs, one more edge is remembered. Threads are
`irq/N-name`, SCHED_FIFO 50; IRQF_ONESHOT keeps the line masked until they are done.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from server.sim.engine import HARDIRQ
from server.sim.machine import Cpu, Gen, Task
from server.sim.warn import warn_at
from server.trace.events import KIND_BY_NAME

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

ENTRY = KIND_BY_NAME["irq_handler_entry"]
EXIT = KIND_BY_NAME["irq_handler_exit"]
IRQF_SHARED, IRQF_ONESHOT, IRQF_NO_THREAD, IRQF_NO_AUTOEN = 0x80, 0x2000, 0x10000, 0x80000
IRQ_NONE, IRQ_HANDLED, IRQ_WAKE_THREAD = 0, 1, 2
ENXIO, EBUSY, EINVAL = 6, 16, 22
THREAD_PRIO = 50
NR_IRQS = 256
SPURIOUS_LIMIT = 99_900  # of 100,000 interrupts that nobody handles: the line is shut
# struct irq_work: llist_node, flags, func
OFF_IRQ_WORK_FLAGS, OFF_IRQ_WORK_FUNC, IRQ_WORK_PENDING, IRQ_WORK_LAZY = 8, 16, 1, 4

Answer = Generator[Any, Any, int]


class Action:
    """An irqaction: one handler of a line. `wanted` is IRQTF_RUNTHREAD: its thread has something to do."""

    __slots__ = ("handler", "thread_fn", "flags", "name", "dev_id", "thread", "wanted")

    def __init__(self, handler: int, thread_fn: int, flags: int, name: str, dev_id: int) -> None:
        self.handler = handler
        self.thread_fn = thread_fn
        self.flags = flags
        self.name = name
        self.dev_id = dev_id
        self.thread: Task | None = None
        self.wanted = False


class Line:
    """An irq_desc: `depth` counts disable_irq, `masked` is ONESHOT's, `counts` are by CPU."""

    __slots__ = (
        "irq", "actions", "depth", "masked", "pending", "running", "threads_active", "counts", "unhandled", "waiters",
    )  # fmt: skip

    def __init__(self, irq: int) -> None:
        self.irq = irq
        self.actions: list[Action] = []
        self.depth = 0
        self.masked = False
        self.pending = False
        self.running = False
        self.threads_active = 0
        self.counts: dict[int, int] = {}
        self.unhandled = 0
        self.waiters: list[Task] = []


class Irqs:
    """request_irq() and its kin; addresses in. `raise_line` is the device."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self._lines: dict[int, Line] = {}
        self._works: dict[int, bool] = {}  # irq_work by address: pending, or else running

    # ---- the device ------------------------------------------------------------------------------

    def raise_line(self, irq: int) -> bool:
        """The device pulls its line: the interrupt reaches CPU 0. False if nobody has requested it."""
        line = self._lines.get(irq)
        if line is None or not line.actions:
            return False
        self._deliver(line)
        return True

    def _deliver(self, line: Line) -> None:
        k = self.k
        cpu = k.cpus[0]
        k.engine.at(k.cx.now, HARDIRQ, cpu.id, lambda: k.exec.interrupt(cpu, lambda: self._handle(cpu, line)))

    def lines(self) -> list[tuple[int, str, dict[int, int]]]:
        """What /proc/interrupts shows of requested lines: number, names, count by CPU."""
        wanted = sorted(n for n, line in self._lines.items() if line.actions)
        return [(n, ", ".join(a.name for a in self._lines[n].actions), self._lines[n].counts) for n in wanted]

    def _handle(self, cpu: Cpu, line: Line) -> Gen:
        """handle_edge_irq: masked or running lines remember one edge; every action of the line is called."""
        k = self.k
        k.charge("irq")
        line.counts[cpu.id] = line.counts.get(cpu.id, 0) + 1
        if line.depth or line.masked or line.running:
            line.pending = True
            return
        line.running = True
        again = True
        while again and line.actions:
            line.pending = False
            handled = False
            for action in list(line.actions):
                result = yield from self._call(line, action)
                handled |= result != IRQ_NONE
            self._note(line, handled)
            again = line.pending and not line.masked and not line.depth
        line.running = False
        self._wake_waiters(line)

    def _call(self, line: Line, action: Action) -> Answer:
        k = self.k
        k.emit(ENTRY, line.irq, action.name)
        if k.cx.now >= k.cx.horizon:
            yield None
        result = IRQ_WAKE_THREAD
        if action.handler:
            result = yield from k.ccall(action.handler, line.irq, action.dev_id)
        k.emit(EXIT, line.irq, "handled" if result & 3 else "unhandled")
        if result & IRQ_WAKE_THREAD:
            self._wake_thread(line, action)
        return result & 3

    def _wake_thread(self, line: Line, action: Action) -> None:
        k = self.k
        if action.thread is None:
            what = f"IRQ {line.irq} device {action.name} returned IRQ_WAKE_THREAD"
            k.printk.log(4, f"{what} but no thread function available.")
            return
        if action.wanted:
            return
        action.wanted = True
        line.threads_active += 1
        if action.flags & IRQF_ONESHOT:
            line.masked = True
        k.sched.wake_up(action.thread)

    def _note(self, line: Line, handled: bool) -> None:
        """note_interrupt: a line that nobody serves is shut in the end."""
        if handled:
            return
        line.unhandled += 1
        if line.unhandled > SPURIOUS_LIMIT:
            k = self.k
            k.printk.log(3, f'irq {line.irq}: nobody cared (try booting with the "irqpoll" option)')
            k.printk.log(3, f"Disabling IRQ #{line.irq}")
            line.depth += 1
            line.unhandled = 0

    # ---- requesting ------------------------------------------------------------------------------

    def request_threaded_irq(
        self, irq: int, handler: int, thread_fn: int, flags: int, name: str, dev_id: int
    ) -> Answer:
        """request_threaded_irq: 0 or a negative errno; makes the thread `irq/N-name` if there is a thread function."""
        k = self.k
        yield from k.might_sleep("request_threaded_irq")
        k.charge("alloc_workqueue")
        error = self._refuses(irq, handler, thread_fn, flags, name, dev_id)
        if error:
            return -error
        line = self._lines.setdefault(irq, Line(irq))
        action = Action(handler, thread_fn, flags, name, dev_id)
        if thread_fn:
            task = yield from k.kthreads.create(self._thread(line, action), f"irq/{irq}-{name}")
            task.prioritise(task.nice, THREAD_PRIO)
            action.thread = task
        line.actions.append(action)
        if flags & IRQF_NO_AUTOEN:
            line.depth += 1
        if action.thread is not None:
            k.sched.wake_up(action.thread)
        return 0

    def _refuses(self, irq: int, handler: int, thread_fn: int, flags: int, name: str, dev_id: int) -> int:
        """The errno of a request that cannot be met, or 0 (__setup_irq)."""
        if not 0 <= irq < NR_IRQS or (flags & IRQF_SHARED and not dev_id) or not (handler or thread_fn):
            return EINVAL
        if not handler and not flags & IRQF_ONESHOT:
            what = "Threaded irq requested with handler=NULL and !ONESHOT"
            self.k.printk.log(3, f"genirq: {what} for {name} (irq {irq})")
            return EINVAL
        line = self._lines.get(irq)
        if line is not None and line.actions:
            first = line.actions[0]
            if not (first.flags & flags & IRQF_SHARED) or (first.flags ^ flags) & IRQF_ONESHOT:
                both = f"{flags:08x} ({name}) vs. {first.flags:08x} ({first.name})"
                self.k.printk.log(3, f"genirq: Flags mismatch irq {irq}. {both}")
                return EBUSY
        return 0

    def _thread(self, line: Line, action: Action) -> Gen:
        """irq_thread: runs the thread function whenever the primary handler asked for it; bottom halves stay on."""
        k = self.k
        me = k.current
        while True:
            while action.wanted:
                action.wanted = False
                yield from k.ccall(action.thread_fn, line.irq, action.dev_id)
                self._thread_done(line, action)
                yield from k.sched.might_resched()
            if k.kthreads.should_stop(me):
                return 0
            yield from k.sched.block("S", "CONDITION", "", f"irq={line.irq}")

    def _thread_done(self, line: Line, action: Action) -> None:
        """irq_finalize_oneshot: unmasks; an edge that came meanwhile is served now."""
        line.threads_active -= 1
        if action.flags & IRQF_ONESHOT and not any(a.wanted for a in line.actions) and not line.threads_active:
            line.masked = False
            if line.pending:
                line.pending = False
                self._deliver(line)
        self._wake_waiters(line)

    def free_irq(self, irq: int, dev_id: int) -> Answer:
        """free_irq: waits for handlers and the thread; 0 (the name is not known by address)."""
        k = self.k
        line = self._lines.get(irq)
        action = next((a for a in line.actions if a.dev_id == dev_id), None) if line is not None else None
        if line is None or action is None:
            warn_at(k, "free_irq", "kernel/irq/manage.c:1879", f"Trying to free already-free IRQ {irq}")
            return 0
        line.actions.remove(action)
        yield from self.synchronize_irq(irq)
        if action.thread is not None:
            yield from k.kthreads.stop(action.thread)
        return 0

    # ---- disabling -------------------------------------------------------------------------------

    def _line(self, irq: int) -> Line:
        return self._lines.setdefault(irq, Line(irq))

    def disable_irq_nosync(self, irq: int) -> None:
        """disable_irq_nosync: counted; returns at once."""
        self._line(irq).depth += 1

    def disable_irq(self, irq: int) -> Gen:
        """disable_irq: counted; waits for handlers that run (from the handler itself: for ever)."""
        self.disable_irq_nosync(irq)
        yield from self.synchronize_irq(irq)

    def enable_irq(self, irq: int) -> None:
        """enable_irq: the last one serves an edge that came meanwhile."""
        line = self._line(irq)
        if not line.depth:
            warn_at(self.k, "__enable_irq", "kernel/irq/manage.c:774", f"Unbalanced enable for IRQ {irq}")
            return
        line.depth -= 1
        if not line.depth and line.pending and line.actions:
            line.pending = False
            self._deliver(line)

    def synchronize_irq(self, irq: int) -> Gen:
        """synchronize_irq: waits for running handlers, busily, then for their threads, asleep."""
        k = self.k
        line = self._line(irq)
        yield from k.might_sleep("synchronize_irq")
        while line.running:
            yield from k.relax()
        while line.threads_active:
            line.waiters.append(k.current)
            busy = next((a.thread for a in line.actions if a.thread is not None), None)
            yield from k.sched.block("D", "THREAD", f"task:{busy.index}" if busy else "", f"irq={irq}")

    def _wake_waiters(self, line: Line) -> None:
        waiters, line.waiters = line.waiters, []
        for task in waiters:
            self.k.sched.wake_up(task)

    # ---- irq_work --------------------------------------------------------------------------------

    def irq_work_queue(self, addr: int, cpu: int) -> bool:
        """irq_work_queue_on: func(work) in hard interrupt context of a CPU, soon; False if it is pending."""
        k = self.k
        k.mem.load(addr + OFF_IRQ_WORK_FUNC, 8)
        if self._works.get(addr):
            return False
        self._works[addr] = True
        flags = k.peek(addr + OFF_IRQ_WORK_FLAGS, 4)
        k.poke(addr + OFF_IRQ_WORK_FLAGS, 4, flags | IRQ_WORK_PENDING)
        target = k.cpus[cpu]
        if flags & IRQ_WORK_LAZY and target is k.cpu:  # whoever runs here keeps the tick going
            tick_ns = k.profile.tick_ns
            at = (k.cx.now // tick_ns + 1) * tick_ns
            k.engine.at(at, HARDIRQ, cpu, lambda: k.exec.interrupt(target, lambda: self._irq_work(addr)))
        else:
            self.call_on(target, lambda: self._irq_work(addr))
        return True

    def irq_work_is_busy(self, addr: int) -> bool:
        """irq_work_is_busy: it is pending, or its function runs."""
        return addr in self._works

    def call_on(self, target: Cpu, make: Callable[[], Gen]) -> None:
        """An interrupt for a CPU from this one (an IPI)."""
        k = self.k
        delay = 0 if target is k.cpu else k.cost("wake_remote")
        k.engine.at(k.cx.now + delay, HARDIRQ, target.id, lambda: k.exec.interrupt(target, make))

    def smp_call_function_single(self, cpu: int, func: int, info: int, wait: int) -> Answer:
        """smp_call_function_single: func(info) in interrupt context of a CPU; on this one, at once with irqs off."""
        k = self.k
        if not 0 <= cpu < len(k.cpus) or not k.cpus[cpu].online:
            return -ENXIO
        yield from self.smp_call_function_many([cpu], func, info, wait)
        return 0

    def smp_call_function_many(self, cpus: list[int], func: int, info: int, wait: int) -> Gen:
        """smp_call_function_many_cond: the others are interrupted first, then this CPU has its turn, if it is in
        `cpus`, with irqs off; `wait`: for all of them.
        """
        k = self.k
        left = 0

        def call() -> Gen:
            nonlocal left
            k.charge("irq")
            yield from k.ccall(func, info)
            left -= 1

        for cpu in cpus:
            if cpu != k.cpu.id:
                left += 1
                self.call_on(k.cpus[cpu], call)
        if k.cpu.id in cpus:
            flags = k.locks.local_irq_save()
            yield from k.ccall(func, info)
            k.locks.local_irq_restore(flags)
        while wait and left:
            yield from k.relax()

    def _irq_work(self, addr: int) -> Gen:
        k = self.k
        k.charge("irq")
        self._works[addr] = False
        flags = k.peek(addr + OFF_IRQ_WORK_FLAGS, 4) & ~IRQ_WORK_PENDING
        k.poke(addr + OFF_IRQ_WORK_FLAGS, 4, flags)
        yield from k.ccall(k.peek(addr + OFF_IRQ_WORK_FUNC, 8), addr)
        if self._works.get(addr) is False:
            del self._works[addr]

    def irq_work_sync(self, addr: int) -> Gen:
        """irq_work_sync: waits until it is not pending and does not run."""
        k = self.k
        yield from k.might_sleep("irq_work_sync")
        while addr in self._works:
            yield from k.relax()
