"""Finding who waits for whom in a circle: tasks and items at rest.

Edges come from the causes that tasks and items were told to wait for. A wait for a slot or a worker (MAX_ACTIVE,
NO_IDLE_WORKER) is over when *one* of its culprits moves, every other when *all* have: a node is stuck only if that
cannot happen. A cycle is reported only among stuck nodes, so it is proof.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.machine import Task
from server.sim.workqueue.work import Work

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

Node = Task | Work
WORDS = {
    "FLUSH": "waits for {} to finish",
    "LOCK": "waits for the lock held by {}",
    "SPIN": "spins for the lock held by {}",
    "THREAD": "waits for {} to end",
    "MAX_ACTIVE": "waits for a slot held by {}",
    "ORDERED": "is queued behind {}",
    "NOT_REENTRANT": "waits for its own run on {}",
    "CONCURRENCY": "waits for the CPU's pool, kept by {}",
    "NO_IDLE_WORKER": "waits for a worker of the pool, all held up: {}",
}
ANY_OF = ("MAX_ACTIVE", "NO_IDLE_WORKER")


def _name(node: Node) -> str:
    if isinstance(node, Work):
        return node.name
    worker = node.worker
    running = f" running {worker.current_work.name}" if worker is not None and worker.current_work is not None else ""
    return f"{node.comm}-{node.pid}{running}"


class Graph:
    """Who waits for whom, by the causes told last."""

    def __init__(self, k: Kernel) -> None:
        self.tasks = {k.tasks[pid].index: k.tasks[pid] for pid in sorted(k.tasks)}
        self.rows = k.task_rows
        self.items: dict[int, Work] = {w.obj: w for w in k.wq.works.values()}
        self.spins: dict[Task, str] = {
            cpu.current: k.locks.culprits(lock) for lock in k.locks.all() for cpu in lock.spinners
        }
        self.runner: dict[int, Task] = {}
        for pool in k.wq.pools:
            for worker in pool.busy:
                if worker.current_work is not None and worker.task is not None:
                    self.runner[worker.current_work.obj] = worker.task

    def cause(self, node: Node) -> tuple[str, str]:
        """A node's cause and culprits; nothing for what does not wait."""
        if isinstance(node, Task):
            if node in self.spins:
                return "SPIN", self.spins[node]
            return ("", "") if node.state in "RX" else node.sleep_cause[:2]
        return (node.told or ("", "", ""))[:2]

    def targets(self, node: Node) -> list[Node]:
        """What a node waits for, as far as it is known."""
        cause, culprits = self.cause(node)
        if cause not in WORDS:
            return []
        found = []
        for part in culprits.split(","):
            kind, _, number = part.partition(":")
            target: Node | None = None
            if kind == "task":
                target = self.rows.get(int(number))
            elif kind == "item":
                # an item that waits again is meant before the run of it that still goes on
                item = self.items.get(int(number))
                queued = item is not None and item.pwq is not None
                target = item if queued else self.runner.get(int(number), item)
            if target is not None:
                found.append(target)
        return found

    def stuck(self) -> dict[Node, list[Node]]:
        """The nodes that nothing can free any more, each with what it waits for."""
        nodes: list[Node] = [*self.tasks.values(), *self.items.values()]
        waits = {node: self.targets(node) for node in nodes}
        held = {node: targets for node, targets in waits.items() if targets}
        changed = True
        while changed:
            changed = False
            for node in list(held):
                moving = [target not in held for target in held[node]]
                free = any(moving) if self.cause(node)[0] in ANY_OF else all(moving)
                if free:
                    del held[node]
                    changed = True
        return {node: [t for t in targets if t in held] for node, targets in held.items()}


def _sentence(graph: Graph, node: Node, target: Node) -> str:
    whom = "itself" if target is node else _name(target)
    return f"{_name(node)} {WORDS[graph.cause(node)[0]].format(whom)}"


def find_cycle(k: Kernel) -> list[str]:
    """The sentences of a wait-for cycle, or nothing."""
    graph = Graph(k)
    stuck = graph.stuck()
    for start in stuck:
        path: list[Node] = []
        node = start
        while node in stuck and stuck[node] and node not in path:
            path.append(node)
            node = stuck[node][0]
        if node in path:
            cycle = path[path.index(node) :]
            return [_sentence(graph, n, stuck[n][0]) for n in cycle]
    return []
