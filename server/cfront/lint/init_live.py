"""INIT_WORK() in a function that runs again and again.

Why: initialising an item that is pending cuts it out of its list, which breaks the queue.
Example: INIT_WORK(&dev.work, fn); schedule_work(&dev.work); in an interrupt handler.
"""

from server.cfront.lint.sleep_atomic import _contexts
from server.cfront.lint.view import View
from server.scenario import Diagnostic
from server.sim.cmodule import ir

TABLES = ("file_operations", "proc_ops")


def check(view: View) -> list[Diagnostic]:
    """At an initialisation of a global item in a handler."""
    repeated = dict(_contexts(view))
    repeated |= dict.fromkeys(view.handlers(), "a work function")
    for variable in view.unit.globals:
        t = view.unit.types[variable.type]
        if isinstance(t, ir.Record) and t.name in TABLES:
            names = {f.offset: f.name for f in t.fields}
            for init in variable.inits:
                field = names.get(init.offset, "")
                value = init.value
                while isinstance(value, (ir.Cast, ir.AddrOf)):
                    value = value.of
                if field.removeprefix("proc_") in ("read", "write", "unlocked_ioctl") and isinstance(value, ir.FuncRef):
                    repeated[value.name] = f"a {field.removeprefix('proc_')} handler"
    return [
        view.warn(
            work.function,
            None,
            "init-live",
            f"'{work.path}' is initialised in {repeated[work.function.name]}, where it may be pending",
            "initialise it once, in the module's init function",
            work.line,
            work.col,
        )
        for work in view.works
        if work.function is not None
        and not work.local
        and work.function.name in repeated
        and work.path.split("-")[0].split(".")[0] not in {v.name for v in work.function.locals}
    ]
