"""The event vocabulary: ftrace's names and fields, and our own system `wqp:*`.

An event is `(t_ns, cpu, kind, task, line, args)`: `t_ns` since boot, `kind` an index into `KINDS`, `task` an index
into the recording's task table, `line` in module.c or -1, `args` one value a field of the kind's schema.
`text` is ftrace's text form; `{name}` takes a field, with its format where ftrace has one.
"""

from __future__ import annotations

from typing import Protocol

import msgspec


class EventKind(msgspec.Struct, frozen=True):
    """One kind: `fields` maps a field's name to its type (`int`, `str`, `ptr`, `obj`: index into the object table)."""

    name: str
    fields: dict[str, str]
    text: str
    system: str


def _kind(system: str, name: str, text: str, /, **fields: str) -> EventKind:
    return EventKind(name, fields, text, system)


KINDS: tuple[EventKind, ...] = (
    # -- workqueue (include/trace/events/workqueue.h). `work` is the object; text forms print its address.
    _kind("workqueue", "workqueue_queue_work",
          "work struct={work} function={function} workqueue={workqueue} req_cpu={req_cpu} cpu={cpu}",
          work="obj", function="str", workqueue="str", req_cpu="int", cpu="int"),
    _kind("workqueue", "workqueue_activate_work", "work struct {work} function={function} ",
          work="obj", function="str"),
    _kind("workqueue", "workqueue_execute_start", "work struct {work}: function {function}",
          work="obj", function="str"),
    _kind("workqueue", "workqueue_execute_end", "work struct {work}: function {function}", work="obj", function="str"),
    # -- sched
    _kind("sched", "sched_switch",
          "prev_comm={prev_comm} prev_pid={prev_pid} prev_prio={prev_prio} prev_state={prev_state} ==> "
          "next_comm={next_comm} next_pid={next_pid} next_prio={next_prio}",
          prev_comm="str", prev_pid="int", prev_prio="int", prev_state="str", next_comm="str", next_pid="int",
          next_prio="int", next_task="int"),
    _kind("sched", "sched_wakeup", "comm={comm} pid={pid} prio={prio} target_cpu={target_cpu:03d}",
          comm="str", pid="int", prio="int", target_cpu="int", wakee="int"),
    _kind("sched", "sched_wakeup_new", "comm={comm} pid={pid} prio={prio} target_cpu={target_cpu:03d}",
          comm="str", pid="int", prio="int", target_cpu="int", wakee="int"),
    _kind("sched", "sched_migrate_task", "comm={comm} pid={pid} prio={prio} orig_cpu={orig_cpu} dest_cpu={dest_cpu}",
          comm="str", pid="int", prio="int", orig_cpu="int", dest_cpu="int"),
    _kind("sched", "sched_process_fork",
          "comm={parent_comm} pid={parent_pid} child_comm={child_comm} child_pid={child_pid}",
          parent_comm="str", parent_pid="int", child_comm="str", child_pid="int"),
    _kind("sched", "sched_process_exec", "filename={filename} pid={pid} old_pid={pid}", filename="str", pid="int"),
    _kind("sched", "sched_process_exit", "comm={comm} pid={pid} prio={prio}", comm="str", pid="int", prio="int"),
    _kind("sched", "sched_kthread_work_queue_work", "work struct={work} function={function} worker={worker}",
          work="obj", function="str", worker="ptr"),
    _kind("sched", "sched_kthread_work_execute_start", "work struct {work}: function {function}",
          work="obj", function="str"),
    _kind("sched", "sched_kthread_work_execute_end", "work struct {work}: function {function}",
          work="obj", function="str"),
    # -- timer. `timer` is the object.
    _kind("timer", "timer_start",
          "timer={timer} function={function} expires={expires} [timeout={timeout}] bucket_expiry={bucket_expiry} "
          "cpu={cpu} idx={idx} flags={flags}",
          timer="obj",
          function="str", expires="int", timeout="int", bucket_expiry="int", cpu="int", idx="int", flags="str"),
    _kind("timer", "timer_expire_entry", "timer={timer} function={function} now={now} baseclk={baseclk}",
          timer="obj", function="str", now="int", baseclk="int"),
    _kind("timer", "timer_expire_exit", "timer={timer}", timer="obj"),
    _kind("timer", "timer_cancel", "timer={timer}", timer="obj"),
    _kind("timer", "hrtimer_start",
          "hrtimer={timer} function={function} expires={expires} softexpires={softexpires} mode={mode}",
          timer="obj", function="str", expires="int", softexpires="int", mode="str"),
    _kind("timer", "hrtimer_expire_entry", "hrtimer={timer} function={function} now={now}",
          timer="obj", function="str", now="int"),
    _kind("timer", "hrtimer_expire_exit", "hrtimer={timer}", timer="obj"),
    _kind("timer", "hrtimer_cancel", "hrtimer={timer}", timer="obj"),
    # -- irq
    _kind("irq", "irq_handler_entry", "irq={irq} name={name}", irq="int", name="str"),
    _kind("irq", "irq_handler_exit", "irq={irq} ret={ret}", irq="int", ret="str"),
    _kind("irq", "softirq_raise", "vec={vec} [action={action}]", vec="int", action="str"),
    _kind("irq", "softirq_entry", "vec={vec} [action={action}]", vec="int", action="str"),
    _kind("irq", "softirq_exit", "vec={vec} [action={action}]", vec="int", action="str"),
    _kind("irq", "tasklet_entry", "tasklet={tasklet} function={function}", tasklet="obj", function="str"),
    _kind("irq", "tasklet_exit", "tasklet={tasklet} function={function}", tasklet="obj", function="str"),
    _kind("irq_vectors", "local_timer_entry", "vector=236", vector="int"),
    _kind("irq_vectors", "local_timer_exit", "vector=236", vector="int"),
    # -- module, printk
    _kind("module", "module_load", "{name} {taints}", name="str", taints="str"),
    _kind("module", "module_free", "{name}", name="str"),
    _kind("printk", "console", "{text}", text="str", level="int"),
    # -- ours. A wait begins or changes its cause here; cause "" ends it without a start (cancelled, woken).
    # subject: "item" (id: object index) or "task" (id: task index); culprits: a list of the same, as text
    # "task:3,item:5,lock:7,timer:2" (object and task indices); detail: parameters of the words ("slots=1", "line=51").
    _kind("wqp", "wait", "{subject}:{id} {cause} {culprits} {detail}",
          subject="str", id="int", cause="str", culprits="str", detail="str"),
    # op: acquired, contended, released, handed_over; `holder` a task index or -1
    _kind("wqp", "lock", "{op} {lock} holder={holder}", op="str", lock="obj", holder="int"),
    # a worker's life: created, idle, busy, manager, rescuer, unbound, died; pool is the object
    _kind("wqp", "worker", "{state} pool={pool} nr_running={nr_running} nr_idle={nr_idle} worklist={worklist}",
          state="str", pool="obj", nr_running="int", nr_idle="int", worklist="int"),
    _kind("wqp", "store", "{variable} = {value}", variable="str", value="str"),
    _kind("wqp", "check", "{code}: {message}", code="str", message="str"),
    _kind("wqp", "tty", "{terminal}: {text}", terminal="str", text="str"),
    # pwq depths after a change: inactive and active items of `pwq`'s workqueue on that pool
    _kind("wqp", "depth", "{workqueue} pool={pool} nr_active={nr_active} inactive={inactive} max_active={max_active}",
          workqueue="str", pool="obj", nr_active="int", inactive="int", max_active="int"),
    # an item left its queue or timer without running: cancelled
    _kind("wqp", "cancelled", "{work} {function} {how}", work="obj", function="str", how="str"),
    # the session's shell: command begins and ends (status -1: begins)
    _kind("wqp", "command", "{text} status={status}", text="str", status="int"),
    # a module's life; op: init (its init function is entered: the first is the run's origin), live, failed, exit, gone
    _kind("wqp", "module", "{op} {name} ret={ret}", op="str", name="str", ret="int"),
)  # fmt: skip

