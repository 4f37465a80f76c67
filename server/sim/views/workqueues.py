"""What user space sees of cmwq: sysfs files, the workqueue module's parameters, and the tables of tools/workqueue.

Files read and write `k.wq` (the subsystem's objects); nothing here decides anything.
"""

from __future__ import annotations

import re

from server.sim.machine import Task
from server.sim.views.masks import parse, to_hex
from server.sim.views.protocol import Blocking, Kernel
from server.sim.workqueue import create
from server.sim.workqueue.pool import WorkerPool
from server.sim.workqueue.pwq import WQ_BH, WQ_MEM_RECLAIM, PoolWorkqueue, Wq
from server.sim.workqueue.unbound import install_pwqs, update_node_max_active

EINVAL = 22
NUMBER = re.compile(r"[+-]?\d{1,9}", re.ASCII)  # sscanf("%d"): what follows does not matter
READ_ONLY = ("per_cpu", "power", "subsystem")
# What else is in /sys/devices/virtual/workqueue of the recorded machine: other subsystems' workqueues, and `power`.
OTHERS = ("blkcg_punt_bio", "nvme-auth-wq", "nvme-delete-wq", "nvme-reset-wq", "nvme-wq", "power", "writeback")
SCOPES = ("cpu", "smt", "cache", "numa", "system")


# ---- /sys/devices/virtual/workqueue/NAME ----------------------------------------------------------------------------


def exported(k: Kernel) -> dict[str, Wq]:
    """Workqueues with a directory in sysfs, by name."""
    return {wq.name: wq for wq in k.wq.sysfs}


def names(wq: Wq) -> list[str]:
    """Files in a workqueue's directory."""
    return (
        [
            "affinity_scope",
            "affinity_strict",
            "cpumask",
            "max_active",
            "nice",
            "per_cpu",
            "power",
            "subsystem",
            "uevent",
        ]
        if wq.unbound
        else ["max_active", "per_cpu", "power", "subsystem", "uevent"]
    )


def read(k: Kernel, wq: Wq, file: str) -> str:
    """One file of a workqueue's directory."""
    scope = f"default ({k.wq.default_scope})" if wq.scope == "default" else wq.scope
    values: dict[str, str] = {
        "power": "",
        "subsystem": "",
        "uevent": "",
        "per_cpu": str(int(not wq.unbound)),
        "max_active": str(wq.saved_max),
        "nice": str(wq.nice),
        "cpumask": to_hex(wq.cpumask, len(k.cpus)),
        "affinity_scope": scope,
        "affinity_strict": str(int(wq.strict)),
    }
    return values[file] + "\n"


def write(k: Kernel, wq: Wq, file: str, text: str) -> Blocking:
    """Writes one: 0 or -errno. The pools of a workqueue are chosen anew where its attributes change."""
    match = NUMBER.match(text.lstrip())
    number = None if match is None else int(match[0])
    if file == "max_active":
        if number is None or number <= 0:
            return -EINVAL
        create.set_max_active(k.wq, wq, number)
        return 0
    if file == "cpumask":
        cpus = parse(text, len(k.cpus))
        if isinstance(cpus, int):
            return cpus
        wq.cpumask = cpus & k.wq.possible  # one without a CPU of the machine counts as all
    elif file == "affinity_scope":
        scope = next((s for s in (*SCOPES, "default") if text.lower().startswith(s)), None)
        if scope is None:
            return -EINVAL
        wq.scope = scope
    elif file == "affinity_strict" and number is not None:
        wq.strict = number != 0
    elif file == "nice" and number is not None and -20 <= number <= 19:
        wq.nice = number
    else:
        return -EINVAL
    return (yield from apply_attributes(k, wq))


def apply_attributes(k: Kernel, wq: Wq) -> Blocking:
    """apply_workqueue_attrs: new pwqs on the pools that fit; may sleep, for a new pool needs its first worker."""
    install_pwqs(k.wq, wq)
    update_node_max_active(k.wq, wq)
    yield from k.wq.start_pools()
    return 0


def global_mask(k: Kernel, file: str) -> str:
    """cpumask, cpumask_requested, cpumask_isolated."""
    cpus = frozenset() if file == "cpumask_isolated" else k.wq.unbound_cpumask
    return to_hex(cpus, len(k.cpus)) + "\n"


def set_global_mask(k: Kernel, text: str) -> Blocking:
    """Writes the mask of all unbound workqueues."""
    cpus = parse(text, len(k.cpus))
    if isinstance(cpus, int):
        return cpus
    if not cpus & k.wq.possible:
        return -EINVAL
    k.wq.unbound_cpumask = cpus & k.wq.possible
    for wq in list(k.wq.all):
        if wq.unbound:
            yield from apply_attributes(k, wq)
    return 0


