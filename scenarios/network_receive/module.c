// SPDX-License-Identifier: GPL-2.0
/* Network receive: the interrupt takes no packet, it lets a poll function in softirq context empty the ring. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/interrupt.h>
#include <linux/spinlock.h>
#include <linux/ktime.h>
#include <linux/delay.h>

#define NIC_IRQ		19
#define RING		64
#define BURST		10	/* packets that have arrived when the interrupt comes */
#define BUDGET		4	/* packets that one poll may take */

static bool in_process;
module_param(in_process, bool, 0444);
MODULE_PARM_DESC(in_process, "poll in a worker of system_wq, not in softirq context");

struct packet {
	ktime_t arrived;
	int id;
};

static struct packet ring[RING];
static unsigned int head, tail;
static int polls, delivered;
static bool irq_masked;
static DEFINE_SPINLOCK(ring_lock);

static struct workqueue_struct *poll_queue;
static struct workqueue_struct *stack_queue;

/* The protocol stack: may sleep, is in nobody's way. */
static void stack_fn(struct work_struct *work)
{
	usleep_range(200, 300);
	pr_info("stack: %d packets so far\n", delivered);
}
static DECLARE_WORK(stack_work, stack_fn);

static void poll_fn(struct work_struct *work)
{
	unsigned long flags;
	int done = 0;
	bool more;

	polls++;
	spin_lock_irqsave(&ring_lock, flags);
	while (head != tail && done < BUDGET) {
		struct packet *packet = &ring[head++ % RING];

		pr_info("poll %d: packet %d after %lld us\n", polls, packet->id, ktime_us_delta(ktime_get(), packet->arrived));
		done++;
	}
	delivered += done;
	more = head != tail;
	if (!more)
		irq_masked = false;	/* as napi_complete_done() does */
	spin_unlock_irqrestore(&ring_lock, flags);

	queue_work(stack_queue, &stack_work);
	if (more)
		queue_work(poll_queue, work);	/* the budget is used up: others first */
}
static DECLARE_WORK(poll_work, poll_fn);

static irqreturn_t nic_interrupt(int irq, void *dev)
{
	int i;

	spin_lock(&ring_lock);
	for (i = 0; i < BURST && tail - head < RING; i++) {
		ring[tail % RING].id = tail;
		ring[tail++ % RING].arrived = ktime_get();
	}
	if (!irq_masked) {
		irq_masked = true;	/* further packets are seen by the poll */
		queue_work(poll_queue, &poll_work);
	}
	spin_unlock(&ring_lock);

	return IRQ_HANDLED;
}

static int __init network_receive_init(void)
{
	int err;

	poll_queue = in_process ? system_wq : system_bh_wq;
	stack_queue = alloc_workqueue("stack", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!stack_queue)
		return -ENOMEM;
	err = request_irq(NIC_IRQ, nic_interrupt, 0, "nic", NULL);
	if (err)
		destroy_workqueue(stack_queue);

	return err;
}

static void __exit network_receive_exit(void)
{
	free_irq(NIC_IRQ, NULL);
	cancel_work_sync(&poll_work);
	destroy_workqueue(stack_queue);
	pr_info("%d packets in %d polls\n", delivered, polls);
}

module_init(network_receive_init);
module_exit(network_receive_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Packets from interrupt to softirq to a worker");
