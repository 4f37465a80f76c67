"""<linux/sched.h>, <linux/sched/signal.h>, <linux/sched/task.h>, <linux/preempt.h>, <linux/pid.h>, <linux/cred.h>: tasks."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel
from server.sim.kapi.tasks import STATE_LETTERS, current_struct, publish, task_of

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
#define TASK_RUNNING 0x00000000
#define TASK_INTERRUPTIBLE 0x00000001
#define TASK_UNINTERRUPTIBLE 0x00000002
#define __TASK_STOPPED 0x00000004
#define __TASK_TRACED 0x00000008
#define TASK_PARKED 0x00000040
#define TASK_DEAD 0x00000080
#define TASK_WAKEKILL 0x00000100
#define TASK_NOLOAD 0x00000400
#define TASK_FREEZABLE 0x00002000
#define TASK_KILLABLE (TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_IDLE (TASK_UNINTERRUPTIBLE | TASK_NOLOAD)
#define TASK_NORMAL (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)
#define MAX_SCHEDULE_TIMEOUT LONG_MAX
#define MAX_NICE 19
#define MIN_NICE -20
#define DEFAULT_PRIO 120
#define MAX_RT_PRIO 100
#define MAX_USER_RT_PRIO __wq_MAX_USER_RT_PRIO_was_removed_in_5_13_use_MAX_RT_PRIO
#define SCHED_NORMAL 0
#define SCHED_FIFO 1
#define SCHED_RR 2
#define SCHED_BATCH 3
#define SCHED_IDLE 5
#define PF_EXITING 0x00000004
#define PF_WQ_WORKER 0x00000020
#define PF_NOFREEZE 0x00008000
#define PF_KTHREAD 0x00200000
#define PF_NO_SETAFFINITY 0x04000000
#define SIGHUP 1
#define SIGINT 2
#define SIGQUIT 3
#define SIGKILL 9
#define SIGUSR1 10
#define SIGSEGV 11
#define SIGUSR2 12
#define SIGALRM 14
#define SIGTERM 15
#define SIGCHLD 17
#define SIGCONT 18
#define SIGSTOP 19
#define SIGIO 29
#define _NSIG 64
#define _NSIG_WORDS 1
typedef struct { unsigned long sig[1]; } sigset_t;
struct sigpending { struct list_head list; sigset_t signal; };
struct sched_param { int sched_priority; };
struct sched_entity { u64 exec_start, sum_exec_runtime, vruntime; };
struct cred { kuid_t uid; kgid_t gid; kuid_t euid; kgid_t egid; };
struct nsproxy;
struct mm_struct;
struct files_struct;
struct pid { int nr; struct task_struct *task; };
struct signal_struct { int nr_threads; };
struct task_struct {
	unsigned int __state;
	void *stack;
	unsigned int flags;
	int on_cpu;
	int cpu;
	int wake_cpu;
	int on_rq, prio, static_prio, normal_prio;
	unsigned int rt_priority, policy;
	struct sched_entity se;
	struct list_head tasks;
	struct mm_struct *mm, *active_mm;
	int exit_state, exit_code;
	pid_t pid, tgid;
	struct task_struct *real_parent, *parent;
	struct list_head children, sibling;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	u64 utime, stime;
	unsigned long nvcsw, nivcsw;
	u64 start_time;
	const struct cred *real_cred, *cred;
	char comm[TASK_COMM_LEN];
	struct signal_struct *signal;
	struct files_struct *files;
	struct nsproxy *nsproxy;
	int nr_cpus_allowed, recent_used_cpu;
	sigset_t blocked, real_blocked;
	struct sigpending pending;
	long state __attribute__((unavailable("task->state was renamed in 5.14: use set_current_state(), task_is_running(), or READ_ONCE(task->__state)")));
};
#define init_task (*__wq_init_task())
#define current get_current()
#define cpu_relax() __wq_cpu_relax()
#define cpu_relax_lowlatency() __wq_cpu_relax_lowlatency_was_removed_in_4_10_use_cpu_relax
#define set_current_state(state) __wq_set_current_state(state)
#define __set_current_state(state) __wq_set_current_state(state)
#define get_current_state() READ_ONCE(current->__state)
#define set_task_state(tsk, state) _Static_assert(0, "set_task_state() was removed in 4.11: use set_current_state()")
#define task_is_running(task) (READ_ONCE((task)->__state) == TASK_RUNNING)
#define cond_resched() _cond_resched()
#define cond_resched_lock(lock) ({ _cond_resched(); })
#define might_sleep() __wq_might_sleep()
#define might_sleep_if(cond) do { if (cond) might_sleep(); } while (0)
#define might_resched() _cond_resched()
#define non_block_start() do { } while (0)
#define non_block_end() do { } while (0)
#define PREEMPT_MASK 0x000000ffUL
#define SOFTIRQ_MASK 0x0000ff00UL
#define HARDIRQ_MASK 0x000f0000UL
#define NMI_MASK 0x00f00000UL
#define SOFTIRQ_OFFSET 0x100UL
#define HARDIRQ_OFFSET 0x10000UL
#define hardirq_count() (preempt_count() & HARDIRQ_MASK)
#define softirq_count() (preempt_count() & SOFTIRQ_MASK)
#define irq_count() (preempt_count() & (HARDIRQ_MASK | SOFTIRQ_MASK | NMI_MASK))
#define in_irq() (hardirq_count())
#define in_hardirq() (hardirq_count())
#define in_softirq() (softirq_count())
#define in_interrupt() (irq_count())
#define in_serving_softirq() (softirq_count() & SOFTIRQ_OFFSET)
#define in_nmi() (preempt_count() & NMI_MASK)
#define in_task() (!(preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET)))
#define in_atomic() (preempt_count() != 0)
#define in_atomic_preempt_off() (preempt_count() != 1)
#define preemptible() (preempt_count() == 0 && !irqs_disabled())
#define preempt_enable_no_resched() preempt_enable()
#define for_each_process(p) for (p = &init_task; (p = next_task(p)) != &init_task; )
#define for_each_thread(p, t) for (t = p; t; t = NULL)
#define for_each_process_thread(p, t) for_each_process(p) for_each_thread(p, t)
#define get_nr_threads(p) ((void)(p), 1)
#define task_lock(p) do { (void)(p); } while (0)
#define task_unlock(p) do { (void)(p); } while (0)
#define do_each_thread(g, t) for (__wq_do_each_thread_was_removed_in_6_6_use_for_each_process_thread; ; ) { do
#define while_each_thread(g, t) while (0); }
#define task_pid_nr(tsk) ((tsk)->pid)
#define task_tgid_nr(tsk) ((tsk)->tgid)
#define task_pid_vnr(tsk) ((tsk)->pid)
#define task_ppid_nr(tsk) ((tsk)->real_parent->pid)
#define task_cpu(p) ((unsigned int)(p)->cpu)
#define task_nice(p) ((p)->static_prio - DEFAULT_PRIO)
#define task_uid(task) ((task)->cred->uid)
#define current_cred() (current->cred)
#define current_uid() (current->cred->uid)
#define current_gid() (current->cred->gid)
#define current_euid() (current->cred->euid)
#define current_user_ns() ((void *)0)
#define init_user_ns (*(struct user_namespace *)0)
#define from_kuid(ns, uid) ((uid).val)
#define from_kgid(ns, gid) ((gid).val)
#define from_kuid_munged(ns, uid) ((uid).val)
#define KUIDT_INIT(v) ((kuid_t){ v })
#define __kuid_val(uid) ((uid).val)
#define __kgid_val(gid) ((gid).val)
#define KGIDT_INIT(v) ((kgid_t){ v })
#define make_kuid(ns, v) ((kuid_t){ v })
#define make_kgid(ns, v) ((kgid_t){ v })
#define uid_eq(a, b) ((a).val == (b).val)
#define CAP_SYS_ADMIN 21
#define CAP_NET_ADMIN 12
#define CAP_DAC_OVERRIDE 1
#define CAP_SYS_RAWIO 17
#define CAP_SYS_MODULE 16
#define capable(cap) ((void)(cap), true)
#define ns_capable(ns, cap) ((void)(cap), true)
#define get_task_comm(buf, tsk) strscpy(buf, (tsk)->comm, sizeof(buf))
#define interruptible_sleep_on(q) _Static_assert(0, "interruptible_sleep_on() was removed in 3.15: use wait_event_interruptible(wq, condition)")
#define sleep_on(q) _Static_assert(0, "sleep_on() was removed in 3.15: use wait_event(wq, condition)")
#define daemonize(name...) _Static_assert(0, "daemonize() was removed in 3.8: use kthread_run()")
#define kernel_thread(fn, arg, flags) _Static_assert(0, "kernel_thread() is not exported since 3.8: use kthread_run(fn, arg, name)")
#define lock_kernel() _Static_assert(0, "lock_kernel() was removed in 2.6.39: use a mutex of your own")
#define unlock_kernel() lock_kernel()
struct user_namespace;
struct kernel_siginfo { int si_signo, si_errno, si_code; int si_int; };
typedef struct kernel_siginfo kernel_siginfo_t;
#define SEND_SIG_NOINFO ((struct kernel_siginfo *)0)
#define SEND_SIG_PRIV ((struct kernel_siginfo *)1)
enum pid_type { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID, PIDTYPE_MAX };
"""

