"""A call that may sleep where sleeping is forbidden: timer, tasklet, interrupt handler, under a spinlock.

Why: schedule() in atomic context is a bug; the machine may lock up.
Example: msleep(10) in a timer function, or kmalloc(…, GFP_KERNEL) under spin_lock().
"""

from __future__ import annotations

from collections.abc import Iterator

from server.cfront.lint.view import Site, View, function_of
from server.scenario import Diagnostic
from server.sim.cmodule import ir
from server.sim.cmodule.walk import below
from server.sim.kapi.registry import api

ATOMIC = {  # function -> (index of the callback, what it is)
    "__init_timer": (1, "a timer function"),
    "request_threaded_irq": (1, "an interrupt handler"),
    "tasklet_setup": (1, "a tasklet"),
    "tasklet_init": (1, "a tasklet"),
}
FIELDS = {"timer_list": "a timer function", "tasklet_struct": "a tasklet", "hrtimer": "an hrtimer function"}
LOCK = ("spin_lock", "spin_lock_irq", "spin_lock_bh", "__wq_spin_lock_irqsave")
UNLOCK = ("spin_unlock", "spin_unlock_irq", "spin_unlock_bh", "spin_unlock_irqrestore")
ALLOCATIONS = {"kmalloc": 1, "kzalloc": 1, "kmalloc_array": 2, "kcalloc": 2}
DIRECT_RECLAIM = 0x400
HINT = "defer it to a work item, or use what does not sleep (GFP_ATOMIC, mdelay(), spin locks)"


def check(view: View) -> list[Diagnostic]:
    """At the call that may sleep."""
    found = []
    for name, what in _contexts(view):
        for reached in view.reach(name):
            for site in view.sites:
                if site.function.name == reached and _sleeps(site):
                    found.append(_warning(view, site, what))
    for site in _locked(view):
        found.append(_warning(view, site, "code that holds a spinlock"))
    return found


def _warning(view: View, site: Site, what: str) -> Diagnostic:
    message = f"{view.written(site)}() may sleep, and this is {what}"
    return view.warn(site.function, site.call, "sleep-atomic", message, HINT)


def _contexts(view: View) -> Iterator[tuple[str, str]]:
    for site in view.calls(*ATOMIC):
        index, what = ATOMIC[site.name]
        name = function_of(site.call.args[index])
        if name in view.functions:
            yield name, what
    for variable in view.unit.globals:
        t = view.unit.types[variable.type]
        if isinstance(t, ir.Record) and t.name in FIELDS:
            for init in variable.inits:
                name = function_of(init.value)
                if name in view.functions:
                    yield name, FIELDS[t.name]
    for function in view.own:
        for node in below(function.body):
            if isinstance(node, ir.Assign) and isinstance(node.to, ir.Member) and node.to.field.name == "function":
                name = function_of(node.value)
                if name in view.functions:
                    yield name, "a timer function"


def _sleeps(site: Site) -> bool:
    if site.name in ALLOCATIONS:
        flags = site.call.args[ALLOCATIONS[site.name]]
        return isinstance(flags, ir.Int) and bool(flags.value & DIRECT_RECLAIM)
    prototype = api().prototypes.get(site.name)
    return prototype is not None and prototype.may_sleep


def _locked(view: View) -> Iterator[Site]:
    """Calls that may sleep between lock and unlock, in the order of the text."""
    for function in view.own:
        depth = 0
        for site in (s for s in view.sites if s.function is function):
            if site.name in LOCK:
                depth += 1
            elif site.name in UNLOCK:
                depth = max(depth - 1, 0)
            elif depth and _sleeps(site):
                yield site
