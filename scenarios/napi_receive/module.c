// SPDX-License-Identifier: GPL-2.0
/* A network device: its interrupt schedules NAPI, the poll takes packets in softirq context, a worker has the rest. */
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/etherdevice.h>
#include <linux/interrupt.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/delay.h>

#define NIC_IRQ		19
#define BURST		10	/* packets that have arrived when the interrupt comes */

static int weight = 4;
module_param(weight, int, 0444);
MODULE_PARM_DESC(weight, "packets that one poll may take");

struct nic {
	struct napi_struct napi;
	struct net_device *dev;
	spinlock_t lock;	/* the ring */
	int arrived;
	int polls;
};

static struct net_device *nic_dev;
static struct sk_buff_head inbox;
static struct workqueue_struct *stack_queue;

/* Stands for what may sleep: it gets whole batches of packets. */
static void stack_fn(struct work_struct *work)
{
	struct sk_buff *skb;
	int packets = 0;

	usleep_range(200, 300);
	while ((skb = skb_dequeue(&inbox)) != NULL) {
		packets++;
		consume_skb(skb);
	}
	if (packets)
		pr_info("stack: %d packets\n", packets);
}
static DECLARE_WORK(stack_work, stack_fn);

/* Softirq context: the kernel hands us every packet of our type, from whichever device. */
static int receive(struct sk_buff *skb, struct net_device *dev, struct packet_type *type, struct net_device *from)
{
	skb_queue_tail(&inbox, skb);
	queue_work(stack_queue, &stack_work);

	return NET_RX_SUCCESS;
}

static struct packet_type our_type = {
	.type = cpu_to_be16(ETH_P_802_EX1),
	.func = receive,
};

static struct sk_buff *take_from_ring(struct nic *nic)
{
	struct sk_buff *skb = NULL;
	unsigned long flags;
	struct ethhdr *eth;
	bool any;

	spin_lock_irqsave(&nic->lock, flags);
	any = nic->arrived > 0;
	if (any)
		nic->arrived--;
	spin_unlock_irqrestore(&nic->lock, flags);
	if (any)
		skb = napi_alloc_skb(&nic->napi, ETH_ZLEN);
	if (!skb)
		return NULL;

	eth = skb_put_zero(skb, ETH_ZLEN);
	ether_addr_copy(eth->h_dest, nic->dev->dev_addr);
	eth->h_proto = cpu_to_be16(ETH_P_802_EX1);
	skb->protocol = eth_type_trans(skb, nic->dev);

	return skb;
}

static int nic_poll(struct napi_struct *napi, int budget)
{
	struct nic *nic = container_of(napi, struct nic, napi);
	struct sk_buff *skb;
	int done = 0;

	nic->polls++;
	while (done < budget && (skb = take_from_ring(nic)) != NULL) {
		nic->dev->stats.rx_packets++;
		nic->dev->stats.rx_bytes += skb->len;
		netif_receive_skb(skb);
		done++;
	}
	pr_info("poll %d: %d packets\n", nic->polls, done);
	if (done < budget)
		napi_complete_done(napi, done);	/* here a driver lets the interrupt come again */

	return done;
}

static irqreturn_t nic_interrupt(int irq, void *data)
{
	struct nic *nic = data;

	spin_lock(&nic->lock);
	nic->arrived += BURST;
	spin_unlock(&nic->lock);
	napi_schedule(&nic->napi);

	return IRQ_HANDLED;
}

static int nic_open(struct net_device *dev)
{
	struct nic *nic = netdev_priv(dev);
	int err = request_irq(NIC_IRQ, nic_interrupt, 0, dev->name, nic);

	if (err)
		return err;
	napi_enable(&nic->napi);
	netif_start_queue(dev);

	return 0;
}

static int nic_stop(struct net_device *dev)
{
	struct nic *nic = netdev_priv(dev);

	netif_stop_queue(dev);
	free_irq(NIC_IRQ, nic);
	napi_disable(&nic->napi);

	return 0;
}

static netdev_tx_t nic_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev->stats.tx_packets++;
	dev_consume_skb_any(skb);	/* no wire: sent and gone */

	return NETDEV_TX_OK;
}

static const struct net_device_ops nic_ops = {
	.ndo_open = nic_open,
	.ndo_stop = nic_stop,
	.ndo_start_xmit = nic_xmit,
	.ndo_validate_addr = eth_validate_addr,
};

static int __init napi_receive_init(void)
{
	struct nic *nic;
	int err = -ENOMEM;

	skb_queue_head_init(&inbox);
	stack_queue = alloc_workqueue("stack", WQ_MEM_RECLAIM, 0);
	if (!stack_queue)
		return -ENOMEM;

	nic_dev = alloc_netdev(sizeof(*nic), "wqnic%d", NET_NAME_ENUM, ether_setup);
	if (!nic_dev)
		goto out_queue;
	nic = netdev_priv(nic_dev);
	nic->dev = nic_dev;
	spin_lock_init(&nic->lock);
	nic_dev->netdev_ops = &nic_ops;
	eth_hw_addr_random(nic_dev);
	netif_napi_add_weight(nic_dev, &nic->napi, nic_poll, weight);

	err = register_netdev(nic_dev);
	if (err)
		goto out_device;
	dev_add_pack(&our_type);

	return 0;

out_device:
	free_netdev(nic_dev);
out_queue:
	destroy_workqueue(stack_queue);
	return err;
}

static void __exit napi_receive_exit(void)
{
	pr_info("%lu packets received\n", nic_dev->stats.rx_packets);
	unregister_netdev(nic_dev);
	dev_remove_pack(&our_type);	/* nobody queues work any more */
	destroy_workqueue(stack_queue);
	skb_queue_purge(&inbox);
	free_netdev(nic_dev);
}

module_init(napi_receive_init);
module_exit(napi_receive_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A network device with NAPI");
