"""The workqueue subsystem of one kernel: its pools, workqueues and items, and what they need of the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from server.sim.cmodule.faults import Fault
from server.sim.machine import NICE_0_WEIGHT, Cpu, Gen
from server.sim.timer import Timer
from server.sim.workqueue import queue as queueing, show
from server.sim.workqueue.bh import kick_bh, softirq_action
from server.sim.workqueue.create import build
from server.sim.workqueue.flush import flush_work, pwq_done
from server.sim.workqueue.pool import POOL_BH, POOL_DISASSOCIATED, Worker, WorkerPool
from server.sim.workqueue.pwq import (
    WQ_BH,
    WQ_FREEZABLE,
    WQ_HIGHPRI,
    WQ_POWER_EFFICIENT,
    WQ_UNBOUND,
    PoolWorkqueue,
    Wq,
)
from server.sim.workqueue.rescuer import make_mayday_timer
from server.sim.workqueue.unbound import get_pool, pod_mask
from server.sim.workqueue.waits import Waits
from server.sim.workqueue.watchdog import Watchdog
from server.sim.workqueue.work import OFF_ENTRY, OFF_FUNC, Work, data_word
from server.sim.workqueue.worker import (
    attach,
    enter_idle,
    idle_worker_timeout,
    put_unbound_pool,
    worker_name,
    worker_running,
    worker_sleeping,
    worker_thread,
    worker_tick,
)

if TYPE_CHECKING:
    from server.sim.cmodule.shadow import Region
    from server.sim.kernel import Kernel
    from server.sim.machine import Task

# the system workqueues in the order of the kernel's list (6.12.117): variable, name, flags, max_active
SYSTEM = (
    ("system_wq", "events", 0, 0),
    ("system_percpu_wq", "events", 0, 0),
    ("system_highpri_wq", "events_highpri", WQ_HIGHPRI, 0),
    ("system_long_wq", "events_long", 0, 0),
    ("system_unbound_wq", "events_unbound", WQ_UNBOUND, 512),
    ("system_dfl_wq", "events_unbound", WQ_UNBOUND, 512),
    ("system_freezable_wq", "events_freezable", WQ_FREEZABLE, 0),
    ("system_power_efficient_wq", "events_power_efficient", WQ_POWER_EFFICIENT, 0),
    ("system_freezable_power_efficient_wq", "events_freezable_pwr_efficient", WQ_FREEZABLE | WQ_POWER_EFFICIENT, 0),
    ("system_bh_wq", "events_bh", WQ_BH, 0),
    ("system_bh_highpri_wq", "events_bh_highpri", WQ_BH | WQ_HIGHPRI, 0),
)
FLAG_NAMES = (
    (1, "WQ_BH"),
    (2, "WQ_UNBOUND"),
    (4, "WQ_FREEZABLE"),
    (8, "WQ_MEM_RECLAIM"),
    (0x10, "WQ_HIGHPRI"),
    (0x20, "WQ_CPU_INTENSIVE"),
    (0x40, "WQ_SYSFS"),
    (0x80, "WQ_POWER_EFFICIENT"),
    (0x20000, "ordered"),
)


class Workqueues:
    """All of cmwq. Items are found by their address; the kernel's own have address 0."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.possible = frozenset(c.id for c in k.cpus)
        self.unbound_cpumask = self.possible
        self.default_scope = "cache"
        self.power_efficient = False
        self.force_rr = False
        self.freezing = False
        self.cpu_intensive_thresh_ns = k.profile.cpu_intensive_thresh_us * 1000
        self.pools: list[WorkerPool] = []
        self.cpu_pools: dict[tuple[int, bool, bool], WorkerPool] = {}
        self.unbound_pools: list[WorkerPool] = []
        self._released: list[PoolWorkqueue] = []  # whose last reference is gone
        self._releaser: Task | None = None
        self.pending_pools: list[WorkerPool] = []  # new unbound pools without a worker yet
        self.all: list[Wq] = []
        self.by_addr: dict[int, Wq] = {}
        self.sysfs: list[Wq] = []
        self.works: dict[int, Work] = {}
        self.waits = Waits(self)
        self._rr_last = {c.id: -1 for c in k.cpus}
        self._pwq_number = 0
        self._hogs: dict[str, int] = {}
        self.named: dict[str, Wq] = {}
        self.watchdog: Watchdog | None = None
        self.cpu_unbound = k.profile.nr_cpus_const
        self.load8 = k.mem.load8  # of memory that C owns: raises Fault where there is none

    # ---- boot ----------------------------------------------------------------------------------

    def boot(self) -> None:
        """workqueue_init_early and workqueue_init: pools of all CPUs, system workqueues, first workers."""
        k = self.k
        self._releaser = k.new_task("pool_workqueue_release", "kthread", self._release(), 0, 0)
        self._releaser.state = "S"
        for cpu in k.cpus:
            for bh, hi in ((True, False), (True, True), (False, False), (False, True)):
                pool = self.new_pool(cpu.id, -20 if hi else 0, k.topology.node_of(cpu.id), frozenset((cpu.id,)), bh=bh)
                self.cpu_pools[cpu.id, bh, hi] = pool
        for variable, name, flags, limit in SYSTEM:
            wq = build(self, name, flags, limit)
            assert wq is not None
            self.named[variable] = wq
        k.sched.worker_sleeping = lambda worker: worker_sleeping(self, worker)
        k.sched.worker_running = lambda worker: worker_running(self, worker)
        k.sched.worker_on_cpu = self.waits.worker_on_cpu
        k.timers.on_tick.append(self._tick)
        for cpu in k.cpus:
            if cpu.online:
                for hi in (False, True):
                    self.boot_worker(self.cpu_pool(cpu.id, False, hi))
                high = self.cpu_pool(cpu.id, False, True)
                self.boot_worker(high)
                high.idle.reverse()  # the block layer has used :0H since :1H was made
        for cpu in k.cpus:
            if cpu.online:
                self.boot_worker(self.cpu_pool(cpu.id, False, False))
        # as booting leaves it
        get_pool(self, -20, self.possible, pod_mask(self, self.system_unbound, k.cpus[0].id), False)
        for pool in self.unbound_pools:
            for _ in range(3 if pool.nice == 0 else 1):
                self.boot_worker(pool)
        self.pending_pools.clear()
        if k.profile.wq_watchdog_s:
            self.watchdog = Watchdog(self)

    def boot_worker(self, pool: WorkerPool) -> None:
        """A worker that booting left behind: it idles."""
        ident = pool.free_id()
        pool.ids.add(ident)
        worker = Worker(ident, pool, worker_name(pool, ident))
        home = pool.cpu if pool.cpu >= 0 else min(pool.pod)
        task = self.k.new_task(worker.name, "kworker", worker_thread(self, worker), home, pool.nice)
        task.state = "I"
        if pool.cpu >= 0 and len(self.k.cpus) == 1:  # it ran beside init, which computed: recorded first wake-ups agree
            task.vlag = self.k.sched.fair.lag_limit_ns * NICE_0_WEIGHT // task.weight
        attach(self, worker, pool, task)
        enter_idle(self, worker)

    def new_pool(self, cpu: int, nice: int, node: int, cpumask: frozenset[int], *, bh: bool = False) -> WorkerPool:
        """A pool with the next id; BH pools get their pseudo worker, unbound ones wait for their first worker."""
        k = self.k
        where = f"cpu={cpu} nice={nice}" if cpu >= 0 else f"unbound nice={nice}"
        used = {pool.id for pool in self.pools}
        ident = next(i for i in range(len(used) + 1) if i not in used)  # idr_alloc(): the lowest that is free
        pool = WorkerPool(
            ident, cpu, nice, node, k.obj("pool", ident, f"pool {ident}", f"{where}{' bh' if bh else ''}"), cpumask
        )
        pool.watchdog_ns = k.cx.now
        self.pools.append(pool)
        if bh:
            pool.flags = POOL_BH | POOL_DISASSOCIATED
            pseudo = Worker(0, pool, f"bh{cpu}")
            pool.workers.append(pseudo)
            pool.idle.append(pseudo)
            return pool
        if cpu >= 0:
            pool.flags = 0 if k.cpus[cpu].online else POOL_DISASSOCIATED
        else:
            self.pending_pools.append(pool)
        obj = k.obj("timer", 0, f"idle timer of pool {ident}", "idle_worker_timeout")
        pool.idle_timer = Timer(lambda _: idle_worker_timeout(self, pool), "idle_worker_timeout", obj, deferrable=True)
        pool.mayday_timer = make_mayday_timer(self, pool)
        return pool

    def start_pools(self) -> Gen:
        """Creates the first worker of new unbound pools (alloc_unbound_pwq's caller does; may sleep)."""
        from server.sim.workqueue.worker import create_worker

        while self.pending_pools:
            yield from create_worker(self, self.pending_pools.pop(0))

    # ---- tables --------------------------------------------------------------------------------

    def cpu_pool(self, cpu: int, bh: bool, hi: bool) -> WorkerPool:
        """The per-CPU pool of a CPU."""
        return self.cpu_pools[cpu, bh, hi]

    def new_pwq(self, wq: Wq, pool: WorkerPool) -> PoolWorkqueue:
        """A pwq, entered in its workqueue's list."""
        self._pwq_number += 1
        pwq = PoolWorkqueue(wq, pool, self._pwq_number)
        wq.pwqs.append(pwq)
        return pwq

    def put_pwq(self, pwq: PoolWorkqueue) -> None:
        """put_pwq: the last reference unlinks it, and unplugs the next one of an ordered workqueue."""
        pwq.refs -= 1
        if pwq.refs or pwq.released:
            return
        pwq.released = True
        self._released.append(pwq)
        assert self._releaser is not None
        self.k.sched.wake_up(self._releaser)

    def _release(self) -> Gen:
        """The thread `pool_workqueue_release`: pwq_release_workfn for one pwq after the other."""
        k = self.k
        while True:
            while self._released:
                pwq = self._released.pop(0)
                if k.cx.now >= k.cx.horizon:
                    yield None
                k.charge("call")
                wq = pwq.wq
                if pwq in wq.pwqs:
                    wq.pwqs.remove(pwq)
                if wq.ordered and wq.pwqs and wq.pwqs[0].plugged:
                    self._unplug(wq.pwqs[0])
                pwq.pool.refs -= 1
                if not pwq.pool.refs and pwq.pool in self.unbound_pools:
                    put_unbound_pool(self, pwq.pool)
                yield from k.sched.might_resched()
            yield from k.sched.block("S", "")

    def _unplug(self, pwq: PoolWorkqueue) -> None:
        """unplug_oldest_pwq: the first item becomes active; if there are more, the pwq waits for the next slot."""
        from server.sim.workqueue.activate import activate_first_inactive

        pwq.plugged = False
        if activate_first_inactive(self, pwq, True):
            activate_first_inactive(self, pwq, False)
            self.kick(pwq.pool)
        self.waits.refresh(pwq.pool)
        self.waits.refresh_inactive(pwq)

    def register(self, wq: Wq) -> None:
        """Enters a workqueue in the list of all."""
        wq.number = len(self.all)
        self.all.append(wq)
        self.by_addr[wq.addr] = wq

    def unregister(self, wq: Wq) -> None:
        """Takes it out; its address means nothing from then on."""
        wq.destroyed = True
        self.all.remove(wq)
        del self.by_addr[wq.addr]

    @staticmethod
    def describe_flags(flags: int) -> str:
        """`WQ_UNBOUND|WQ_HIGHPRI`, or `0`."""
        return "|".join(name for bit, name in FLAG_NAMES if flags & bit) or "0"

    # ---- items ---------------------------------------------------------------------------------

    def work(self, addr: int, kind: str = "work") -> Work:
        """The item at an address of the module's memory; made when first seen."""
        work = self.works.get(addr)
        if work is None:
            work = self.works[addr] = Work(addr, None, "", -1, "")
            work.kind = kind
        return work

    def identify(self, work: Work) -> None:
        """Names an item when it is first queued: by then C has filled in what it is called."""
        if work.obj >= 0:
            return
        k = self.k
        func = k.peek(work.addr + OFF_FUNC, 8)
        work.fn_name = k.function_name(func)
        work.name = k.object_name(work.addr, work.fn_name)
        work.obj = k.obj(work.kind, work.addr, work.name, work.fn_name)

    def fresh_work(self, addr: int, kind: str = "work") -> Work:
        """INIT_WORK on `addr`: a fresh item, whatever was there before (ODEBUG complains in the debug profile)."""
        old = self.works.pop(addr, None)
        if old is not None and (old.pending or old.pwq is not None):
            self.k.oops.odebug("init", old)
        return self.work(addr, kind)

    def kernel_work(self, fn: Callable[[Work], Gen | None], name: str, kind: str = "work") -> Work:
        """An item whose function is the simulator's own."""
        k = self.k
        k.own_addresses += 0x40
        work = Work(0, fn, name, -1, name)
        work.obj = k.obj(kind, 0xFFFFFFFF82D00000 + k.own_addresses, name, name)
        return work

    def refresh_function(self, work: Work) -> None:
        """Reads `func` again: C may have changed it."""
        if work.fn is None:
            region, word = work.memory or self._locate(work)
            func = self.k.peek(work.addr + OFF_FUNC, 8) if word < 0 else region.words[word + OFF_FUNC // 8]
            if func != work.func or work.text_version != self.k.text.version:
                work.func, work.text_version = func, self.k.text.version
                work.fn_name = self.k.function_name(func)

    def _locate(self, work: Work) -> tuple[Region, int]:
        """Where an item's words are; -1 for one that is not aligned. Raises Fault where there is no memory."""
        region = self.k.mem.region(work.addr, OFF_FUNC + 8, "read")
        offset = work.addr - region.base
        work.memory = region, -1 if offset & 7 else offset >> 3
        return work.memory

    def touch(self, work: Work) -> None:
        """The worker moves the item from list to list: where its memory is gone it faults. Raises Fault."""
        if not work.addr:
            return
        try:
            self.load8(work.addr)
        except Fault as fault:
            fault.what = "worker_thread"
            raise

    def entry_is_empty(self, work: Work) -> bool:
        """list_empty(&work->entry): true of an initialised item that is on no list."""
        if work.place is not None:
            return False
        memory = work.memory or self._locate(work)
        if memory[1] < 0:
            return self.k.peek(work.addr + OFF_ENTRY, 8) == work.addr + OFF_ENTRY
        return memory[0].words[memory[1] + OFF_ENTRY // 8] == work.addr + OFF_ENTRY

    def mirror(self, work: Work) -> None:
        """Writes the `data` word where C can read it."""
        if work.addr:
            region, word = work.memory or self._locate(work)
            pwq = work.pwq
            if word < 0 or region.shadow[word]:
                self.k.poke(work.addr, 8, data_word(work))
            elif pwq is None or work.linked or work.inactive:
                region.words[word] = data_word(work)
            else:
                region.words[word] = pwq.word | work.color << 4

    def call(self, work: Work) -> Gen | None:
        """Runs the item's function that `refresh_function` found; None where that is done already."""
        if work.fn is not None:
            return work.fn(work)
        return self.k.text.begin(work.func, work.addr)

    # ---- queueing, as others use it --------------------------------------------------------------

    def enqueue(self, cpu: int, wq: Wq, work: Work) -> bool:
        """queue_work_on, by objects."""
        return queueing.queue_work_on(self, cpu, wq, work)

    def queue_now(self, cpu: int, wq: Wq, work: Work) -> None:
        """__queue_work, by objects: PENDING is owned."""
        queueing.queue_work(self, cpu, wq, work)

    @property
    def system_unbound(self) -> Wq:
        """system_unbound_wq."""
        return self.named["system_unbound_wq"]

    def is_chained_work(self, wq: Wq) -> bool:
        """Whether a worker of this very workqueue asks, in task context."""
        worker = self.k.current.worker if not self.k.irq_depth else None
        return worker is not None and worker.current_pwq is not None and worker.current_pwq.wq is wq

    def select_unbound_cpu(self, cpu: int) -> int:
        """wq_select_unbound_cpu: here if allowed, else round robin over the allowed online CPUs."""
        if not self.force_rr and cpu in self.unbound_cpumask:
            return cpu
        allowed = [c for c in sorted(self.unbound_cpumask) if self.k.cpus[c].online]
        if not allowed:
            return cpu
        last = self._rr_last[cpu]
        chosen = next((c for c in allowed if c > last), allowed[0])
        self._rr_last[cpu] = chosen
        return chosen

    # ---- pools ---------------------------------------------------------------------------------

    def kick(self, pool: WorkerPool) -> bool:
        """kick_pool: wakes the most recently idled worker if the pool needs one; it stays on the idle list until it
        runs (law L25).
        """
        if pool.flags & POOL_BH:
            if pool.worklist and pool.idle:  # not while its worker is at work: that looks again by itself
                kick_bh(self, pool)
            return False
        if pool.nr_running or not pool.worklist or not pool.idle:
            return False
        self._wake(pool, pool.idle[-1])
        return True

    def _wake(self, pool: WorkerPool, worker: Worker) -> None:
        task = worker.task
        assert task is not None
        if pool.cpu < 0 and not pool.strict and task.wake_cpu not in pool.pod:
            online = [c for c in sorted(pool.pod) if self.k.cpus[c].online]
            if online:
                task.wake_cpu = online[0]
                if pool.worklist[0].pwq is not None:
                    pool.worklist[0].pwq.stats["repatriated"] += 1
        pool.waking = worker
        self.k.sched.wake_up(task)

    def worker_cpus(self, pool: WorkerPool) -> frozenset[int] | None:
        """pool_allowed_cpus: the pool's CPU; unbound: the mask, or the pod if strict; disassociated: anywhere."""
        if pool.cpu >= 0:
            return None if pool.flags & POOL_DISASSOCIATED else frozenset((pool.cpu,))
        mask = pool.pod if pool.strict else pool.cpumask
        return None if mask == self.possible else mask

    def cpu_time(self, worker: Worker) -> int:
        """The CPU time of a worker's task so far, ns."""
        task = worker.task
        if task is None:
            return 0
        k = self.k
        cpu = k.cpus[task.cpu]
        if cpu.current is task:
            k.sched.fair.update_curr(cpu, k.cx.now)
        return task.sum_exec

    def _tick(self, cpu: Cpu) -> None:
        if cpu.current.worker is not None:
            worker_tick(self, cpu.current.worker)

    def softirq(self, cpu: Cpu, hi: bool) -> Gen:
        """The BH pools' part of the HI and TASKLET softirqs."""
        return softirq_action(self, cpu, hi)

    # ---- flush support -------------------------------------------------------------------------

    def flusher_pwq_done(self, wq: Wq) -> None:
        """A pwq of a flush in progress has retired its colour."""
        pwq_done(self, wq)

    def flush_for_cancel(self, work: Work) -> Gen:
        """The waiting part of cancel_work_sync."""
        return flush_work(self, work, from_cancel=True)

    def in_flight_culprits(self, wq: Wq, color: int) -> str:
        """The items that a flush of `color` waits for."""
        found = []
        for pwq in wq.pwqs:
            found += [w.current_work for w in pwq.pool.busy if w.current_pwq is pwq and w.current_color == color]
            found += [w for w in pwq.holders if w.pwq is pwq and w.color == color]
            found += [w for w in pwq.inactive if w.color == color]
        return ",".join(f"item:{w.obj}" for w in found[:8] if w is not None and w.barrier_of is None)

    # ---- messages ------------------------------------------------------------------------------

    def report_hog(self, worker: Worker) -> None:
        """wq_cpu_intensive_report: tells at 4 hits of a function, then at each doubling (law L70)."""
        k = self.k
        if not k.profile.hog_report:
            return
        count = self._hogs[worker.current_fn] = self._hogs.get(worker.current_fn, 0) + 1
        over = count + 1 - 4
        if over > 0 and over & (over - 1) == 0:
            us = self.cpu_intensive_thresh_ns // 1000
            k.printk.log(4, f"workqueue: {worker.current_fn.split(' [')[0]} hogged CPU for >{us}us {count} times, "
                            "consider switching to WQ_UNBOUND")  # fmt: skip

    def leak_check(self, worker: Worker) -> None:
        """process_one_work's check after each item: nothing atomic, no lock (lockdep), no RCU section may be left."""
        task = worker.task
        if task is not None and (task.preempt or task.rcu_depth or (task.held_locks and self.k.lockdep.depth(task))):
            self.k.oops.workqueue_leak(worker)

    def show_pwq(self, pwq: PoolWorkqueue) -> None:
        """show_pwq."""
        show.show_pwq(self, pwq)

    def show_workqueue(self, wq: Wq) -> None:
        """show_one_workqueue."""
        show.show_workqueue(self, wq)
