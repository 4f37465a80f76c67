#include <linux/module.h>
#include <linux/config.h> // error: 10 [removed] "removed in 2.6.19"
#include <asm/unaligned.h> // error: 10 [removed] "removed in 6.12" => "<linux/unaligned.h>"
#include <linux/timer.h>
#include <linux/fs.h>
#include <linux/device.h>
#include <linux/interrupt.h>

static struct timer_list t;
static struct class *c;
static struct work_struct w;
static void old(unsigned long data) { }
struct timed { struct timer_list timer; };
static void tick(struct timer_list *t) { struct timed *x = timer_container_of(x, t, timer); (void)x; } // error: 60 [removed] "came in 6.16: use from_timer(x, t, timer)"
static void __maybe_unused (*used)(struct timer_list *t) = tick;
static void fn(struct work_struct *work) { }
static long ioctl(struct inode *i, struct file *f, unsigned int c, unsigned long a) { return 0; }
static struct file_operations fops = { .ioctl = ioctl }; // error: 41 [removed] "2.6.36" ;; [incompatible-function-pointer-types]
DECLARE_TASKLET(tl, old, 0); // error: 1 [removed] "changed in 5.9"

static int __init start(void)
{
	int n;
	struct timeval tv; // error: 17 [removed] "removed in 5.6"
	init_timer(&t); // error: 2 [removed] "removed in 4.15: use timer_setup"
	setup_timer(&t, old, 0); // error: 2 [removed] "removed in 4.15"
	c = class_create(THIS_MODULE, "x"); // error: 6 [removed] "changed in 6.4: use class_create(name)"
	INIT_WORK(&w, fn, NULL); // error: 2 [removed] "2.6.20"
	PREPARE_WORK(&w, fn); // error: 2 [removed] "3.15"
	strlcpy(NULL, NULL, 0); // error: 2 [removed] "6.8: use strscpy()"
	current->state = TASK_RUNNING; // error: 11 [removed] "renamed in 5.14"
	complete_and_exit(NULL, 0); // error: 2 [removed] "5.17"
	get_online_cpus(); // error: 2 [removed] "5.15"
	kallsyms_lookup_name("x"); // error: 2 [undefined] "[planted.ko] undefined!"
	interruptible_sleep_on(NULL); // error: 2 [removed] "3.15"
	schedule_on_each_cpu(fn); // error: 2 [undefined] "modpost: "
	wait_queue_t entry; // error: 2 [removed] "removed in 4.13: use wait_queue_entry_t"
	n = FIELD_SIZEOF(struct work_struct, data); // error: 6 [removed] "removed in 5.6: use sizeof_field"
	kthread_run_worker(0, "w"); // error: 2 [removed] "came in 6.14: use kthread_create_worker()"
	cpu_relax_lowlatency(); // error: 2 [removed] "removed in 4.10: use cpu_relax"
	inb(0x60); // error: 2 [removed] "no such hardware in the simulator"
	return request_irq(1, NULL, SA_SHIRQ, "x", NULL); // error: 30 [removed] "removed in 2.6.24: use IRQF_SHARED"
}
module_init(start);
MODULE_LICENSE("GPL");