INLINE = r"""
static inline struct task_struct *get_task_struct(struct task_struct *t) { return t; }
static inline void put_task_struct(struct task_struct *t) { }
static inline pid_t pid_nr(struct pid *pid) { return pid ? pid->nr : 0; }
static inline pid_t pid_vnr(struct pid *pid) { return pid_nr(pid); }
static inline struct pid *get_pid(struct pid *pid) { return pid; }
static inline void put_pid(struct pid *pid) { }
static inline struct pid *task_pid(struct task_struct *task) { return task->thread_pid; }
static inline struct pid *find_vpid(int nr) { return find_get_pid(nr); }
static inline struct task_struct *pid_task(struct pid *pid, enum pid_type type) { return pid ? pid->task : NULL; }
static inline struct task_struct *get_pid_task(struct pid *pid, enum pid_type type) { return pid_task(pid, type); }
static inline bool thread_group_leader(struct task_struct *p) { return p->pid == p->tgid; }
static inline int signal_pending_state(unsigned int state, struct task_struct *p)
{ return (state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL)) && signal_pending(p); }
static inline int fatal_signal_pending(struct task_struct *p) { return signal_pending(p); }
static inline long schedule_timeout_interruptible(long timeout) { set_current_state(TASK_INTERRUPTIBLE); return schedule_timeout(timeout); }
static inline long schedule_timeout_uninterruptible(long timeout) { set_current_state(TASK_UNINTERRUPTIBLE); return schedule_timeout(timeout); }
static inline long schedule_timeout_killable(long timeout) { set_current_state(TASK_KILLABLE); return schedule_timeout(timeout); }
static inline long schedule_timeout_idle(long timeout) { set_current_state(TASK_IDLE); return schedule_timeout(timeout); }
static inline int kill_pid(struct pid *pid, int sig, int priv) { return pid ? send_sig(sig, pid->task, priv) : -ESRCH; }
static inline int send_sig_info(int sig, struct kernel_siginfo *info, struct task_struct *p) { return send_sig(sig, p, 0); }
static inline void siginitset(sigset_t *set, unsigned long mask) { set->sig[0] = mask; }
static inline void flush_signals(struct task_struct *t) { __wq_flush_signals(t); }
static inline int try_to_freeze(void) { return 0; }
static inline void set_freezable(void) { }
static inline bool freezing(struct task_struct *p) { return false; }
"""

