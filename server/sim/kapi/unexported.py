"""Functions that 6.12 has and does not export: a module that calls one compiles, and modpost refuses to link it.

Checked against Debian's Module.symvers by tests/module/test_exports.py. The text is what to use instead.
"""

from __future__ import annotations

UNEXPORTED = "not exported: "  # how such a message begins; the front end says what modpost says

FUNCTIONS = (
    ("int schedule_on_each_cpu(work_func_t func)", "use queue_work_on() for each CPU, and flush_work()"),
    ("void workqueue_set_min_active(struct workqueue_struct *wq, int min_active)",
     "use workqueue_set_max_active(), or max_active of alloc_workqueue()"),
    ("struct workqueue_attrs *alloc_workqueue_attrs(void)", "use WQ_SYSFS and the files of the workqueue"),
    ("void free_workqueue_attrs(struct workqueue_attrs *attrs)", "use WQ_SYSFS and the files of the workqueue"),
    ("int apply_workqueue_attrs(struct workqueue_struct *wq, const struct workqueue_attrs *attrs)",
     "use WQ_SYSFS and the files of the workqueue"),
    ("void show_all_workqueues(void)", "use `echo t > /proc/sysrq-trigger` in the session"),
    ("bool irq_work_queue_on(struct irq_work *work, int cpu)", "use irq_work_queue(), or smp_call_function_single()"),
    ("int wake_up_state(struct task_struct *tsk, unsigned int state)", "use wake_up_process()"),
    ("void schedule_preempt_disabled(void)", "use schedule() with preemption on"),
    ("struct task_struct *find_task_by_vpid(pid_t nr)", "use pid_task(find_vpid(nr), PIDTYPE_PID)"),
    ("long sched_setaffinity(pid_t pid, const struct cpumask *mask)", "use set_cpus_allowed_ptr()"),
    ("ssize_t vfs_read(struct file *file, char *buf, size_t count, loff_t *pos)", "use kernel_read()"),
    ("ssize_t vfs_write(struct file *file, const char *buf, size_t count, loff_t *pos)", "use kernel_write()"),
    ("void do_exit(long code)", "it is not since 5.17: return from the thread's function, or use kthread_exit()"),
    ("int sched_setscheduler(struct task_struct *p, int policy, const struct sched_param *param)",
     "it is not since 5.9: use sched_set_fifo(), sched_set_fifo_low() or sched_set_normal()"),
    ("void raise_softirq(unsigned int nr)", "use a tasklet, or a workqueue with WQ_BH"),
    ("void open_softirq(int nr, void (*action)(void))", "use a tasklet, or a workqueue with WQ_BH"),
    ("void print_worker_info(const char *log_lvl, struct task_struct *task)", "use dump_stack()"),
    ("void __set_task_comm(struct task_struct *tsk, const char *from, bool exec)", "name the thread when you make it"),
    ("void machine_restart(char *cmd)", "use kernel_restart()"),
    ("void kthread_bind_mask(struct task_struct *k, const struct cpumask *mask)", "use kthread_bind()"),
    ("struct module *find_module(const char *name)", "use try_module_get() of a module that is known"),
    ("int set_memory_rw(unsigned long addr, int numpages)", "memory of the kernel's code stays as it is"),
    ("int set_memory_ro(unsigned long addr, int numpages)", "memory of the kernel's code stays as it is"),
    ("unsigned long kallsyms_lookup_name(const char *name)", "it is not since 5.7: use exported functions only"),
)  # fmt: skip

HEADER = "".join(
    f'{prototype} __attribute__((unavailable("{UNEXPORTED}{instead}")));\n' for prototype, instead in FUNCTIONS
)
