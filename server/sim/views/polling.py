"""poll(2) on a module's file: fs/select.c for one file.

The module's poll function names its wait queues by poll_wait(); `FileOps.polls` knows, by the address of the
poll_table, who asks. Each queue gets an entry of the polling task until poll() returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.views.protocol import Blocking

if TYPE_CHECKING:
    from server.sim.views.fileops import FileOps

POLLIN, POLLPRI, POLLOUT, POLLERR, POLLHUP = 1, 2, 4, 8, 16
ENTRY_SIZE = 40  # struct wait_queue_entry
TABLE_SIZE = 16  # struct poll_table_struct: qproc, key
INTERRUPTIBLE = 1
EINTR = 4
ROUNDS_MAX = 10_000
HZ_MS = 4


class PollTable:
    """The entries of one poll(): (wait queue, entry)."""

    def __init__(self) -> None:
        self.entries: list[tuple[int, int]] = []


def poll_wait(files: FileOps, wait: int, table: int) -> None:
    """poll_wait(): an entry of the current task in `wait`, once."""
    known = files.polls.get(table)
    if known is None or any(queue == wait for queue, _ in known.entries):
        return
    entry = files.k.mem.alloc(ENTRY_SIZE, True, "poll entry")
    files.k.waits.add_wait_queue(wait, entry)
    known.entries.append((wait, entry))


def wait_for_events(files: FileOps, function: int, file: int, timeout_ms: int, wanted: int) -> Blocking:
    """do_poll(): the wanted events, 0 when the time is over, -EINTR at a signal."""
    k = files.k
    table = k.mem.alloc(TABLE_SIZE, True, "poll_table")
    k.mem.store(table + 8, 4, wanted)
    known = files.polls[table] = PollTable()
    left = timeout_ms * 1_000_000
    result = 0
    try:
        for _ in range(ROUNDS_MAX):
            result = (yield from k.ccall(function, file, table)) & wanted
            if result or (timeout_ms >= 0 and left <= 0):
                break
            if k.waits.signal_pending(INTERRUPTIBLE):
                result = -EINTR
                break
            before = k.cx.now
            if timeout_ms < 0:
                yield from k.sched.block("S", "CONDITION", "", "on=do_poll")
            else:
                yield from k.hrtimers.sleep(left)
                left -= k.cx.now - before
    finally:
        del files.polls[table]
        for queue, entry in known.entries:
            k.waits.remove_wait_queue(queue, entry)
            k.mem.free(entry)
        k.mem.free(table)
    return result