SIGKILL = 9


@kernel("struct task_struct *get_current(void)")
def get_current(k: Kernel) -> int:
    """The running task."""
    return current_struct(k)


@kernel("struct task_struct *next_task(const struct task_struct *p)")
def next_task(k: Kernel, p: int) -> int:
    """The task after `p` in the list of all processes, the idle task at the end."""
    before = task_of(k, p)
    after = [pid for pid in sorted(k.tasks) if before is None or pid > before.pid]
    return publish(k, k.tasks[after[0]] if after else k.cpus[0].idle)


@kernel("struct task_struct *__wq_init_task(void)")
def init_task_pointer(k: Kernel) -> int:
    """Address of the idle task of CPU 0."""
    return publish(k, k.cpus[0].idle)


@kernel("struct pid *find_get_pid(int nr)")
def find_get_pid(k: Kernel, nr: int) -> int:
    """The `struct pid` of a number, or NULL."""
    task = k.tasks.get(nr)
    return int(k.mem.load(publish(k, task) + 192, 8)) if task else 0


@kernel("void __wq_cpu_relax(void)")
def cpu_relax(k: Kernel) -> Generator[object, None, None]:
    """Pause within a loop that waits by spinning."""
    k.charge("cpu_relax")
    k.clock_read()
    if k.cx.now >= k.cx.horizon:
        yield None


