"""Wait queues and completions (kernel/sched/wait.c, swait.c, completion.c).

    prepare_to_wait(queue, entry, state)      enters the queue, at its head; exclusive ones at its tail
    … condition …  schedule()                 a wake-up finds the entry and makes the task runnable
    finish_wait(queue, entry)                 state R, off the queue

wake_up() goes from the head: all non-exclusive entries and `nr` exclusive ones. Autoremove entries leave as they wake.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from server.sim.machine import Gen, Task
from server.sim.timer import MAX_JIFFY_OFFSET

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

# struct wait_queue_entry: flags, private, func, entry
OFF_FLAGS, OFF_PRIVATE, OFF_FUNC = 0, 8, 16
EXCLUSIVE = 1
# task states of C
INTERRUPTIBLE, UNINTERRUPTIBLE, WAKEKILL, NOLOAD = 1, 2, 0x100, 0x400
NORMAL, ALL = INTERRUPTIBLE | UNINTERRUPTIBLE, 3
COMPLETE_ALL = 0xFFFFFFFF >> 1  # UINT_MAX / 2: every wait is satisfied
ERESTARTSYS = 512
SIGKILL = 9
DEFAULT_WAKES = ("default_wake_function", "autoremove_wake_function", "woken_wake_function")

Answer = Generator[Any, Any, int]


def state_letter(state: int) -> str:
    """The state that a task sleeps in: D, S, I or R, from C's number."""
    if state & NOLOAD:
        return "I"
    if state & UNINTERRUPTIBLE:
        return "D"
    return "S" if state & INTERRUPTIBLE else "R"


def wake_states(mode: int) -> str:
    """The states that a wake-up of this mode reaches."""
    return ("S" if mode & INTERRUPTIBLE else "") + ("DI" if mode & UNINTERRUPTIBLE else "") or "SDI"


class Entry:
    """A wait_queue_entry in a queue. `func` is C's wake function, 0 for the kernel's own."""

    __slots__ = ("addr", "task", "exclusive", "autoremove", "func")

    def __init__(self, addr: int, task: Task, exclusive: bool, autoremove: bool, func: int = 0) -> None:
        self.addr = addr
        self.task = task
        self.exclusive = exclusive
        self.autoremove = autoremove
        self.func = func


class Queue:
    """A wait_queue_head, or a completion, whose `done` counts."""

    __slots__ = ("addr", "obj", "name", "entries", "done")

    def __init__(self, addr: int, obj: int, name: str) -> None:
        self.addr = addr
        self.obj = obj
        self.name = name
        self.entries: list[Entry] = []
        self.done = 0


