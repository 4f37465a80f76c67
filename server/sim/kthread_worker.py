"""kthread_worker: a thread of one's own with a queue of items (kernel/kthread.c, model section 9).

Strictly one item after the other, in the order of queueing. An item belongs to one worker at a time; it may be queued
again while it runs; a flush is a marker behind it; cancel_sync keeps it from being queued while it waits.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from server.sim.machine import Gen, Task
from server.sim.warn import warn_at
from server.trace.events import KIND_BY_NAME

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

QUEUE = KIND_BY_NAME["sched_kthread_work_queue_work"]
START = KIND_BY_NAME["sched_kthread_work_execute_start"]
END = KIND_BY_NAME["sched_kthread_work_execute_end"]
WAIT = KIND_BY_NAME["wqp:wait"]
TOLD_MAX = 8  # culprits of a wait, and waits told anew when the queue moves
# struct kthread_work: node, func, worker, canceling; struct kthread_delayed_work: work, timer
OFF_FUNC, OFF_WORKER, OFF_CANCELING, OFF_TIMER = 16, 24, 32, 40
# struct kthread_worker: flags, lock, work_list, delayed_work_list, task, current_work
OFF_WORK_LIST, OFF_DELAYED_LIST, OFF_CURRENT, WORKER_SIZE = 8, 24, 48, 56

Answer = Generator[Any, Any, int]


class Flush:
    """A marker in the queue: who waits for it."""

    __slots__ = ("task", "done", "obj")

    def __init__(self, task: Task, obj: int) -> None:
        self.task = task
        self.obj = obj
        self.done = False


Item = int | Flush  # the address of a kthread_work, or a marker


class KthreadWorker:
    """A worker: its queue, what waits for its timer, what runs."""

    __slots__ = ("addr", "task", "queue", "delayed", "current")

    def __init__(self, addr: int) -> None:
        self.addr = addr
        self.task: Task | None = None
        self.queue: list[Item] = []
        self.delayed: list[int] = []
        self.current: Item | None = None


class KthreadWorkers:
    """kthread_create_worker() and its kin, named as in the kernel; addresses in."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self._workers: dict[int, KthreadWorker] = {}
        self._objects: dict[tuple[int, str], int] = {}
        self._flush_obj = -1

    def _worker(self, addr: int) -> KthreadWorker:
        """The worker at an address; made when first seen. Raises Fault."""
        self.k.mem.load(addr, 4)
        found = self._workers.get(addr)
        if found is None:
            found = self._workers[addr] = KthreadWorker(addr)
        return found

    def task(self, addr: int) -> Task | None:
        """The thread of a worker."""
        return self._worker(addr).task

    # ---- the thread ------------------------------------------------------------------------------

    def kthread_create_worker(self, flags: int, name: str, cpu: int) -> Answer:
        """kthread_create_worker_on_cpu (cpu -1: any): makes worker and thread; the worker's address."""
        k = self.k
        addr = k.mem.alloc(WORKER_SIZE, True, "kthread_create_worker")
        if not addr:
            return -12
        k.poke(addr, 4, flags)
        for head in (addr + OFF_WORK_LIST, addr + OFF_DELAYED_LIST):
            k.poke(head, 8, head)
            k.poke(head + 8, 8, head)
        worker = self._workers[addr] = KthreadWorker(addr)
        worker.task = yield from k.kthreads.create(self.kthread_worker_fn(addr), name)
        if cpu >= 0:
            k.sched.set_affinity(worker.task, frozenset((cpu,)))
        k.sched.wake_up(worker.task)
        return addr

    def kthread_worker_fn(self, addr: int) -> Answer:
        """kthread_worker_fn: the thread's loop, until somebody stops it."""
        k = self.k
        worker = self._worker(addr)
        me = worker.task = k.current
        while not k.kthreads.should_stop(me):
            if worker.queue:
                item = worker.current = worker.queue.pop(0)
                self._note_current(worker)
                self._tell_waits(worker, 0)
                yield from self._execute(item)
                yield from k.sched.might_resched()
            else:
                worker.current = None
                self._note_current(worker)
                yield from k.sched.block("S", "CONDITION")
        worker.task = None
        return 0

    def _note_current(self, worker: KthreadWorker) -> None:
        current = worker.current
        self.k.poke(worker.addr + OFF_CURRENT, 8, current if isinstance(current, int) else 0)

    def _tell_waits(self, worker: KthreadWorker, first: int) -> None:
        """Why what is queued from `first` on waits: for what is before it, or for the thread alone."""
        ahead = [] if worker.current is None else [worker.current]
        ahead += worker.queue[:first]
        for item in worker.queue[first : first + TOLD_MAX]:
            culprits = ",".join(f"item:{self._identity(other)[0]}" for other in ahead[:TOLD_MAX])
            cause, detail = ("ORDERED", f"wq={worker.task.comm}") if worker.task and ahead else ("WORKER_WAKING", "")
            if cause == "WORKER_WAKING":
                culprits = f"task:{worker.task.index}" if worker.task else ""
            self.k.emit(WAIT, "item", self._identity(item)[0], cause, culprits, detail)
            ahead.append(item)

    def _execute(self, item: Item) -> Gen:
        k = self.k
        if isinstance(item, int):
            self._node(item, 0)
        obj, name = self._identity(item)
        k.emit(START, obj, name)
        if k.cx.now >= k.cx.horizon:
            yield None
        if isinstance(item, Flush):
            item.done = True
            k.sched.wake_up(item.task)
        else:
            yield from k.ccall(k.peek(item + OFF_FUNC, 8), item)
        k.emit(END, obj, name)

    def kthread_destroy_worker(self, addr: int) -> Gen:
        """kthread_destroy_worker: runs what is queued, stops the thread, frees the worker."""
        k = self.k
        worker = self._worker(addr)
        task = worker.task
        if task is None:
            warn_at(k, "kthread_destroy_worker", "kernel/kthread.c:1432", "the worker has no thread")
            return
        yield from self.kthread_flush_worker(addr)
        yield from k.kthreads.stop(task)
        if worker.delayed or worker.queue:
            warn_at(k, "kthread_destroy_worker", "kernel/kthread.c:1437", "the worker still has items")
        del self._workers[addr]
        k.mem.free(addr)

    # ---- items -----------------------------------------------------------------------------------

    def _identity(self, item: Item) -> tuple[int, str]:
        """Object and function name of an item, for events."""
        k = self.k
        if isinstance(item, Flush):
            return item.obj, "kthread_flush_work_fn"
        name = k.function_name(k.peek(item + OFF_FUNC, 8))
        obj = self._objects.get((item, name))
        if obj is None:
            obj = self._objects[item, name] = k.obj("kthread_work", item, k.object_name(item, name), name)
        return obj, name

    def _node(self, work: int, linked_to: int) -> None:
        """list_empty(&work->node) as C sees it: `linked_to` 0 takes it off."""
        self.k.poke(work, 8, linked_to or work)
        self.k.poke(work + 8, 8, linked_to or work)

    def _blocked(self, work: int) -> bool:
        """queuing_blocked: on a list, or being cancelled."""
        node = self.k.mem.load(work, 8)
        return bool(node not in (work, 0) or self.k.peek(work + OFF_CANCELING, 4))

    def _insert(self, worker: KthreadWorker, item: Item, at: int | None = None) -> None:
        """kthread_insert_work: at the end, or at a place; wakes an idle worker."""
        k = self.k
        obj, name = self._identity(item)
        k.emit(QUEUE, obj, name, worker.addr)
        at = len(worker.queue) if at is None else at
        worker.queue.insert(at, item)
        self._tell_waits(worker, at)
        if isinstance(item, int):
            self._node(item, worker.addr + OFF_WORK_LIST)
            self._bind(worker, item)
        if worker.current is None and worker.task is not None:
            k.sched.wake_up(worker.task)

    def _bind(self, worker: KthreadWorker, work: int) -> None:
        before = self.k.peek(work + OFF_WORKER, 8)
        if before not in (0, worker.addr):
            check = "kthread_insert_work_sanity_check"
            warn_at(self.k, check, "kernel/kthread.c:1011", "the item belongs to another worker")
        self.k.poke(work + OFF_WORKER, 8, worker.addr)

    def kthread_queue_work(self, worker: int, work: int) -> bool:
        """kthread_queue_work: False if it is queued already or being cancelled (law L69: strictly FIFO)."""
        target = self._worker(worker)
        self.k.charge("queue_work")
        if self._blocked(work):
            return False
        self._insert(target, work)
        return True

    def kthread_queue_delayed_work(self, worker: int, dwork: int, delay: int) -> bool:
        """kthread_queue_delayed_work: False if it is queued or its timer runs."""
        target = self._worker(worker)
        if self._blocked(dwork):
            return False
        self._queue_delayed(target, dwork, delay)
        return True

    def _queue_delayed(self, worker: KthreadWorker, dwork: int, delay: int) -> None:
        if not delay:
            self._insert(worker, dwork)
            return
        self._bind(worker, dwork)
        worker.delayed.append(dwork)
        self._node(dwork, worker.addr + OFF_DELAYED_LIST)
        self.k.timers.mod_timer(dwork + OFF_TIMER, self.k.timers.jiffies + delay)

    def kthread_delayed_work_timer_fn(self, timer: int) -> None:
        """kthread_delayed_work_timer_fn: the delay is over; queued unless it is being cancelled."""
        dwork = timer - OFF_TIMER
        worker = self._workers.get(self.k.peek(dwork + OFF_WORKER, 8))
        if worker is None or dwork not in worker.delayed:
            return
        worker.delayed.remove(dwork)
        self._node(dwork, 0)
        if not self.k.peek(dwork + OFF_CANCELING, 4):
            self._insert(worker, dwork)

    def kthread_mod_delayed_work(self, worker: int, dwork: int, delay: int) -> bool:
        """kthread_mod_delayed_work: a new delay; True if it was queued or its timer ran."""
        target = self._worker(worker)
        was = False
        if self.k.peek(dwork + OFF_WORKER, 8):
            self._stop_timer(dwork)
            if self.k.peek(dwork + OFF_CANCELING, 4):
                return False
            was = self._take_off(target, dwork)
        self._queue_delayed(target, dwork, delay)
        return was

    # ---- flushing, cancelling --------------------------------------------------------------------

    def _marker(self) -> Flush:
        if self._flush_obj < 0:
            self._flush_obj = self.k.obj("kthread_work", 0, "flush", "kthread_flush_work_fn")
        return Flush(self.k.current, self._flush_obj)

    def _wait(self, worker: KthreadWorker, marker: Flush, culprit: str) -> Gen:
        k = self.k
        yield from k.might_sleep("wait_for_completion")
        while not marker.done:
            task = f",task:{worker.task.index}" if worker.task is not None else ""
            yield from k.sched.block("D", "FLUSH", f"{culprit}{task}".lstrip(","), f"how=kthread line={k.cx.line}")

    def kthread_flush_work(self, work: int) -> Gen:
        """kthread_flush_work: waits for the item's last queueing, by a marker behind it; not at all if it is idle."""
        self.k.mem.load(work, 8)
        worker = self._workers.get(self.k.peek(work + OFF_WORKER, 8))
        if worker is None:
            return
        marker = self._marker()
        if work in worker.queue:
            self._insert(worker, marker, worker.queue.index(work) + 1)
        elif worker.current == work:
            self._insert(worker, marker, 0)
        else:
            return
        yield from self._wait(worker, marker, f"item:{self._identity(work)[0]}")

    def kthread_flush_worker(self, addr: int) -> Gen:
        """kthread_flush_worker: waits for all that is queued now."""
        worker = self._worker(addr)
        marker = self._marker()
        self._insert(worker, marker)
        yield from self._wait(worker, marker, "")

    def _stop_timer(self, dwork: int) -> None:
        self.k.timers.timer_delete(dwork + OFF_TIMER)

    def _take_off(self, worker: KthreadWorker, work: int) -> bool:
        """__kthread_cancel_work: off whichever list it is on."""
        for items in (worker.queue, worker.delayed):
            if work in items:
                items.remove(work)
                self._node(work, 0)
                return True
        return False

    def kthread_cancel_work_sync(self, work: int) -> Answer:
        """kthread_cancel_work_sync: 1 if it was queued; on return it is neither queued nor running."""
        return self._cancel(work, delayed=False)

    def kthread_cancel_delayed_work_sync(self, dwork: int) -> Answer:
        """kthread_cancel_delayed_work_sync: its timer as well."""
        return self._cancel(dwork, delayed=True)

    def _cancel(self, work: int, *, delayed: bool) -> Answer:
        k = self.k
        k.mem.load(work, 8)
        worker = self._workers.get(k.peek(work + OFF_WORKER, 8))
        if worker is None:
            return 0
        if delayed:
            self._stop_timer(work)
        was = self._take_off(worker, work)
        if worker.current == work:
            k.poke(work + OFF_CANCELING, 4, k.peek(work + OFF_CANCELING, 4) + 1)
            yield from self.kthread_flush_work(work)
            k.poke(work + OFF_CANCELING, 4, k.peek(work + OFF_CANCELING, 4) - 1)
        return int(was)
