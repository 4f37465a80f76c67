"""What runs on a CPU: steps of its current task, interrupt contexts on top of it, and the way back.

    frames:   [hardirq]           an interrupt took the CPU at t; the task's next step was due at t + rest
              task.gen            resumed `rest` after the last frame is done

Softirqs run as a frame of their own after the hardirq that raised them, as in irq_exit().
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from server.sim.cmodule.faults import Fault
from server.sim.engine import HARDIRQ, TASK, Engine
from server.sim.machine import Cpu, Frame, Gen, Task
from server.sim.sched import SPIN, SWITCH, UNTIL

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

QUANTUM_STATEMENTS = 4_000  # a step is cut after about so many statements, so that a spin is seen early
SIGKILL, SIGSEGV = 9, 11
SPIN_STATEMENTS = 40  # after an event that a spin has slept through: it goes round a few times, and sleeps again


class Exec:
    """Runs the CPUs on the engine."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.stores = k.mem.stores
        self._steps = {cpu.id: self._stepper(cpu) for cpu in k.cpus}
        self.quantum_ns = QUANTUM_STATEMENTS * max(1, k.cx.stmt_ns)
        self.spin_ns = SPIN_STATEMENTS * max(1, k.cx.stmt_ns)

    # ---- scheduling of steps -------------------------------------------------------------------

    def resume(self, cpu: Cpu, t_ns: int, *, wall: bool = False) -> None:
        """Queues the next step of what runs on `cpu`; `wall`: at that time whatever interrupts take until then."""
        before = cpu.resume
        if before is not None:
            before[4] = None
        cpu.resume_at = t_ns
        cpu.resume_wall = wall
        cpu.resume = self.k.engine.at(t_ns, TASK, cpu.id, self._steps[cpu.id])

    def unspin(self, cpu: Cpu) -> None:
        """What a spinning CPU waits for may have happened: it looks again, now."""
        if cpu.spinning:
            cpu.spinning = False
            self.resume(cpu, self.k.cx.now)

    def ipi(self, cpu: Cpu, t_ns: int) -> None:
        """A reschedule interrupt: an idle CPU looks for work, a preemptible one honours need_resched."""
        self.k.engine.at(t_ns, TASK, cpu.id, lambda: self._rescheduled(cpu))

    def _rescheduled(self, cpu: Cpu) -> None:
        if cpu.frames:
            return
        if cpu.current is cpu.idle:
            if cpu.rq or cpu.rt:
                self._enter(cpu)
                self.k.sched.switch(cpu)
        elif self.k.sched.full and cpu.need_resched and self.preemptible(cpu):
            self._enter(cpu)
            Engine.cancel(cpu.resume)
            self.k.sched.switch(cpu)

    def preemptible(self, cpu: Cpu) -> bool:
        """Whether a preemptible kernel may take the CPU from its current task now."""
        task = cpu.current
        return not (cpu.frames or cpu.irqs_off or task.preempt or task.bh_off)

    def _enter(self, cpu: Cpu) -> None:
        k = self.k
        k.cpu = cpu
        k.current = cpu.current
        k.cx.line = -1

    # ---- one step ------------------------------------------------------------------------------

    def _stepper(self, cpu: Cpu) -> Callable[[], None]:
        """What the engine calls when a step of `cpu` is due."""
        k, cx, stores, places = self.k, self.k.cx, self.stores, cpu.spin_places

        def step() -> None:
            cpu.resume = None
            k.cpu = cpu
            task = k.current = cpu.current
            if cpu.frames:
                self._step_frame(cpu, cpu.frames[-1])
                return
            if task is cpu.idle:
                k.sched.switch(cpu)
                return
            most = cx.now + (self.spin_ns if places.waiting else self.quantum_ns)
            if cx.horizon > most:
                cx.horizon = most
            cx.line, cx.sp = task.line, task.sp
            gen = task.gen
            assert gen is not None
            try:
                request = gen.send(None) if task.doom is None else self._doomed(task, gen)
            except StopIteration as done:
                k.sched.finish(task, done.value or 0)
                k.sched.switch(cpu)
                return
            except Fault as fault:
                k.oops.in_task(task, fault)
                if not k.engine.stopped:
                    k.sched.finish(task, SIGSEGV if fault.dies else SIGKILL)
                    k.sched.switch(cpu)
                return
            if stores.dirty or stores.count != k.modules.told_writes:
                k.modules.tell_stores()
            task.line, task.sp = cx.line, cx.sp
            if request == SWITCH:
                k.sched.switch(cpu)
            elif request == SPIN:
                cpu.spinning = True
            elif cpu.need_resched and k.sched.full and self.preemptible(cpu):
                k.sched.switch(cpu)
            elif request is None:
                self.resume(cpu, self._spin_jump(cpu, task))
            else:  # UNTIL, PAUSE
                places.waiting = False
                self.resume(cpu, cx.now, wall=request == UNTIL)

        return step

    def _spin_jump(self, cpu: Cpu, task: Task) -> int:
        """When to go on: now, or at the next event if the task has been where it is and nothing was written since."""
        k = self.k
        now = k.cx.now
        assert task.gen is not None
        mark = (task.pid, k.mem.writes, k.news, k.clock_reads)
        if cpu.spin_places.again(mark, task.gen):
            return max(now, k.engine.next_time())
        return now

    @staticmethod
    def _doomed(task: Task, gen: Gen) -> object:
        """Resumes a task in code that is gone: its module was unloaded while it slept there."""
        doom, task.doom = task.doom, None
        assert doom is not None
        return gen.throw(doom)

    def _step_frame(self, cpu: Cpu, frame: Frame) -> None:
        k = self.k
        cx = k.cx
        cx.line = frame.line
        cx.sp = frame.sp or k.irq_stack(cpu)
        depth = k.irq_depth
        if not cpu.current.uncounted:
            k.irq_depth += 1
        try:
            request = frame.gen.send(None)
        except StopIteration:
            self._leave(cpu, frame)
            return
        except Fault as fault:
            k.oops.in_interrupt(cpu, fault)
            return
        finally:
            k.irq_depth = depth
        if self.stores.dirty or self.stores.count != k.modules.told_writes:
            k.modules.tell_stores()
        frame.line, frame.sp = cx.line, cx.sp
        if request == SWITCH:
            self._sleep_in_interrupt(cpu)
            return
        if request == SPIN:
            cpu.spinning = True
            return
        self.resume(cpu, cx.now, wall=request == UNTIL)

    def _sleep_in_interrupt(self, cpu: Cpu) -> None:
        """The task that a softirq interrupted sleeps with it on its stack; a hardirq or the idle task cannot."""
        if any(frame.kind == "hardirq" for frame in cpu.frames):
            self.k.oops.sleeping_in_interrupt(cpu)
            return
        if cpu.current is cpu.idle:
            self.k.oops.sleeping_when_idle(cpu)
            cpu.idle.state = "R"
            if not (cpu.rq or cpu.rt):
                self.resume(cpu, self.k.cx.now)
                return
        cpu.current.stacked, cpu.frames = cpu.frames, []
        cpu.in_softirq = False
        self.k.sched.switch(cpu)

    # ---- interrupts ----------------------------------------------------------------------------

    def interrupt(self, cpu: Cpu, handler: Callable[[], Gen]) -> None:
        """A hardware interrupt at the engine's time: `handler` makes the generator that serves it; held back while irqs
        are off.
        """
        if cpu.irqs_off:
            cpu.pending_irqs.append(handler)
            return
        self._push(cpu, "hardirq", handler())

    def interrupt_at(self, cpu: Cpu, t_ns: int, handler: Callable[[], Gen]) -> None:
        """Queues an interrupt for later."""
        self.k.engine.at(t_ns, HARDIRQ, cpu.id, lambda: self.interrupt(cpu, handler))

    def _push(self, cpu: Cpu, kind: str, gen: Gen) -> None:
        k = self.k
        now = k.engine.time
        cpu.spinning = False  # it looks again after the interrupt
        rest, until = -1, -1
        if cpu.resume is not None and cpu.resume[4] is not None:
            rest = max(cpu.resume_at - now, 0)
            until = cpu.resume_at if cpu.resume_wall else -1
            Engine.cancel(cpu.resume)
            cpu.resume = None
        cpu.frames.append(Frame(kind, gen, rest, -1, cpu.irqs_off, until_ns=until))
        if kind == "hardirq":
            cpu.irqs_off = True
        self.resume(cpu, max(now, k.cx.now if k.cpu is cpu else now))

    def _leave(self, cpu: Cpu, frame: Frame) -> None:
        """The innermost interrupt is done: pending ones, then softirqs, then what was interrupted."""
        k = self.k
        now = k.cx.now
        cpu.frames.pop()
        cpu.irqs_off = frame.irqs_off
        if frame.kind == "softirq":
            cpu.in_softirq = False
        if cpu.pending_irqs and not cpu.irqs_off:
            self._nest(cpu, "hardirq", cpu.pending_irqs.pop(0)(), frame)
            return
        if (
            cpu.softirq_pending
            and not cpu.in_softirq
            and not cpu.frames
            and not cpu.current.bh_off
            and not cpu.irqs_off
        ):
            cpu.in_softirq = True
            self._nest(cpu, "softirq", k.softirq.run(cpu), frame)
            return
        if cpu.frames:
            self._resume_interrupted(cpu, now, frame)
            return
        self._return_to_task(cpu, now, frame)

    def _resume_interrupted(self, cpu: Cpu, now: int, frame: Frame) -> None:
        """What an interrupt held up goes on: with the time it still had to run, or when its wait is over."""
        if frame.until_ns >= 0:
            self.resume(cpu, max(now, frame.until_ns), wall=True)
        else:
            self.resume(cpu, now + max(frame.rest_ns, 0))

    def _nest(self, cpu: Cpu, kind: str, gen: Gen, before: Frame) -> None:
        cpu.frames.append(Frame(kind, gen, before.rest_ns, -1, cpu.irqs_off, until_ns=before.until_ns))
        if kind == "hardirq":
            cpu.irqs_off = True
        self.resume(cpu, self.k.cx.now)

    def _return_to_task(self, cpu: Cpu, now: int, frame: Frame) -> None:
        k = self.k
        k.current = cpu.current
        if cpu.current is cpu.idle:
            if cpu.rq or cpu.rt:
                k.cx.now = now + k.cost("idle_exit")
                k.sched.switch(cpu)
            else:
                k.timers.tick_wanted(cpu)
            return
        if cpu.need_resched and (k.sched.full or cpu.current.is_user) and self.preemptible(cpu):
            k.sched.switch(cpu)
            return
        self._resume_interrupted(cpu, now, frame)

    def irqs_on(self, cpu: Cpu) -> None:
        """local_irq_enable in task context: interrupts that were held back arrive now."""
        cpu.irqs_off = False
        while cpu.pending_irqs:
            self.interrupt_at(cpu, self.k.cx.now, cpu.pending_irqs.pop(0))
