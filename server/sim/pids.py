"""The pids of the threads that a booted machine has, as in the recorded boots of 1, 2 and 4 CPUs.

A machine of more CPUs has six threads more for each (cpuhp, idle_inject, migration, ksoftirqd, two kworkers); what is
started later moves up by as many. Threads that the simulator does not have leave their pids unused.
"""

from __future__ import annotations

FIRST_OTHER = 50  # boot threads that are not named here
FIRST_SESSION = 150


def boot_pids(cpus: int) -> dict[str, int]:
    """Pids by comm."""
    unbound = 4 * cpus
    pids = {"kworker/0:0": 9, "kworker/0:1": 10, "kworker/0:0H": 11, f"kworker/u{unbound}:0": 12}
    pids |= {"ksoftirqd/0": 17, "rcu_preempt": 18}
    for cpu in range(1, cpus):
        pids |= {f"ksoftirqd/{cpu}": 21 + 6 * cpu, f"kworker/{cpu}:0": 22 + 6 * cpu, f"kworker/{cpu}:0H": 23 + 6 * cpu}
    later = 18 + 6 * cpus
    pids |= {f"kworker/u{unbound}:1": later + 1, f"kworker/u{unbound}:2": later + 6}
    for cpu in range(1, cpus):
        pids |= {f"kworker/{cpu}:1": later + 13 + 2 * cpu, f"kworker/{cpu}:1H": later + 16 + 2 * cpu}
    return pids