# ---- /sys/module/workqueue/parameters -------------------------------------------------------------------------------


def parameters(k: Kernel) -> list[str]:
    """The parameters that this configuration has."""
    found = ["cpu_intensive_thresh_us", "debug_force_rr_cpu", "default_affinity_scope", "power_efficient"]
    if k.profile.wq_watchdog_s:
        found += ["panic_on_stall", "watchdog_thresh"]
    if k.profile.hog_report:
        found.append("cpu_intensive_warning_thresh")
    return sorted(found)


def parameter(k: Kernel, name: str) -> str:
    """The value of one."""
    values: dict[str, str] = {
        "power": "",
        "subsystem": "",
        "uevent": "",
        "cpu_intensive_thresh_us": str(k.wq.cpu_intensive_thresh_ns // 1000),
        "cpu_intensive_warning_thresh": "4",
        "debug_force_rr_cpu": "NY"[k.wq.force_rr],
        "default_affinity_scope": k.wq.default_scope,
        "power_efficient": "NY"[k.wq.power_efficient],
        "panic_on_stall": "0",
        "watchdog_thresh": str(k.profile.wq_watchdog_s),
    }
    return values[name] + "\n"


def set_parameter(k: Kernel, name: str, text: str) -> int:
    """Writes one; power_efficient is read-only after boot."""
    value = text.strip()
    if name == "cpu_intensive_thresh_us":
        if not value.isdigit() or len(value) > 12:
            return -EINVAL
        k.wq.cpu_intensive_thresh_ns = int(value) * 1000
    elif name == "debug_force_rr_cpu":
        if value[:1] not in ("0", "1", "y", "n", "Y", "N") or not value:
            return -EINVAL
        k.wq.force_rr = value[0] in "1yY"
    elif name == "default_affinity_scope":
        if value not in SCOPES:
            return -EINVAL
        k.wq.default_scope = value
    else:
        return -EINVAL
    return 0


# ---- tools/workqueue/wq_monitor.py ----------------------------------------------------------------------------------


def monitor_header() -> str:
    """The heading of wq_monitor.py's table."""
    return (
        f"{'':>24} {'total':>8} {'infl':>5} {'CPUtime':>8} {'CPUitsv':>7} {'CMW/RPR':>7} {'mayday':>7} {'rescued':>7}\n"
    )


def monitor_row(wq: Wq) -> dict[str, int | str]:
    """The figures of one workqueue, sums over its pwqs."""
    total = {key: sum(pwq.stats[key] for pwq in wq.pwqs) for key in _stat_names(wq)}
    started = total.get("started", 0)
    row: dict[str, int | str] = {
        "name": wq.name,
        "started": started,
        "infl": max(started - total.get("completed", 0), 0),
    }
    row["tenths"] = total.get("cpu_time", 0) // 100_000_000
    row["itsv"] = "-" if wq.unbound else total.get("cpu_intensive", 0)
    row["cm"] = total.get("repatriated" if wq.unbound else "cm_wakeup", 0)
    has_rescuer = wq.rescuer is not None
    row["mayday"] = total.get("mayday", 0) if has_rescuer else "-"
    row["rescued"] = total.get("rescued", 0) if has_rescuer else "-"
    return row


def _stat_names(wq: Wq) -> list[str]:
    return list(wq.pwqs[0].stats) if wq.pwqs else []


def monitor(k: Kernel, patterns: list[str]) -> str:
    """One interval of wq_monitor.py: all workqueues, or those whose names a pattern starts."""
    out = "\n" + monitor_header()
    for wq in k.wq.all:
        if patterns and not any(pattern in wq.name for pattern in patterns):
            continue
        row = monitor_row(wq)
        tenths = int(row["tenths"])
        out += (
            f"{str(row['name'])[-24:]:>24} {row['started']:8} {row['infl']:5} {f'{tenths // 10}.{tenths % 10}':>8} "
            f"{row['itsv']:>7} {row['cm']:>7} {row['mayday']:>7} {row['rescued']:>7}\n"
        )
    return out


# ---- tools/workqueue/wq_dump.py -------------------------------------------------------------------------------------


def dump(k: Kernel) -> str:
    """wq_dump.py: affinity scopes, pools, which pool serves which workqueue, rescuers, node limits."""
    return _scopes(k) + _pools(k) + _table(k) + _rescuers(k) + _nodes(k)


def _scopes(k: Kernel) -> str:
    cpus = len(k.cpus)
    out = f"Affinity Scopes\n===============\nwq_unbound_cpumask={to_hex(k.wq.unbound_cpumask, cpus)}\n"
    for scope in SCOPES:
        pods = k.topology.pods(scope)
        default = " (default)" if scope == k.wq.default_scope else ""
        masks = " ".join(f"[{i}]={to_hex(pod, cpus)}" for i, pod in enumerate(pods))
        nodes = " ".join(
            f"[{i}]={k.topology.node_of(min(pod)) if scope != 'system' else -1}" for i, pod in enumerate(pods)
        )
        of_cpu = " ".join(f"[{cpu.id}]={next(i for i, pod in enumerate(pods) if cpu.id in pod)}" for cpu in k.cpus)
        out += f"\n{scope.upper()}{default}\n  nr_pods  {len(pods)}\n  pod_cpus {masks}\n"
        out += f"  pod_node {nodes}\n  cpu_pod  {of_cpu}\n"
    return out


def _pools(k: Kernel) -> str:
    out = "\nWorker Pools\n============\n"
    pools: list[WorkerPool] = [pool for pool in k.wq.pools if pool is not None]
    width = max((len(str(pool.id)) for pool in pools), default=1)
    cpu_width = len(str(len(k.cpus) - 1))
    for pool in pools:
        head = (
            f"pool[{pool.id:0{width}d}] flags=0x{pool.flags:02x} ref={pool.refs:<3d} nice={pool.nice:3d} "
            f"idle/workers={len(pool.idle):3d}/{len(pool.workers):3d} "
        )
        if pool.cpu >= 0:
            out += head + f"cpu={pool.cpu:{cpu_width + 1}d}{' bh' if pool.is_bh else ''}\n"
        else:
            masks = f"cpus={to_hex(pool.cpumask, len(k.cpus))} pod_cpus={to_hex(pool.pod, len(k.cpus))}"
            out += head + masks + (" strict" if pool.strict else "") + "\n"
    return out


def kind(wq: Wq) -> str:
    """The type column of wq_dump.py."""
    if wq.flags & WQ_BH:
        return "bh"
    if wq.ordered:
        return "ordered"
    return ("unbound,S" if wq.strict else "unbound") if wq.unbound else "percpu"


def _pool_of(pwq: PoolWorkqueue | None) -> str:
    return str(pwq.pool.id) if pwq is not None else "-"


def _table(k: Kernel) -> str:
    columns = "".join(f"{f'CPU{cpu.id}':>5}" for cpu in k.cpus)
    out = f"\nWorkqueue CPU -> pool\n=====================\n[{'workqueue':^24}\\{'type':^10}{columns}{'dfl':>5}]\n"
    for wq in k.wq.all:
        cells = "".join(f"{_pool_of(wq.cpu_pwq.get(cpu.id, wq.dfl_pwq)):>5}" for cpu in k.cpus)
        default = _pool_of(wq.dfl_pwq) if wq.unbound else ""
        out += f"{wq.name[-24:]:>24} {kind(wq):<10}{cells}{default:>5}\n"
    return out


def _rescuers(k: Kernel) -> str:
    out = "\nWorkqueue -> rescuer\n====================\n"
    out += f"[{'workqueue':^24}\\{'unbound_cpus':^16}{'pid':>7} {'rescuer_cpus':<16}]\n"
    for wq in k.wq.all:
        if not wq.flags & WQ_MEM_RECLAIM or wq.rescuer is None:
            continue
        task: Task | None = wq.rescuer.task
        mask = to_hex(wq.cpumask if wq.unbound else k.wq.possible, len(k.cpus))
        allowed = task.allowed if task is not None and task.allowed is not None else k.wq.possible
        pid = task.pid if task else 0
        out += f"{wq.name[-24:]:>24} {mask if wq.unbound else '':<16}{pid:>7} {to_hex(allowed, len(k.cpus)):<16}\n"
    return out


def _nodes(k: Kernel) -> str:
    nodes = range(len(k.topology.nodes))
    columns = "".join(f"{f'NODE {n}':>8}" for n in nodes)
    out = "\nUnbound workqueue -> node_nr/max_active\n=======================================\n"
    out += f"[{'workqueue':^24} min max{columns}{'dfl':>8}]\n"
    for wq in k.wq.all:
        if not wq.unbound:
            continue
        cells = "".join(f"{f'{wq.nodes[n].nr}/{wq.nodes[n].max}' if n in wq.nodes else '-':>8}" for n in (*nodes, -1))
        out += f"{wq.name[-24:]:>24} {wq.min_active:3d} {wq.max_active:3d}{cells}\n"
    return out