@kernel("void __wq_set_current_state(unsigned int state)")
def set_current_state(k: Kernel, state: int) -> None:
    """Say that the task will sleep at the next schedule(), unless it is woken before."""
    k.charge("call")
    k.sched.set_state(STATE_LETTERS.get(state, "D" if state & 2 else "S" if state & 1 else "R"))
    k.current.fatal = bool(state & 0x100)
    k.mem.store(current_struct(k), 4, state)


@kernel("void schedule(void)", may_sleep=True)
def schedule(k: Kernel) -> Generator[object, None, None]:
    """Give up the CPU: for a moment, or until woken if the state says so."""
    yield from k.sched.schedule()


@kernel("void io_schedule(void)", may_sleep=True)
def io_schedule(k: Kernel) -> Generator[object, None, None]:
    """schedule(), counted as waiting for I/O."""
    yield from k.sched.schedule()


@kernel("long schedule_timeout(long timeout)", may_sleep=True)
def schedule_timeout(k: Kernel, timeout: int) -> Generator[object, None, int]:
    """Sleep until woken or until `timeout` jiffies are over; what is left of them."""
    if timeout == (1 << 63) - 1:
        yield from k.sched.schedule()
        return timeout
    state = k.current.state
    if state == "R":
        yield from k.sched.might_resched()
        return max(timeout, 0)
    return int((yield from k.timers.schedule_timeout(max(timeout, 0), state)))


@kernel("long io_schedule_timeout(long timeout)", may_sleep=True)
def io_schedule_timeout(k: Kernel, timeout: int) -> Generator[object, None, int]:
    """schedule_timeout(), counted as waiting for I/O."""
    return (yield from schedule_timeout(k, timeout))


@kernel("int _cond_resched(void)", may_sleep=True)
def cond_resched(k: Kernel) -> Generator[object, None, int]:
    """Let others run if it is their turn."""
    k.charge("cond_resched")
    yield from k.might_sleep("cond_resched")
    return 0


@kernel("void __wq_might_sleep(void)", may_sleep=True)
def might_sleep(k: Kernel) -> Generator[object, None, None]:
    """A place where the code may sleep: checked, and a preemption point."""
    yield from k.might_sleep("might_sleep")


@kernel("void yield(void)", may_sleep=True)
def yield_(k: Kernel) -> Generator[object, None, None]:
    """Let the other tasks of the CPU run."""
    yield from k.sched.might_resched()


