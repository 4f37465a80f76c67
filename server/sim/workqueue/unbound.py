"""Unbound pools: shared by equal attributes, chosen by pod; node limits (model 1.3, 3, 6.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.workqueue.pool import POOL_DISASSOCIATED, WorkerPool
from server.sim.workqueue.pwq import NodeActive, PoolWorkqueue, Wq, node_active

if TYPE_CHECKING:
    from server.sim.workqueue.system import Workqueues

NO_NODE = -1


def effective_mask(s: Workqueues, wq: Wq) -> frozenset[int]:
    """The CPUs that an unbound workqueue may use: its own mask within the system's (wqattrs_actualize_cpumask)."""
    mask = wq.cpumask & s.unbound_cpumask
    return mask or s.unbound_cpumask


def pod_mask(s: Workqueues, wq: Wq, cpu: int, off: int = -1) -> frozenset[int]:
    """The CPUs of `cpu`'s pod that are online and in the workqueue's mask; the whole mask where none is
    (wq_calc_pod_cpumask).
    """
    effective = effective_mask(s, wq)
    scope = s.default_scope if wq.scope == "default" else wq.scope
    pod = next((frozenset(p) for p in s.k.topology.pods(scope) if cpu in p), effective)
    mask = pod & effective
    online = frozenset(c for c in mask if s.k.cpus[c].online and c != off)
    return mask if online else effective


def node_for(s: Workqueues, mask: frozenset[int]) -> int:
    """The NUMA node that contains all of `mask`, or none."""
    for i, node in enumerate(s.k.topology.nodes):
        if mask <= frozenset(node):
            return i
    return NO_NODE


def get_pool(s: Workqueues, nice: int, mask: frozenset[int], pod: frozenset[int], strict: bool) -> WorkerPool:
    """get_unbound_pool: an existing pool with equal attributes, or a new one with the next free id."""
    for pool in s.unbound_pools:
        if pool.nice == nice and pool.strict == strict and pool.pod == pod and (strict or pool.cpumask == mask):
            pool.refs += 1
            return pool
    pool = s.new_pool(cpu=-1, nice=nice, node=node_for(s, pod), cpumask=mask)
    pool.pod, pool.strict = pod, strict
    pool.flags = POOL_DISASSOCIATED
    s.unbound_pools.append(pool)
    return pool


def make_pwq(s: Workqueues, wq: Wq, cpu: int, off: int = -1) -> PoolWorkqueue:
    """A pwq for `cpu`'s pod (-1: the default pwq, on the whole mask)."""
    mask = effective_mask(s, wq)
    pod = mask if cpu < 0 else pod_mask(s, wq, cpu, off)
    return s.new_pwq(wq, get_pool(s, wq.nice, mask, pod, wq.strict))


def install_pwqs(s: Workqueues, wq: Wq) -> None:
    """apply_wqattrs_commit: the default pwq, and one pwq for each possible CPU (ordered: the
    default one in every slot).
    """
    old = wq.dfl_pwq
    wq.dfl_pwq = make_pwq(s, wq, -1)
    replaced = wq.cpu_pwq
    if wq.ordered:
        wq.dfl_pwq.plugged = old is not None
        wq.cpu_pwq = {c.id: wq.dfl_pwq for c in s.k.cpus}
        wq.dfl_pwq.refs += len(wq.cpu_pwq)
    else:
        wq.cpu_pwq = {c.id: make_pwq(s, wq, c.id) for c in s.k.cpus}
    for pwq in replaced.values():
        s.put_pwq(pwq)
    if old is not None:
        s.put_pwq(old)


def update_node_max_active(s: Workqueues, wq: Wq, off: int = -1) -> None:
    """wq_update_node_max_active: splits max_active over the nodes by their online CPUs (law L15)."""
    effective = effective_mask(s, wq)
    online = [c for c in sorted(effective) if s.k.cpus[c].online and c != off]
    total = len(online)
    for node, nna in wq.nodes.items():
        if node == NO_NODE:
            nna.max = wq.max_active
        elif not total:
            nna.max = wq.min_active
        else:
            mine = sum(1 for c in online if c in s.k.topology.nodes[node])
            nna.max = max(wq.min_active, min(wq.max_active, -(-wq.max_active * mine // total)))


def init_nodes(s: Workqueues, wq: Wq) -> None:
    """Node counters of a new unbound workqueue."""
    wq.nodes = {i: NodeActive() for i in range(len(s.k.topology.nodes))}
    wq.nodes[NO_NODE] = NodeActive()


def update_pod(s: Workqueues, wq: Wq, cpu: int, off: int) -> None:
    """unbound_wq_update_pwq: a CPU came or went; its slot may need a pwq on another pool."""
    if wq.ordered:
        return
    pod = pod_mask(s, wq, cpu, off)
    current = wq.cpu_pwq[cpu]
    if current.pool.pod == pod:
        return
    wq.cpu_pwq[cpu] = make_pwq(s, wq, cpu, off)
    s.put_pwq(current)


__all__ = ["NO_NODE", "effective_mask", "get_pool", "init_nodes", "install_pwqs", "make_pwq", "node_active", "node_for",
           "pod_mask", "update_node_max_active", "update_pod"]  # fmt: skip
