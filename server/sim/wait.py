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

# struct wait_queue_entry: flags, private, func, entry; struct wait_queue_head: lock, head
OFF_FLAGS, OFF_FUNC, OFF_ENTRY, OFF_HEAD = 0, 16, 24, 8
QUEUE_SIZE = 64
EXCLUSIVE, WOKEN = 1, 2
# task states of C
INTERRUPTIBLE, UNINTERRUPTIBLE, WAKEKILL, NOLOAD = 1, 2, 0x100, 0x400
NORMAL, ALL = INTERRUPTIBLE | UNINTERRUPTIBLE, 3
COMPLETE_ALL = 0xFFFFFFFF >> 1  # UINT_MAX / 2: every wait is satisfied
ERESTARTSYS = 512
SIGKILL = 9
DEFAULT, AUTOREMOVE = "default_wake_function", "autoremove_wake_function"

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
    """A wait_queue_entry in a queue. `how` names the wake function, `func` is its address if it is C's."""

    __slots__ = ("addr", "task", "exclusive", "how", "func")

    def __init__(self, addr: int, task: Task, exclusive: bool, how: str = AUTOREMOVE, func: int = 0) -> None:
        self.addr = addr
        self.task = task
        self.exclusive = exclusive
        self.how = how
        self.func = func


class Queue:
    """A wait_queue_head, or a completion (its `done` is in memory)."""

    __slots__ = ("addr", "obj", "name", "entries")

    def __init__(self, addr: int, obj: int, name: str) -> None:
        self.addr = addr
        self.obj = obj
        self.name = name
        self.entries: list[Entry] = []


