#include <linux/module.h>
#include <linux/timer.h>
static int weight = 64;
module_param(weight, int, 0);
static int stuck;
module_param(stuck, int, 0644);
static int again;
module_param(again, int, 0644);
#include <linux/netdevice.h>
#include <linux/etherdevice.h>
#include <linux/interrupt.h>

#define MADE htons(ETH_P_802_EX1)

struct nic { struct napi_struct napi; int arrived, polls, timeouts; };

static struct net_device *nic_dev;
static int got;

static int receive(struct sk_buff *skb, struct net_device *dev, struct packet_type *pt, struct net_device *from)
{
	got++;
	kfree_skb(skb);
	return NET_RX_SUCCESS;
}
static struct packet_type ours = { .type = MADE, .func = receive };

static int tap(struct sk_buff *skb, struct net_device *dev, struct packet_type *pt, struct net_device *from)
{
	pr_info("tap: %u bytes, %#x, softirq %d\n", skb->len, ntohs(skb->protocol), !!in_serving_softirq());
	kfree_skb(skb);
	return 0;
}
static struct packet_type all = { .type = htons(ETH_P_ALL), .func = tap };

static struct sk_buff *packet(__be16 type)
{
	struct sk_buff *skb = netdev_alloc_skb(nic_dev, ETH_ZLEN);

	skb_put_zero(skb, ETH_ZLEN);
	((struct ethhdr *)skb->data)->h_proto = type;
	return skb;
}

static int nic_poll(struct napi_struct *napi, int budget)
{
	struct nic *nic = container_of(napi, struct nic, napi);
	int done = 0;

	nic->polls++;
	for (; nic->arrived && done < budget; nic->arrived--, done++) {
		struct sk_buff *skb = packet(MADE);

		skb->protocol = eth_type_trans(skb, nic_dev);
		napi_gro_receive(napi, skb);
	}
	if (again) {
		again = 0;
		pr_info("asked again: %d\n", napi_schedule(napi));
	}
	if (done < budget)
		pr_info("complete: %d\n", napi_complete_done(napi, done));
	return done;
}

static irqreturn_t nic_interrupt(int irq, void *data)
{
	struct nic *nic = data;

	nic->arrived += 10;
	pr_info("scheduled: %d\n", napi_schedule(&nic->napi));
	return IRQ_HANDLED;
}

static int nic_open(struct net_device *dev)
{
	struct nic *nic = netdev_priv(dev);

	napi_enable(&nic->napi);
	netif_start_queue(dev);
	netdev_info(nic_dev, "open\n");
	return request_irq(19, nic_interrupt, 0, "nic", nic);
}

static int nic_stop(struct net_device *dev)
{
	struct nic *nic = netdev_priv(dev);

	netif_stop_queue(dev);
	free_irq(19, nic);
	napi_disable(&nic->napi);
	netdev_info(dev, "stop: %d polls, %d packets\n", nic->polls, got);
	return 0;
}

static netdev_tx_t nic_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev->stats.tx_packets++;
	if (stuck)
		netif_stop_queue(dev);
	consume_skb(skb);
	return NETDEV_TX_OK;
}

static void nic_tx_timeout(struct net_device *dev, unsigned int queue)
{
	stuck = 0;
	dev->stats.tx_errors++;
	netif_wake_queue(dev);
}

static const struct net_device_ops nic_ops = {
	.ndo_open = nic_open, .ndo_stop = nic_stop, .ndo_start_xmit = nic_xmit, .ndo_tx_timeout = nic_tx_timeout,
};

static int send_set(const char *value, const struct kernel_param *kp)
{
	int i;

	for (i = 0; i < value[0] - '0'; i++) {
		struct sk_buff *skb = packet(MADE);

		skb->dev = nic_dev;
		pr_info("sent: %d\n", dev_queue_xmit(skb));
	}
	return 0;
}
static const struct kernel_param_ops send_ops = { .set = send_set };
module_param_cb(send, &send_ops, NULL, 0200);

static int loop_set(const char *value, const struct kernel_param *kp)
{
	struct sk_buff *skb = packet(value[0] == 'x' ? htons(0x1234) : MADE);

	skb->protocol = eth_type_trans(skb, nic_dev);
	pr_info("looped: %d\n", netif_rx(skb));
	return 0;
}
static const struct kernel_param_ops loop_ops = { .set = loop_set };
module_param_cb(loop, &loop_ops, NULL, 0200);

static int event(struct notifier_block *nb, unsigned long action, void *data)
{
	pr_info("event %lu of %s\n", action, netdev_notifier_info_to_dev(data)->name);
	return NOTIFY_DONE;
}
static struct notifier_block listener = { .notifier_call = event };

static int __init demo_init(void)
{
	struct net_device *second;
	int err;

	register_netdevice_notifier(&listener);
	nic_dev = alloc_etherdev(sizeof(struct nic));
	nic_dev->netdev_ops = &nic_ops;
	nic_dev->watchdog_timeo = HZ;
	netif_napi_add_weight(nic_dev, &((struct nic *)netdev_priv(nic_dev))->napi, nic_poll, weight);
	pr_info("before: %s\n", netdev_name(nic_dev));
	err = register_netdev(nic_dev);
	if (err)
		return err;
	second = alloc_netdev(0, "eth0", NET_NAME_USER, ether_setup);
	pr_info("second: %d, found %d\n", register_netdev(second), dev_get_by_name(&init_net, "eth0") == nic_dev);
	free_netdev(second);
	dev_add_pack(&ours);
	dev_add_pack(&all);
	return 0;
}

static void __exit demo_exit(void)
{
	dev_remove_pack(&all);
	dev_remove_pack(&ours);
	unregister_netdev(nic_dev);
	free_netdev(nic_dev);
	unregister_netdevice_notifier(&listener);
}

module_init(demo_init);
module_exit(demo_exit);
MODULE_LICENSE("GPL");
