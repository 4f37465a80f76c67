// SPDX-License-Identifier: GPL-2.0
/*
 * The lab's device: a number written to /proc/wqplay_irq raises that interrupt on the writer's CPU, in hardirq context.
 * Loaded only where a session says `irq N`. Lines that this machine does not have are made, so that a module may request
 * any: a line of ours has no chip behind it.
 */
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irq_work.h>
#include <linux/irqdesc.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>

#define LINES 128

static DEFINE_MUTEX(one_at_a_time);
static DECLARE_COMPLETION(handled);
static unsigned int line;
static int result;

static void pull(struct irq_work *work)
{
	result = generic_handle_irq(line);
	complete(&handled);
}

static DEFINE_IRQ_WORK(raise_line, pull);

static ssize_t raise_write(struct file *file, const char __user *text, size_t size, loff_t *at)
{
	unsigned int number;
	int error = kstrtouint_from_user(text, size, 10, &number);

	if (error)
		return error;
	if (number > 255 || !irq_has_action(number))
		return -ENXIO;
	mutex_lock(&one_at_a_time);
	line = number;
	reinit_completion(&handled);
	irq_work_queue(&raise_line);
	wait_for_completion(&handled);
	error = result;
	mutex_unlock(&one_at_a_time);
	return error ? error : size;
}

static const struct proc_ops operations = { .proc_write = raise_write };

static void make_lines(void)
{
	for (int n = 1; n < LINES; n++) {
		if (irq_alloc_desc_at(n, 0) != n)
			continue; /* the machine has it */
		irq_set_chip_and_handler(n, &dummy_irq_chip, handle_simple_irq);
		irq_clear_status_flags(n, IRQ_NOREQUEST | IRQ_NOPROBE);
	}
}

static int __init wqplay_irq_init(void)
{
	make_lines();
	return proc_create("wqplay_irq", 0200, NULL, &operations) ? 0 : -ENOMEM;
}

/* It stays: what has requested a line may still hold it. */
module_init(wqplay_irq_init);
MODULE_DESCRIPTION("Raises interrupts for the Workqueue Playground's lab");
MODULE_LICENSE("GPL");
/* Else the user's own module would not be the first from outside the tree, of which the kernel speaks. */
MODULE_INFO(intree, "Y");

/* Where struct module keeps what the trace needs; read from this object by the image's builder. */
const unsigned long wqplay_offsets[] __used __section(".wqplay_offsets") = {
	offsetof(struct module, name), offsetof(struct module, mem[MOD_TEXT].base),
};
