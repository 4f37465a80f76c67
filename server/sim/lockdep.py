"""Placeholder replaced below."""
from __future__ import annotations
from typing import Any
class Lockdep:
    def __init__(self, k: Any) -> None:
        self.k = k
        self.on = False
    def forget(self, addr: int) -> None: return None
    def acquire(self, addr: int, label: str, types: str, *, trylock: bool = False, read: int = 0) -> None: return None
    def release(self, addr: int) -> None: return None
    def debug_warn(self, what: str, where: str, function: str) -> None: return None
    def symbol(self, addr: int, name: str) -> str: return name
    def dump_stack(self) -> None: return None
    def rcu_lock(self) -> None: return None
    def rcu_unlock(self) -> None: return None
    def flush_work(self, work: Any, wq: Any, worker: Any) -> None: return None
    def flush_workqueue(self, wq: Any) -> None: return None
    def work_begin(self, work: Any, wq: Any) -> int: return 0
    def work_end(self, work: Any, wq: Any, depth: int) -> None: return None
