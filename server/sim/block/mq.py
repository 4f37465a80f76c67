"""blk-mq (block/blk-mq.c): bios as requests with tags, handed to a driver's queue_rq; completion in BLOCK_SOFTIRQ.

Without a scheduler and without merging, as `none` does for bios that are waited for one by one. A driver that has no
room (BLK_STS_RESOURCE) gets the request again after 3 ms, from a work item.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from server.sim.block import layout as at
from server.sim.block.tags import Tags
from server.sim.machine import Cpu, Gen, Task
from server.sim.softirq import BLOCK
from server.sim.views.cstruct import signed
from server.sim.warn import warn_at

if TYPE_CHECKING:
    from server.sim.block.bios import Bios
    from server.sim.block.disks import Disks
    from server.sim.kernel import Kernel

ENOMEM, EINVAL = 12, 22
DEPTH_MAX, QUEUES_MAX, PDU_MAX = 1024, 64, 1 << 16
RESOURCE_DELAY_NS = 3_000_000  # BLK_MQ_RESOURCE_DELAY
QUEUE_DATA_SIZE = 16  # struct blk_mq_queue_data

Answer = Generator[Any, Any, int]


class TagSet:
    """The requests of a driver and their tags, by hardware queue, and who waits for one."""

    __slots__ = ("requests", "tags", "waiters")

    def __init__(self, queues: int, depth: int) -> None:
        self.requests: list[list[int]] = [[] for _ in range(queues)]
        self.tags = [Tags(depth) for _ in range(queues)]
        self.waiters: list[Task] = []


class BlkMq:
    """Tag sets and hardware queues by address. `disks` and `bios` are set when all are made."""

    disks: Disks
    bios: Bios

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.sets: dict[int, TagSet] = {}
        self._waiting: dict[int, deque[int]] = {}  # by hardware queue: requests that were not taken yet
        self._running: dict[int, bool] = {}
        self._stopped: dict[int, bool] = {}
        self._frozen: dict[int, int] = {}  # by request_queue
        self._active: dict[int, int] = {}  # by request_queue: requests that have a tag
        self._done: dict[int, list[int]] = {cpu.id: [] for cpu in k.cpus}
        k.softirq.open_softirq(BLOCK, self._softirq)

    # ---- tags ------------------------------------------------------------------------------------

    def alloc_tag_set(self, tag_set: int) -> Answer:
        """blk_mq_alloc_tag_set: 0 or -errno; init_request is called for every request."""
        k = self.k
        mem = k.mem
        yield from k.might_sleep("blk_mq_alloc_tag_set")
        queues, depth = mem.load(tag_set + at.SET_QUEUES, 4), mem.load(tag_set + at.SET_DEPTH, 4)
        ops = mem.load(tag_set + at.SET_OPS, 8)
        if not queues or not depth or not mem.load(ops + at.OPS_QUEUE_RQ, 8):
            return -EINVAL
        queues, depth = min(queues, QUEUES_MAX), min(depth, DEPTH_MAX)
        mem.store(tag_set + at.SET_DEPTH, 4, depth)
        made = TagSet(queues, depth)
        size = at.RQ_SIZE + min(mem.load(tag_set + at.SET_CMD_SIZE, 4), PDU_MAX)
        init = mem.load(ops + at.OPS_INIT_REQUEST, 8)
        self.sets[tag_set] = made
        for number in range(queues):
            for _ in range(depth):
                rq = mem.alloc(size, True, "block")
                if not rq:
                    yield from self.free_tag_set(tag_set)
                    return -ENOMEM
                mem.store(rq + at.RQ_TAG, 4, -1)
                mem.store(rq + at.RQ_INTERNAL, 4, -1)
                made.requests[number].append(rq)
                error = signed((yield from k.ccall(init, tag_set, rq, number, 0)), 32) if init else 0
                if error:
                    yield from self.free_tag_set(tag_set)
                    return error
        return 0

    def free_tag_set(self, tag_set: int) -> Gen:
        """blk_mq_free_tag_set."""
        made = self.sets.pop(tag_set, None)
        if made is None:
            return
        mem = self.k.mem
        leave = mem.load(mem.load(tag_set + at.SET_OPS, 8) + at.OPS_EXIT_REQUEST, 8)
        for number, requests in enumerate(made.requests):
            for rq in requests:
                if leave:
                    yield from self.k.ccall(leave, tag_set, rq, number)
                mem.free(rq)

    def _get_request(self, queue: int) -> Answer:
        """blk_mq_get_request: the queue of this CPU; sleeps where all tags are taken."""
        k = self.k
        mem = k.mem
        made = self.sets[mem.load(queue + at.QUEUE_SET, 8)]
        while True:
            number = k.cpu.id % len(made.tags)
            tag = -1 if self._frozen.get(queue) else made.tags[number].get(k.cpu.id)
            if tag >= 0:
                break
            made.waiters.append(k.current)
            yield from k.sched.block("D", "CONDITION", "", "on=blk_mq_get_tag")
        rq = made.requests[number][tag]
        self._active[queue] = self._active.get(queue, 0) + 1
        hctx = mem.load(queue + at.QUEUE_HCTX, 8) + number * at.HCTX_SIZE
        for offset, size, value in (
            (at.RQ_Q, 8, queue), (at.RQ_HCTX, 8, hctx), (at.RQ_TAG, 4, tag), (at.RQ_STATE, 4, at.IDLE),
            (at.RQ_CPU, 4, k.cpu.id), (at.RQ_START, 8, k.cx.now), (at.RQ_END_IO, 8, 0),
            (at.RQ_LIST, 8, rq + at.RQ_LIST), (at.RQ_LIST + 8, 8, rq + at.RQ_LIST),
        ):  # fmt: skip
            mem.store(rq + offset, size, value)
        return rq

    def _put_request(self, rq: int) -> None:
        mem = self.k.mem
        queue, hctx = mem.load(rq + at.RQ_Q, 8), mem.load(rq + at.RQ_HCTX, 8)
        made = self.sets[mem.load(queue + at.QUEUE_SET, 8)]
        number = mem.load(hctx + at.HCTX_NUM, 4)
        made.tags[number].put(mem.load(rq + at.RQ_TAG, 4), mem.load(rq + at.RQ_CPU, 4))
        mem.store(rq + at.RQ_TAG, 4, -1)
        mem.store(rq + at.RQ_STATE, 4, at.IDLE)
        self._active[queue] -= 1
        self._wake(made)

    def _wake(self, made: TagSet) -> None:
        waiters, made.waiters = made.waiters, []
        for task in waiters:
            self.k.sched.wake_up(task)

    # ---- submission ------------------------------------------------------------------------------

    def submit(self, bio: int, disk: int) -> Gen:
        """blk_mq_submit_bio: a request of its own, handed to the driver by whoever submits it."""
        mem = self.k.mem
        rq = yield from self._get_request(mem.load(disk + at.DISK_QUEUE, 8))
        for offset, size, value in (
            (at.RQ_CMD, 4, mem.load(bio + at.BIO_OPF, 4)), (at.RQ_BYTES, 4, mem.load(bio + at.BIO_BYTES, 4)),
            (at.RQ_SECTOR, 8, mem.load(bio + at.BIO_SECTOR, 8)), (at.RQ_BIO, 8, bio), (at.RQ_TAIL, 8, bio),
            (at.RQ_SEGMENTS, 2, mem.load(bio + at.BIO_VCNT, 2)), (at.RQ_PRIO, 2, mem.load(bio + at.BIO_PRIO, 2)),
        ):  # fmt: skip
            mem.store(rq + offset, size, value)
        hctx = mem.load(rq + at.RQ_HCTX, 8)
        self._waiting.setdefault(hctx, deque()).append(rq)
        yield from self.run_queue(hctx, False)

    def run_queue(self, hctx: int, asynchronous: bool) -> Gen:
        """blk_mq_run_hw_queue: waiting requests to the driver, in order; from kblockd where it may not be here."""
        k = self.k
        mem = k.mem
        waiting = self._waiting.get(hctx)
        if not waiting or self._running.get(hctx) or self._stopped.get(hctx):
            return
        blocking = mem.load(hctx + at.HCTX_FLAGS, 8) & at.BLOCKING
        if asynchronous or (blocking and k.in_atomic()):
            self._later(hctx, 0)
            return
        self._running[hctx] = True
        try:
            while waiting and not self._stopped.get(hctx):
                rq = waiting.popleft()
                status = yield from self._queue_rq(hctx, rq, last=not waiting, blocking=bool(blocking))
                if status in (at.STS_RESOURCE, at.STS_DEV_RESOURCE):
                    waiting.appendleft(rq)
                    self._later(hctx, RESOURCE_DELAY_NS)
                    break
                if status:
                    yield from self.end_request(rq, status)
        finally:
            self._running[hctx] = False

    def _queue_rq(self, hctx: int, rq: int, *, last: bool, blocking: bool) -> Answer:
        """The driver's function; an RCU read-side section around it, unless it may sleep."""
        k = self.k
        mem = k.mem
        ops = mem.load(mem.load(hctx + at.HCTX_QUEUE, 8) + at.QUEUE_OPS, 8)
        data = mem.alloc(QUEUE_DATA_SIZE, True, "block")
        mem.store(data, 8, rq)
        mem.store(data + 8, 1, int(last))
        if not blocking:
            k.rcu.rcu_read_lock()
        status = (yield from k.ccall(mem.load(ops + at.OPS_QUEUE_RQ, 8), hctx, data)) & 0xFF
        if not blocking:
            k.rcu.rcu_read_unlock()
        mem.free(data)
        return status

    def _later(self, hctx: int, delay_ns: int) -> None:
        """blk_mq_delay_run_hw_queue: the queue runs from kblockd, a worker of high priority."""
        k = self.k

        def run(_: object) -> Gen:
            yield from self.run_queue(hctx, False)

        def queue() -> None:
            work = k.wq.kernel_work(run, "blk_mq_run_work_fn")
            k.wq.enqueue(k.wq.cpu_unbound, k.wq.named["system_highpri_wq"], work)

        def interrupt() -> Gen:
            queue()
            return
            yield

        if delay_ns:
            k.engine.at(k.cx.now + delay_ns, 0, k.cpu.id, lambda: k.exec.interrupt(k.cpus[0], interrupt))
        else:
            queue()

    # ---- what drivers call -----------------------------------------------------------------------

    def start_request(self, rq: int) -> None:
        """blk_mq_start_request."""
        k = self.k
        k.charge("call")
        if k.mem.load(rq + at.RQ_STATE, 4) != at.IDLE:
            warn_at(k, "blk_mq_start_request", "block/blk-mq.c:1325", "")
        k.mem.store(rq + at.RQ_IO_START, 8, k.cx.now)
        k.mem.store(rq + at.RQ_STATE, 4, at.IN_FLIGHT)

    def complete_request(self, rq: int) -> Gen:
        """blk_mq_complete_request: `complete` in BLOCK_SOFTIRQ, here if this CPU is near the one that submitted."""
        k = self.k
        k.charge("call")
        k.mem.store(rq + at.RQ_STATE, 4, at.COMPLETE)
        home = k.cpus[k.mem.load(rq + at.RQ_CPU, 4)]
        near = any(k.cpu.id in cpus and home.id in cpus for cpus in k.topology.caches)
        queue = k.mem.load(rq + at.RQ_Q, 8)
        if home is not k.cpu and not near and home.online:
            self._done[home.id].append(rq)
            k.softirq.raise_remote(home, BLOCK)
        elif len(k.cpus) > 1 and k.mem.load(queue + at.QUEUE_NR, 4) == 1:
            self._done[k.cpu.id].append(rq)
            k.softirq.raise_softirq(BLOCK)
        else:
            yield from self._complete(rq)

    def _softirq(self, cpu: Cpu) -> Gen:
        """blk_done_softirq."""
        done, self._done[cpu.id] = self._done[cpu.id], []
        for rq in done:
            yield from self._complete(rq)

    def _complete(self, rq: int) -> Gen:
        mem = self.k.mem
        ops = mem.load(mem.load(rq + at.RQ_Q, 8) + at.QUEUE_OPS, 8)
        yield from self.k.ccall(mem.load(ops + at.OPS_COMPLETE, 8), rq)

    def end_request(self, rq: int, status: int) -> Gen:
        """blk_mq_end_request."""
        if (yield from self.update_request(rq, status, self.k.mem.load(rq + at.RQ_BYTES, 4))):
            yield from self.k.oops.bug(self.k.cx.line)
        yield from self.finish(rq, status)

    def update_request(self, rq: int, status: int, count: int) -> Generator[Any, Any, bool]:
        """blk_update_request: bios that are complete end; whether there is more."""
        k = self.k
        mem = k.mem
        bio = mem.load(rq + at.RQ_BIO, 8)
        if not bio:
            return False
        if status:
            self._print_error(rq, status)
        while bio and count:
            left = mem.load(bio + at.BIO_BYTES, 4)
            done = min(left, count)
            if status:
                mem.store(bio + at.BIO_STATUS, 1, status)
            after = mem.load(bio + at.BIO_NEXT, 8)
            self._advance(bio, done)
            mem.store(rq + at.RQ_BYTES, 4, mem.load(rq + at.RQ_BYTES, 4) - done)
            mem.store(rq + at.RQ_SECTOR, 8, mem.load(rq + at.RQ_SECTOR, 8) + (done >> 9))
            count -= done
            if done < left:
                break
            mem.store(bio + at.BIO_NEXT, 8, 0)
            mem.store(rq + at.RQ_BIO, 8, after)
            yield from self.bios.endio(bio)
            bio = after
        return bool(mem.load(rq + at.RQ_BIO, 8))

    def _advance(self, bio: int, count: int) -> None:
        """bio_advance."""
        mem = self.k.mem
        mem.store(bio + at.BIO_SECTOR, 8, mem.load(bio + at.BIO_SECTOR, 8) + (count >> 9))
        mem.store(bio + at.BIO_BYTES, 4, mem.load(bio + at.BIO_BYTES, 4) - count)
        index, done = mem.load(bio + at.BIO_IDX, 4), mem.load(bio + at.BIO_DONE, 4) + count
        vectors = mem.load(bio + at.BIO_VEC, 8)
        while index < mem.load(bio + at.BIO_VCNT, 2):
            length = mem.load(vectors + index * at.VEC_SIZE + at.VEC_LEN, 4)
            if done < length:
                break
            done -= length
            index += 1
        mem.store(bio + at.BIO_IDX, 4, index)
        mem.store(bio + at.BIO_DONE, 4, done)

    def _print_error(self, rq: int, status: int) -> None:
        """blk_print_req_error."""
        mem = self.k.mem
        command = mem.load(rq + at.RQ_CMD, 4)
        op = command & at.OP_MASK
        name = self.disks.name(mem.load(mem.load(rq + at.RQ_Q, 8) + at.QUEUE_DISK, 8))
        self.k.printk.log(
            3,
            f"{at.WORDS.get(status, 'I/O')} error, dev {name}, sector {mem.load(rq + at.RQ_SECTOR, 8)} op 0x{op:x}:"
            f"({at.OP_NAMES.get(op, 'UNKNOWN')}) flags 0x{command & ~at.OP_MASK:x} phys_seg"
            f" {mem.load(rq + at.RQ_SEGMENTS, 2)} prio class {mem.load(rq + at.RQ_PRIO, 2) >> 13}",
        )

    def finish(self, rq: int, status: int) -> Gen:
        """__blk_mq_end_request: the tag is free."""
        k = self.k
        k.charge("call")
        end_io = k.mem.load(rq + at.RQ_END_IO, 8)
        if end_io and not (yield from k.ccall(end_io, rq, status)):
            return
        hctx = k.mem.load(rq + at.RQ_HCTX, 8)
        self._put_request(rq)
        if self._waiting.get(hctx):
            yield from self.run_queue(hctx, True)

    def requeue(self, rq: int, kick: bool) -> None:
        """blk_mq_requeue_request: before all others, from kblockd."""
        mem = self.k.mem
        mem.store(rq + at.RQ_STATE, 4, at.IDLE)
        hctx = mem.load(rq + at.RQ_HCTX, 8)
        self._waiting.setdefault(hctx, deque()).appendleft(rq)
        if kick:
            self._later(hctx, 0)

    # ---- queues ----------------------------------------------------------------------------------

    def queues_of(self, queue: int) -> list[int]:
        """The hardware queues of a request_queue."""
        mem = self.k.mem
        first = mem.load(queue + at.QUEUE_HCTX, 8)
        return [first + number * at.HCTX_SIZE for number in range(mem.load(queue + at.QUEUE_NR, 4) if first else 0)]

    def stop_queue(self, hctx: int) -> None:
        """blk_mq_stop_hw_queue."""
        self._stopped[hctx] = True

    def stop_queues(self, queue: int) -> None:
        """blk_mq_stop_hw_queues."""
        for hctx in self.queues_of(queue):
            self._stopped[hctx] = True

    def start_queues(self, queue: int, asynchronous: bool) -> Gen:
        """blk_mq_start_hw_queues: and run them."""
        for hctx in self.queues_of(queue):
            self._stopped.pop(hctx, None)
            yield from self.run_queue(hctx, asynchronous or bool(self.k.irq_depth))

    def freeze(self, queue: int) -> Gen:
        """blk_mq_freeze_queue: new requests wait; those that are there are waited for."""
        k = self.k
        self._frozen[queue] = self._frozen.get(queue, 0) + 1
        while self._active.get(queue):
            yield from k.timers.schedule_timeout(1, "D", "how=blk_mq_freeze_queue_wait")

    def unfreeze(self, queue: int) -> None:
        """blk_mq_unfreeze_queue."""
        self._frozen[queue] = max(0, self._frozen.get(queue, 0) - 1)
        made = self.sets.get(self.k.mem.load(queue + at.QUEUE_SET, 8))
        if made is not None:
            self._wake(made)