class Waits:
    """wait queues and completions, named as in the kernel; addresses in."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self._queues: dict[int, Queue] = {}
        self._entries: dict[int, Queue] = {}  # entry address: the queue that holds it

    # ---- queues --------------------------------------------------------------------------------

    def init_waitqueue_head(self, addr: int, name: str = "") -> None:
        """init_waitqueue_head: empty."""
        self.k.mem.load(addr, 1)
        self._make(addr, "waitqueue", name)

    def _make(self, addr: int, kind: str, name: str) -> Queue:
        k = self.k
        path = k.modules.describe(addr) or k.object_name(addr, name.lstrip("&").replace("->", ".") or kind)
        queue = self._queues[addr] = Queue(addr, k.obj(kind, addr, path, kind), path)
        return queue

    def _queue(self, addr: int) -> Queue:
        self.k.mem.load(addr, 4)
        return self._queues.get(addr) or self._make(addr, "waitqueue", "")

    def init_wait_entry(self, entry: int, flags: int = 0) -> None:
        """init_wait_entry: for the current task, autoremove."""
        k = self.k
        k.poke(entry + OFF_FLAGS, 4, flags)
        k.poke(entry + OFF_FUNC, 8, 0)
        self._entries.pop(entry, None)

    def _new_entry(self, entry: int, exclusive: bool, autoremove: bool) -> Entry:
        k = self.k
        func = k.peek(entry + OFF_FUNC, 8)
        known = k.text.get(func)
        if known is not None and known.name in DEFAULT_WAKES:
            autoremove = known.name == "autoremove_wake_function"
            func = 0
        return Entry(entry, k.current, exclusive, autoremove, func if known is not None else 0)

    def add_wait_queue(self, addr: int, entry: int) -> None:
        """add_wait_queue: the current task's entry, at the head; stays until removed."""
        self._add(self._queue(addr), self._new_entry(entry, False, False))

    def add_wait_queue_exclusive(self, addr: int, entry: int) -> None:
        """add_wait_queue_exclusive: at the tail."""
        self._add(self._queue(addr), self._new_entry(entry, True, False))

    def _add(self, queue: Queue, entry: Entry) -> None:
        if entry.exclusive:
            queue.entries.append(entry)
        else:
            queue.entries.insert(0, entry)
        self._entries[entry.addr] = queue
        self.k.charge("call")

    def remove_wait_queue(self, addr: int, entry: int) -> None:
        """remove_wait_queue."""
        self._remove(self._queue(addr), entry)

    def _remove(self, queue: Queue, entry: int) -> None:
        queue.entries = [e for e in queue.entries if e.addr != entry]
        self._entries.pop(entry, None)
        self.k.charge("call")

    def waitqueue_active(self, addr: int) -> bool:
        """waitqueue_active: somebody is in it (racy without a barrier, as in the kernel)."""
        return bool(self._queue(addr).entries)

    # ---- waiting -------------------------------------------------------------------------------

    def prepare_to_wait(self, addr: int, entry: int, state: int) -> None:
        """prepare_to_wait: enters the queue unless it is in it, and sets the state."""
        self._prepare(addr, entry, state, exclusive=False)

    def prepare_to_wait_exclusive(self, addr: int, entry: int, state: int) -> bool:
        """prepare_to_wait_exclusive: at the tail; whether the queue was empty."""
        was_empty = not self._queue(addr).entries
        self._prepare(addr, entry, state, exclusive=True)
        return was_empty

    def _prepare(self, addr: int, entry: int, state: int, *, exclusive: bool) -> Queue:
        queue = self._queue(addr)
        if self._entries.get(entry) is not queue:
            self._add(queue, self._new_entry(entry, exclusive, True))
        self.k.current.state = state_letter(state)
        self.k.current.wait_key = f"lock:{queue.obj}"
        return queue

    def prepare_to_wait_event(self, addr: int, entry: int, state: int) -> int:
        """prepare_to_wait_event: 0, or -ERESTARTSYS (and off the queue) where a signal is pending that may end the wait."""
        if self.signal_pending(state):
            self._remove(self._queue(addr), entry)
            return -ERESTARTSYS
        exclusive = bool(self.k.peek(entry + OFF_FLAGS, 4) & EXCLUSIVE)
        self._prepare(addr, entry, state, exclusive=exclusive)
        return 0

    def finish_wait(self, addr: int, entry: int) -> None:
        """finish_wait: state R; off the queue if no wake-up took it off."""
        self.k.current.state = "R"
        self.k.current.wait_key = None
        queue = self._entries.get(entry)
        if queue is not None:
            self._remove(queue, entry)

    def signal_pending(self, state: int) -> bool:
        """signal_pending_state: a signal that ends a sleep in this state."""
        pending = self.k.current.pending_signal
        if not pending or state & NOLOAD:
            return False
        return bool(state & INTERRUPTIBLE) or (bool(state & WAKEKILL) and pending == SIGKILL)

    def schedule(self) -> Gen:
        """schedule() as C calls it: says what the task waits for if it has prepared to wait."""
        task = self.k.current
        yield from self.k.sched.schedule("CONDITION", task.wait_key or "", f"line={self.k.cx.line}")

    def schedule_timeout(self, jiffies: int) -> Answer:
        """schedule_timeout() as C calls it: in the state that was set; jiffies left."""
        k = self.k
        task = k.current
        state = task.state
        if state == "R":
            yield from k.sched.might_resched()
            return jiffies
        words = task.wait_key or ""
        if jiffies >= MAX_JIFFY_OFFSET:
            yield from k.sched.block(state, "CONDITION", words, f"line={k.cx.line}")
            return jiffies
        return (yield from k.timers.schedule_timeout(jiffies, state, f"line={k.cx.line}"))

    def wait_on(self, addr: int, state: int, jiffies: int = -1) -> Answer:
        """One sleep on a queue of a task of the simulator's own: enters, sleeps, leaves; jiffies left, -1 where untimed."""
        queue = self._queue(addr)
        me = Entry(-self.k.current.pid, self.k.current, False, True)
        self._add(queue, me)
        left = yield from self._sleep(queue, state, jiffies)
        if me in queue.entries:
            queue.entries.remove(me)
        self._entries.pop(me.addr, None)
        return left

    def _sleep(self, queue: Queue, state: int, jiffies: int) -> Answer:
        k = self.k
        letter, words = state_letter(state), f"line={k.cx.line}"
        if 0 <= jiffies < MAX_JIFFY_OFFSET:
            return (yield from k.timers.schedule_timeout(jiffies, letter, words))
        yield from k.sched.block(letter, "CONDITION", f"lock:{queue.obj}", words)
        return jiffies

    # ---- waking --------------------------------------------------------------------------------

    def wake_up(self, addr: int, mode: int = NORMAL, nr: int = 1, key: int = 0) -> Answer:
        """__wake_up: from the head, until `nr` exclusive ones were woken (0: all); how many tasks it woke."""
        queue = self._queue(addr)
        self.k.charge("call")
        woken = 0
        left = nr
        for entry in list(queue.entries):
            if entry not in queue.entries:
                continue
            if not (yield from self._wake(queue, entry, mode, key)):
                continue
            woken += 1
            if entry.exclusive:
                left -= 1
                if not left:
                    break
        return woken

    def _wake(self, queue: Queue, entry: Entry, mode: int, key: int) -> Generator[Any, Any, bool]:
        if entry.func:
            answer = yield from self.k.ccall(entry.func, entry.addr, mode, 0, key)
            return bool(answer)
        task = entry.task
        if not self.k.sched.wake_up(task, wake_states(mode)):
            return False
        if entry.autoremove:
            queue.entries.remove(entry)
            self._entries.pop(entry.addr, None)
        return True

    def default_wake_function(self, entry: int, mode: int) -> bool:
        """default_wake_function, for C's wake functions that end with it."""
        queue = self._entries.get(entry)
        found = next((e for e in queue.entries if e.addr == entry), None) if queue is not None else None
        return found is not None and self.k.sched.wake_up(found.task, wake_states(mode))

    # ---- completions -----------------------------------------------------------------------------

    def init_completion(self, addr: int, name: str = "") -> None:
        """init_completion: not done, nobody waits."""
        self.k.mem.load(addr, 1)
        self._make(addr, "completion", name)
        self._mirror(addr, 0)

    def reinit_completion(self, addr: int) -> None:
        """reinit_completion: not done; who waits goes on waiting."""
        self._completion(addr).done = 0
        self._mirror(addr, 0)

    def _mirror(self, addr: int, done: int) -> None:
        self.k.poke(addr, 4, done)

    def _completion(self, addr: int) -> Queue:
        done = self.k.mem.load(addr, 4)
        queue = self._queues.get(addr)
        if queue is None:
            queue = self._make(addr, "completion", "")
            queue.done = done
        return queue

    def complete(self, addr: int) -> None:
        """complete: one waiter more may go on, the one that waits longest."""
        done = self._completion(addr)
        self.k.charge("call")
        if done.done < COMPLETE_ALL:
            done.done += 1
        self._mirror(addr, done.done)
        if done.entries:
            self.k.sched.wake_up(done.entries.pop(0).task)

    def complete_all(self, addr: int) -> None:
        """complete_all: everybody may go on, now and later."""
        done = self._completion(addr)
        self.k.charge("call")
        done.done = COMPLETE_ALL
        self._mirror(addr, done.done)
        entries, done.entries = done.entries, []
        for entry in entries:
            self.k.sched.wake_up(entry.task)

    def completion_done(self, addr: int) -> bool:
        """completion_done: a wait would not block."""
        return self._completion(addr).done > 0

    def try_wait_for_completion(self, addr: int) -> bool:
        """try_wait_for_completion: takes one unit if there is one."""
        done = self._completion(addr)
        if not done.done:
            return False
        self._consume(done)
        return True

    def _consume(self, done: Queue) -> None:
        if done.done != COMPLETE_ALL:
            done.done -= 1
        self._mirror(done.addr, done.done)

    def wait_for_completion(self, addr: int) -> Gen:
        """wait_for_completion: state D, for as long as it takes."""
        yield from self._wait_for(addr, UNINTERRUPTIBLE, -1)

    def wait_for_completion_io(self, addr: int) -> Gen:
        """wait_for_completion_io."""
        yield from self._wait_for(addr, UNINTERRUPTIBLE, -1)

    def wait_for_completion_timeout(self, addr: int, jiffies: int) -> Answer:
        """wait_for_completion_timeout: jiffies left (at least 1), 0 if the time was up."""
        return (yield from self._wait_for(addr, UNINTERRUPTIBLE, jiffies))

    def wait_for_completion_interruptible(self, addr: int) -> Answer:
        """wait_for_completion_interruptible: 0 or -ERESTARTSYS."""
        return min(0, (yield from self._wait_for(addr, INTERRUPTIBLE, -1)))

    def wait_for_completion_killable(self, addr: int) -> Answer:
        """wait_for_completion_killable: 0 or -ERESTARTSYS."""
        return min(0, (yield from self._wait_for(addr, UNINTERRUPTIBLE | WAKEKILL, -1)))

    def wait_for_completion_interruptible_timeout(self, addr: int, jiffies: int) -> Answer:
        """wait_for_completion_interruptible_timeout: jiffies left, 0 if the time was up, -ERESTARTSYS."""
        return (yield from self._wait_for(addr, INTERRUPTIBLE, jiffies))

    def wait_for_completion_killable_timeout(self, addr: int, jiffies: int) -> Answer:
        """wait_for_completion_killable_timeout: jiffies left, 0 if the time was up, -ERESTARTSYS."""
        return (yield from self._wait_for(addr, UNINTERRUPTIBLE | WAKEKILL, jiffies))

    def _wait_for(self, addr: int, state: int, jiffies: int) -> Answer:
        """do_wait_for_common: queues at the tail while it is not done; jiffies left (1 where untimed), 0, or -ERESTARTSYS."""
        k = self.k
        yield from k.might_sleep("wait_for_completion")
        done = self._completion(addr)
        k.charge("call")
        me = Entry(-k.current.pid, k.current, True, True)
        left = jiffies
        while not done.done and left:
            if self.signal_pending(state):
                left = -ERESTARTSYS
                break
            if me not in done.entries:
                done.entries.append(me)
            left = yield from self._sleep(done, state, left)
        if me in done.entries:
            done.entries.remove(me)
        if left == -ERESTARTSYS or not done.done:
            return left
        self._consume(done)
        return 1 if left <= 0 else left