class Waits:
    """wait queues and completions, named as in the kernel; addresses in."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self._queues: dict[int, Queue] = {}
        self._keyed: dict[tuple[int, int], int] = {}  # by variable and bit: their queue's address
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

    def queue_of(self, addr: int, bit: int) -> int:
        """__var_waitqueue, bit_waitqueue: the address of the queue for a variable (`bit` -1) or one bit of it.

        The kernel's are shared by hash, and a key tells whom a wake-up is for; here each has its own.
        """
        queue = self._keyed.get((addr, bit))
        if queue is None:
            k = self.k
            queue = self._keyed[addr, bit] = int(k.mem.alloc(QUEUE_SIZE, True, "wait_queue_head"))
            name = k.modules.describe(addr) or k.object_name(addr, "variable")
            self._make(queue, "waitqueue", name if bit < 0 else f"{name} bit {bit}")
        return queue

    def init_wait_entry(self, entry: int, flags: int = 0) -> None:
        """init_wait_entry: for the current task, autoremove."""
        k = self.k
        k.poke(entry + OFF_FLAGS, 4, flags)
        k.poke(entry + OFF_FUNC, 8, 0)
        self._entries.pop(entry, None)

    def _new_entry(self, entry: int, exclusive: bool, how: str) -> Entry:
        k = self.k
        func = k.peek(entry + OFF_FUNC, 8)
        known = k.text.get(func)
        if known is None:
            return Entry(entry, k.current, exclusive, how)
        own = known.name in (DEFAULT, AUTOREMOVE, "woken_wake_function")
        return Entry(entry, k.current, exclusive, known.name, 0 if own else func)

    def add_wait_queue(self, addr: int, entry: int) -> None:
        """add_wait_queue: the current task's entry, at the head; stays until removed."""
        self._add(self._queue(addr), self._new_entry(entry, False, DEFAULT))

    def add_wait_queue_exclusive(self, addr: int, entry: int) -> None:
        """add_wait_queue_exclusive: at the tail."""
        self._add(self._queue(addr), self._new_entry(entry, True, DEFAULT))

    def _add(self, queue: Queue, entry: Entry) -> None:
        if entry.exclusive:
            queue.entries.append(entry)
        else:
            queue.entries.insert(0, entry)
        self._entries[entry.addr] = queue
        self._link(queue)
        self.k.charge("call")

    def _link(self, queue: Queue) -> None:
        """The list as C sees it, for waitqueue_active() and list_empty()."""
        poke = self.k.poke
        head = queue.addr + OFF_HEAD
        nodes = [head, *(e.addr + OFF_ENTRY for e in queue.entries if e.addr > 0), head]
        for node, after in zip(nodes, nodes[1:], strict=False):
            poke(node, 8, after)
            poke(after + 8, 8, node)

    def _unlink(self, queue: Queue, entry: Entry) -> None:
        if entry.addr > 0:
            node = entry.addr + OFF_ENTRY
            self.k.poke(node, 8, node)
            self.k.poke(node + 8, 8, node)
        self._link(queue)

    def remove_wait_queue(self, addr: int, entry: int) -> None:
        """remove_wait_queue."""
        self._remove(self._queue(addr), entry)

    def _remove(self, queue: Queue, entry: int) -> None:
        found = next((e for e in queue.entries if e.addr == entry), None)
        self._entries.pop(entry, None)
        if found is not None:
            queue.entries.remove(found)
            self._unlink(queue, found)
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
        self.k.poke(entry + OFF_FLAGS, 4, EXCLUSIVE)
        self._prepare(addr, entry, state, exclusive=True)
        return was_empty

    def _prepare(self, addr: int, entry: int, state: int, *, exclusive: bool) -> Queue:
        queue = self._queue(addr)
        if self._entries.get(entry) is not queue:
            self._add(queue, self._new_entry(entry, exclusive, AUTOREMOVE))
        self.k.current.state = state_letter(state)
        self.k.current.fatal = bool(state & WAKEKILL)
        self.k.current.wait_key = f"lock:{queue.obj}"
        return queue

    def prepare_to_wait_event(self, addr: int, entry: int, state: int) -> int:
        """prepare_to_wait_event: 0, or -ERESTARTSYS (and off the queue) where a pending signal ends the wait."""
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

    def wait_woken(self, entry: int, mode: int, jiffies: int) -> Answer:
        """wait_woken: sleeps unless the entry was woken since the last call; jiffies left."""
        k = self.k
        if not k.peek(entry + OFF_FLAGS, 4) & WOKEN and not k.kthreads.should_stop(k.current):
            queue = self._entries.get(entry)
            letter, words = state_letter(mode), f"line={k.cx.line}"
            if jiffies >= MAX_JIFFY_OFFSET:
                yield from k.sched.block(letter, "CONDITION", f"lock:{queue.obj}" if queue else "", words)
            else:
                jiffies = yield from k.timers.schedule_timeout(jiffies, letter, words)
        k.poke(entry + OFF_FLAGS, 4, k.peek(entry + OFF_FLAGS, 4) & ~WOKEN)
        return jiffies

    def wait_on(self, addr: int, state: int, jiffies: int = -1) -> Answer:
        """One sleep on a queue, for the simulator's own tasks; jiffies left, -1 where untimed."""
        queue = self._queue(addr)
        me = Entry(-self.k.current.pid, self.k.current, False)
        self._add(queue, me)
        left = yield from self._sleep(queue, state, jiffies)
        self._remove(queue, me.addr)
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
            return bool(answer & 0xFFFFFFFF)
        return self._wake_own(queue, entry, mode)

    def _wake_own(self, queue: Queue, entry: Entry, mode: int) -> bool:
        """default_wake_function, autoremove_wake_function, woken_wake_function."""
        if entry.how not in (DEFAULT, AUTOREMOVE):
            self.k.poke(entry.addr + OFF_FLAGS, 4, self.k.peek(entry.addr + OFF_FLAGS, 4) | WOKEN)
        if not self.k.sched.wake_up(entry.task, wake_states(mode)):
            return False
        if entry.how == AUTOREMOVE:
            queue.entries.remove(entry)
            self._entries.pop(entry.addr, None)
            self._unlink(queue, entry)
        return True

    def _wake_as(self, how: str, entry: int, mode: int) -> bool:
        queue = self._entries.get(entry)
        found = next((e for e in queue.entries if e.addr == entry), None) if queue is not None else None
        if queue is None or found is None:
            return False
        found.how = how
        return self._wake_own(queue, found, mode)

    def default_wake_function(self, entry: int, mode: int, flags: int = 0, key: int = 0) -> bool:
        """default_wake_function, for C's wake functions that end with it: whether the task was woken."""
        del flags, key
        return self._wake_as(DEFAULT, entry, mode)

    def autoremove_wake_function(self, entry: int, mode: int, sync: int = 0, key: int = 0) -> bool:
        """autoremove_wake_function."""
        del sync, key
        return self._wake_as(AUTOREMOVE, entry, mode)

    def woken_wake_function(self, entry: int, mode: int, sync: int = 0, key: int = 0) -> bool:
        """woken_wake_function: marks the entry, for wait_woken()."""
        del sync, key
        return self._wake_as("woken_wake_function", entry, mode)

    # ---- completions -----------------------------------------------------------------------------

    def init_completion(self, addr: int, name: str = "") -> None:
        """init_completion: not done, nobody waits."""
        self.k.mem.load(addr, 1)
        self._make(addr, "completion", name)
        self.k.poke(addr, 4, 0)

    def reinit_completion(self, addr: int) -> None:
        """reinit_completion: not done; who waits goes on waiting."""
        self.k.mem.store(addr, 4, 0)

    def _completion(self, addr: int) -> Queue:
        self.k.mem.load(addr, 4)
        return self._queues.get(addr) or self._make(addr, "completion", "")

    def _done(self, addr: int) -> int:
        return self.k.peek(addr, 4)

    def complete(self, addr: int) -> None:
        """complete: one waiter more may go on, the one that waits longest."""
        queue = self._completion(addr)
        self.k.charge("call")
        done = self._done(addr)
        if done < COMPLETE_ALL:
            self.k.poke(addr, 4, done + 1)
        if queue.entries:
            self.k.sched.wake_up(queue.entries.pop(0).task)

    def complete_all(self, addr: int) -> None:
        """complete_all: everybody may go on, now and later."""
        queue = self._completion(addr)
        self.k.charge("call")
        self.k.poke(addr, 4, COMPLETE_ALL)
        entries, queue.entries = queue.entries, []
        for entry in entries:
            self.k.sched.wake_up(entry.task)

    def completion_done(self, addr: int) -> bool:
        """completion_done: a wait would not block."""
        self._completion(addr)
        return self._done(addr) > 0

    def try_wait_for_completion(self, addr: int) -> bool:
        """try_wait_for_completion: takes one unit if there is one."""
        self._completion(addr)
        if not self._done(addr):
            return False
        self._consume(addr)
        return True

    def _consume(self, addr: int) -> None:
        done = self._done(addr)
        if done != COMPLETE_ALL:
            self.k.poke(addr, 4, done - 1)

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
        """do_wait_for_common: at the tail until it is done; jiffies left (1 where untimed), 0, or -ERESTARTSYS."""
        k = self.k
        yield from k.might_sleep("wait_for_completion")
        queue = self._completion(addr)
        k.charge("call")
        me = Entry(-k.current.pid, k.current, True)
        left = jiffies
        while not self._done(addr) and left:
            if self.signal_pending(state):
                left = -ERESTARTSYS
                break
            if me not in queue.entries:
                queue.entries.append(me)
            k.current.fatal = bool(state & WAKEKILL)
            left = yield from self._sleep(queue, state, left)
        if me in queue.entries:
            queue.entries.remove(me)
        if left == -ERESTARTSYS or not self._done(addr):
            return left
        self._consume(addr)
        return 1 if left <= 0 else left