@kernel("int wake_up_process(struct task_struct *tsk)")
def wake_up_process(k: Kernel, tsk: int) -> int:
    """Wake a task: 1 if it slept, 0 if it was running."""
    k.charge("wake_up")
    task = task_of(k, tsk)
    return int(task is not None and k.sched.wake_up(task))


@kernel("int need_resched(void)")
def need_resched(k: Kernel) -> int:
    """Whether another task should run on this CPU."""
    k.charge("call")
    return int(k.cpu.need_resched)


@kernel("int signal_pending(struct task_struct *p)")
def signal_pending(k: Kernel, p: int) -> int:
    """Whether a signal waits for a task."""
    k.charge("call")
    task = task_of(k, p)
    return int(task is not None and (task.pending_signal != 0 or task.killed))


@kernel("void __wq_flush_signals(struct task_struct *p)")
def flush_signals(k: Kernel, p: int) -> None:
    """Forget the signals of a task."""
    task = task_of(k, p)
    if task is not None:
        task.pending_signal = 0


@kernel("int send_sig(int sig, struct task_struct *p, int priv)")
def send_sig(k: Kernel, sig: int, p: int, priv: int) -> int:
    """Send a signal to a task."""
    k.charge("wake_up")
    task = task_of(k, p)
    if task is None:
        return -3
    ignored = task.kind in ("kthread", "kworker", "rescuer", "ksoftirqd", "idle") and not task.signals >> sig & 1
    if sig and not ignored:
        task.pending_signal = sig
        k.sched.wake_up(task, "SD" if sig == SIGKILL and task.fatal else "S")
    return 0


@kernel("void allow_signal(int sig)")
def allow_signal(k: Kernel, sig: int) -> None:
    """Let a signal reach this kernel thread, which ignores all until then."""
    k.current.signals |= 1 << (sig & 63)


@kernel("void disallow_signal(int sig)")
def disallow_signal(k: Kernel, sig: int) -> None:
    """Undo allow_signal()."""
    k.current.signals &= ~(1 << (sig & 63))


@kernel("int preempt_count(void)")
def preempt_count(k: Kernel) -> int:
    """How often preemption, softirqs and interrupts are disabled, in bytes."""
    return int(k.preempt_count())


@kernel("void preempt_disable(void)")
def preempt_disable(k: Kernel) -> None:
    """Keep the task on its CPU and running."""
    k.charge("call")
    k.current.preempt += 1


@kernel("void preempt_enable(void)")
def preempt_enable(k: Kernel) -> Generator[object, None, None]:
    """Undo preempt_disable()."""
    k.charge("call")
    k.current.preempt -= 1
    if k.current.preempt == 0:
        yield from k.sched.might_resched()


@kernel("void set_user_nice(struct task_struct *p, long nice)")
def set_user_nice(k: Kernel, p: int, nice: int) -> None:
    """Set a task's nice value, -20 to 19."""
    task = task_of(k, p)
    if task is not None:
        k.sched.set_nice(task, max(-20, min(nice, 19)))
        publish(k, task)


@kernel("void sched_set_fifo(struct task_struct *p)")
def sched_set_fifo(k: Kernel, p: int) -> None:
    """Make a task a real-time task of medium priority."""
    task = task_of(k, p)
    if task is not None:
        k.sched.set_rt(task, 50)
        publish(k, task)


@kernel("void sched_set_fifo_low(struct task_struct *p)")
def sched_set_fifo_low(k: Kernel, p: int) -> None:
    """Make a task a real-time task of the lowest priority."""
    task = task_of(k, p)
    if task is not None:
        k.sched.set_rt(task, 1)
        publish(k, task)


@kernel("void sched_set_normal(struct task_struct *p, int nice)")
def sched_set_normal(k: Kernel, p: int, nice: int) -> None:
    """Make a task an ordinary one again."""
    task = task_of(k, p)
    if task is not None:
        k.sched.set_rt(task, 0)
        k.sched.set_nice(task, max(-20, min(nice, 19)))
        publish(k, task)