KIND_BY_NAME: dict[str, int] = {(k.name if k.system != "wqp" else f"wqp:{k.name}"): i for i, k in enumerate(KINDS)}


class Sink(Protocol):
    """Where a producer puts what happens. All indices are dense and given in order of first appearance."""

    def task(self, pid: int, comm: str, kind: str) -> int:
        """Adds a row to the task table and returns its index: a new task, or one whose comm changed.

        `kind`: idle, kworker, rescuer, kthread, ksoftirqd, session, command, action.
        """
        ...

    def obj(self, kind: str, addr: int, name: str, info: str) -> int:
        """Adds a row to the object table and returns its index.

        `kind`: work, delayed_work, barrier, timer, hrtimer, mutex, spinlock, waitqueue, completion, tasklet, pool,
        workqueue, kthread_work. `name` is what a person calls it (`immediate_work`, `jobs[2]`, `dedicated_fn#1`);
        `info` is more of it: for work the function's name; for a pool `cpu=0 nice=0` or `unbound nice=0` (its `name` is
        the kernel's pool id); for a workqueue words like `unbound ordered max_active=1`; for a timer its
        function's name (of a delayed work's timer, `addr` is 32 past the work's).
        """
        ...

    def event(self, t_ns: int, cpu: int, kind: int, task: int, line: int, args: tuple[int | str, ...]) -> None:
        """Appends an event; `t_ns` never decreases."""
        ...
