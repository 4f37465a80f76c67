"""Kernel threads: kthreadd makes them, others ask it to, stop and park them (kernel/kthread.c)."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from server.sim.machine import Gen, Task

if TYPE_CHECKING:
    from server.sim.kernel import Kernel


class ThreadExit(Exception):
    """A thread ends in the middle of its function."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class _Request:
    """A kthread_create_info: what kthreadd is asked for, and who waits."""

    __slots__ = ("gen", "comm", "kind", "nice", "creator", "task", "born")

    def __init__(self, gen: Gen, comm: str, kind: str, nice: int, creator: Task) -> None:
        self.gen = gen
        self.comm = comm
        self.kind = kind
        self.nice = nice
        self.creator = creator
        self.task: Task | None = None
        self.born = False


class Kthreads:
    """kthreadd and the flags of its children."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self._requests: list[_Request] = []
        self._stop: dict[int, bool] = {}  # by pid
        self._park: dict[int, bool] = {}
        self._parked: dict[int, bool] = {}
        self._parkers: dict[int, list[Task]] = {}  # who waits in kthread_park()
        self.kthreadd: Task | None = None
        self.data: dict[int, int] = {}  # by task_struct address
        self._results: dict[int, int] = {}

    def boot(self) -> None:
        """kthreadd, asleep."""
        k = self.k
        self.kthreadd = k.new_task("kthreadd", "kthread", self._kthreadd(), 0, 0)
        self.kthreadd.state = "S"
        self.kthreadd.vlag = k.sched.fair.lag_limit_ns  # it slept while booting went on

    def _kthreadd(self) -> Gen:
        k = self.k
        while True:
            while self._requests:
                request = self._requests.pop(0)
                yield from k.sched.might_resched()  # copy_process() allocates; from there to the next none
                k.charge("kthread_create")
                if k.cx.now >= k.cx.horizon:
                    yield None
                k.sched.fork(request.comm, self._born(request), request.kind, nice=0)
            yield from k.sched.block("S", "")  # at rest: waits for nothing that anybody asked for

    def _born(self, request: _Request) -> Gen:
        """kthread(): tells its creator that it lives, waits to be woken for good, then runs."""
        k = self.k
        me = k.current
        request.task, request.born = me, True
        me.state = "D"
        k.sched.wake_up(request.creator)
        yield from k.sched.schedule("THREAD", f"task:{request.creator.index}", "how=start")
        if self._stop.get(me.pid):
            return -4  # -EINTR: stopped before it ran
        try:
            code = yield from request.gen
        except ThreadExit as ended:
            code = ended.code
        if me.data:
            self._results[me.data] = code
        return code

    def create(self, gen: Gen, comm: str, kind: str = "kthread", nice: int = 0) -> Generator[Any, Any, Task]:
        """kthread_create: sleeps until kthreadd has made the thread; it is in state D until wake_up()."""
        k = self.k
        request = _Request(gen, comm, kind, nice, k.current)
        self._requests.append(request)
        assert self.kthreadd is not None
        k.sched.wake_up(self.kthreadd)
        yield from k.sched.might_resched()  # wait_for_completion_killable()
        while not request.born:
            yield from k.sched.block("D", "THREAD", f"task:{self.kthreadd.index}", "how=create")
        task = request.task
        assert task is not None
        if nice:
            k.sched.set_nice(task, nice)
        return task

    def kthread_stop(self, addr: int) -> Generator[Any, Any, int]:
        """kthread_stop() by the address of its task_struct; a thread that has ended already gives
        its result at once.
        """
        k = self.k
        task = self.by_addr(addr)
        if task is None:
            k.check("use-after-free", "kthread_stop() of a thread that has ended")
            return self._results.get(addr, 0)
        self._results[addr] = result = yield from self.stop(task)
        return result

    def by_addr(self, addr: int) -> Task | None:
        """The task whose task_struct is at `addr`."""
        for pid in sorted(self.k.tasks):
            if self.k.tasks[pid].data == addr:
                return self.k.tasks[pid]
        return None

    def kthread_exit(self, code: int) -> Gen:
        """kthread_exit(): the thread ends here."""
        raise ThreadExit(code)
        yield

    def kthread_data(self, addr: int) -> int:
        """kthread_data(): the argument that the thread was made with."""
        return self.data.get(addr, 0)

    # ---- stop, park ------------------------------------------------------------------------------

    def should_stop(self, task: Task) -> bool:
        """kthread_should_stop."""
        return self._stop.get(task.pid, False)

    def stop(self, task: Task) -> Generator[Any, Any, int]:
        """kthread_stop: asks, wakes, waits for the thread's end; its return value."""
        k = self.k
        if task.state != "X":
            self._stop[task.pid] = True
            self._park.pop(task.pid, None)
            k.sched.wake_up(task)
        code: int = yield from k.sched.wait_exit(task)
        return code

    def should_park(self, task: Task) -> bool:
        """kthread_should_park."""
        return self._park.get(task.pid, False)

    def park(self, task: Task) -> Gen:
        """kthread_park: waits until the thread has parked itself."""
        k = self.k
        self._park[task.pid] = True
        k.sched.wake_up(task)
        while not self._parked.get(task.pid) and task.state != "X":
            self._parkers.setdefault(task.pid, []).append(k.current)
            yield from k.sched.block("D", "THREAD", f"task:{task.index}", "how=park")
        return 0

    def unpark(self, task: Task) -> None:
        """kthread_unpark."""
        self._park.pop(task.pid, None)
        self.k.sched.wake_up(task)

    def parkme(self) -> Gen:
        """kthread_parkme: sleeps while it should be parked."""
        k = self.k
        me = k.current
        while self._park.get(me.pid):
            self._parked[me.pid] = True
            for task in self._parkers.pop(me.pid, ()):
                k.sched.wake_up(task)
            yield from k.sched.block("D", "THREAD", "", "how=parked")
        self._parked.pop(me.pid, None)
