"""<linux/netdevice.h>: network devices; types, and what is C.

The machine has no protocol stack: what a device receives goes to the packet handlers of modules (`dev_add_pack()`), and
only modules send. `server/sim/net/` reads the structs, by the offsets of its `layout.py`.
"""

HEADER = r"""
#define IFNAMSIZ 16
#define MAX_ADDR_LEN 32
#define DEFAULT_TX_QUEUE_LEN 1000
#define NAPI_POLL_WEIGHT 64
#define NAPI_GRO_CB(skb) ((void *)(skb)->cb)
#define IFF_UP 0x1
#define IFF_BROADCAST 0x2
#define IFF_DEBUG 0x4
#define IFF_LOOPBACK 0x8
#define IFF_POINTOPOINT 0x10
#define IFF_RUNNING 0x40
#define IFF_NOARP 0x80
#define IFF_PROMISC 0x100
#define IFF_ALLMULTI 0x200
#define IFF_MASTER 0x400
#define IFF_SLAVE 0x800
#define IFF_MULTICAST 0x1000
#define IFF_LIVE_ADDR_CHANGE 0x8000
#define IFF_NO_QUEUE 0x200000
#define ARPHRD_ETHER 1
#define ARPHRD_LOOPBACK 772
#define ARPHRD_NONE 0xFFFE
#define ARPHRD_VOID 0xFFFF
#define NET_NAME_UNKNOWN 0
#define NET_NAME_ENUM 1
#define NET_NAME_PREDICTABLE 2
#define NET_NAME_USER 3
#define NET_ADDR_PERM 0
#define NET_ADDR_RANDOM 1
#define NET_ADDR_SET 3
#define NETIF_MSG_DRV 1
#define NETIF_MSG_PROBE 2
#define NETIF_MSG_LINK 4
#define NETIF_F_SG (1ULL << 0)
#define NETIF_F_IP_CSUM (1ULL << 1)
#define NETIF_F_HW_CSUM (1ULL << 3)
#define NETIF_F_HIGHDMA (1ULL << 5)
#define NETIF_F_FRAGLIST (1ULL << 6)
#define NETIF_F_GSO (1ULL << 11)
#define NETIF_F_GRO (1ULL << 14)
#define NETIF_F_TSO (1ULL << 16)
#define NETIF_F_RXCSUM (1ULL << 34)
#define NETIF_F_LLTX __wq_NETIF_F_LLTX_was_removed_in_6_12_use_lltx
typedef u64 netdev_features_t;
typedef enum netdev_tx { __NETDEV_TX_MIN = -2147483647 - 1, NETDEV_TX_OK = 0x00, NETDEV_TX_BUSY = 0x10 } netdev_tx_t;
enum gro_result { GRO_MERGED, GRO_MERGED_FREE, GRO_HELD, GRO_NORMAL, GRO_CONSUMED };
typedef enum gro_result gro_result_t;
enum rx_handler_result { RX_HANDLER_CONSUMED, RX_HANDLER_ANOTHER, RX_HANDLER_EXACT, RX_HANDLER_PASS };
typedef enum rx_handler_result rx_handler_result_t;
typedef rx_handler_result_t rx_handler_func_t(struct sk_buff **pskb);
enum netdev_state_t { __LINK_STATE_START, __LINK_STATE_PRESENT, __LINK_STATE_NOCARRIER, __LINK_STATE_LINKWATCH_PENDING, __LINK_STATE_DORMANT };
enum netdev_queue_state_t { __QUEUE_STATE_DRV_XOFF, __QUEUE_STATE_STACK_XOFF, __QUEUE_STATE_FROZEN };
enum { NAPI_STATE_SCHED, NAPI_STATE_MISSED, NAPI_STATE_DISABLE, NAPI_STATE_NPSVC, NAPI_STATE_LISTED };
enum { NETREG_UNINITIALIZED, NETREG_REGISTERED, NETREG_UNREGISTERING, NETREG_UNREGISTERED, NETREG_RELEASED, NETREG_DUMMY };
enum netdev_cmd {
	NETDEV_UP = 1, NETDEV_DOWN, NETDEV_REBOOT, NETDEV_CHANGE, NETDEV_REGISTER, NETDEV_UNREGISTER, NETDEV_CHANGEMTU,
	NETDEV_CHANGEADDR, NETDEV_PRE_CHANGEADDR, NETDEV_GOING_DOWN, NETDEV_CHANGENAME, NETDEV_FEAT_CHANGE,
	NETDEV_BONDING_FAILOVER, NETDEV_PRE_UP, NETDEV_PRE_TYPE_CHANGE, NETDEV_POST_TYPE_CHANGE, NETDEV_POST_INIT,
};
struct net { struct list_head dev_base_head; };
struct net_device_stats {
	unsigned long rx_packets, tx_packets, rx_bytes, tx_bytes, rx_errors, tx_errors, rx_dropped, tx_dropped, multicast,
		collisions, rx_length_errors, rx_over_errors, rx_crc_errors, rx_frame_errors, rx_fifo_errors, rx_missed_errors,
		tx_aborted_errors, tx_carrier_errors, tx_fifo_errors, tx_heartbeat_errors, tx_window_errors, rx_compressed,
		tx_compressed;
};
struct rtnl_link_stats64 {
	__u64 rx_packets, tx_packets, rx_bytes, tx_bytes, rx_errors, tx_errors, rx_dropped, tx_dropped, multicast,
		collisions, rx_length_errors, rx_over_errors, rx_crc_errors, rx_frame_errors, rx_fifo_errors, rx_missed_errors,
		tx_aborted_errors, tx_carrier_errors, tx_fifo_errors, tx_heartbeat_errors, tx_window_errors, rx_compressed,
		tx_compressed, rx_nohandler, rx_otherhost_dropped;
};
struct u64_stats_sync { int unused; };
typedef struct { u64 v; } u64_stats_t;
struct pcpu_sw_netstats { u64_stats_t rx_packets, rx_bytes, tx_packets, tx_bytes; struct u64_stats_sync syncp; } __aligned(32);
struct pcpu_lstats { u64_stats_t packets, bytes; struct u64_stats_sync syncp; } __aligned(16);
struct pcpu_dstats { u64 rx_packets, rx_bytes, rx_drops, tx_packets, tx_bytes, tx_drops; struct u64_stats_sync syncp; };
enum netdev_stat_type { NETDEV_PCPU_STAT_NONE, NETDEV_PCPU_STAT_LSTATS, NETDEV_PCPU_STAT_TSTATS, NETDEV_PCPU_STAT_DSTATS };
struct netdev_queue { struct net_device *dev; unsigned long state, trans_start; };
struct napi_struct {
	struct list_head poll_list;
	unsigned long state;
	int weight;
	u32 defer_hard_irqs_count;
	int (*poll)(struct napi_struct *napi, int budget);
	struct net_device *dev;
	struct list_head dev_list;
	unsigned int napi_id;
};
struct sockaddr;
struct ifreq;
struct ifmap;
struct header_ops {
	int (*create)(struct sk_buff *, struct net_device *, unsigned short type, const void *daddr, const void *saddr, unsigned int len);
	int (*parse)(const struct sk_buff *skb, unsigned char *haddr);
};
struct net_device_ops {
	int (*ndo_init)(struct net_device *dev);
	void (*ndo_uninit)(struct net_device *dev);
	int (*ndo_open)(struct net_device *dev);
	int (*ndo_stop)(struct net_device *dev);
	netdev_tx_t (*ndo_start_xmit)(struct sk_buff *skb, struct net_device *dev);
	netdev_features_t (*ndo_features_check)(struct sk_buff *skb, struct net_device *dev, netdev_features_t features);
	u16 (*ndo_select_queue)(struct net_device *dev, struct sk_buff *skb, struct net_device *sb_dev);
	void (*ndo_change_rx_flags)(struct net_device *dev, int flags);
	void (*ndo_set_rx_mode)(struct net_device *dev);
	int (*ndo_set_mac_address)(struct net_device *dev, void *addr);
	int (*ndo_validate_addr)(struct net_device *dev);
	int (*ndo_do_ioctl)(struct net_device *dev, struct ifreq *ifr, int cmd);
	int (*ndo_eth_ioctl)(struct net_device *dev, struct ifreq *ifr, int cmd);
	int (*ndo_siocdevprivate)(struct net_device *dev, struct ifreq *ifr, void *data, int cmd);
	int (*ndo_set_config)(struct net_device *dev, struct ifmap *map);
	int (*ndo_change_mtu)(struct net_device *dev, int new_mtu);
	void (*ndo_tx_timeout)(struct net_device *dev, unsigned int txqueue);
	void (*ndo_get_stats64)(struct net_device *dev, struct rtnl_link_stats64 *storage);
	struct net_device_stats *(*ndo_get_stats)(struct net_device *dev);
	void (*ndo_poll_controller)(struct net_device *dev);
	int (*ndo_set_features)(struct net_device *dev, netdev_features_t features);
	netdev_features_t (*ndo_fix_features)(struct net_device *dev, netdev_features_t features);
	int (*ndo_change_carrier)(struct net_device *dev, bool new_carrier);
	struct net_device *(*ndo_get_peer_dev)(struct net_device *dev);
	int (*ndo_get_iflink)(const struct net_device *dev);
};
struct ethtool_ops;
struct net_device {
	char name[IFNAMSIZ];
	const struct net_device_ops *netdev_ops;
	unsigned long state;
	unsigned int flags;
	int ifindex;
	unsigned int mtu, min_mtu, max_mtu;
	unsigned short type, hard_header_len;
	unsigned int tx_queue_len;
	int reg_state;
	struct netdev_queue *_tx;
	const unsigned char *dev_addr;
	unsigned char __wq_dev_addr[MAX_ADDR_LEN], perm_addr[MAX_ADDR_LEN], broadcast[MAX_ADDR_LEN];
	unsigned char addr_len, addr_assign_type, name_assign_type, operstate, min_header_len;
	unsigned long priv_flags;
	struct net_device_stats stats;
	struct timer_list watchdog_timer;
	int watchdog_timeo, irq;
	unsigned long base_addr, mem_start, mem_end;
	struct list_head dev_list, napi_list;
	rx_handler_func_t *rx_handler;
	void *rx_handler_data;
	struct device dev;
	unsigned int num_tx_queues, real_num_tx_queues, num_rx_queues, real_num_rx_queues;
	const struct header_ops *header_ops;
	const struct ethtool_ops *ethtool_ops;
	netdev_features_t features, hw_features, vlan_features, hw_enc_features;
	unsigned char needed_headroom, needed_tailroom;
	bool needs_free_netdev, lltx, netns_local;
	void (*priv_destructor)(struct net_device *dev);
	struct pcpu_sw_netstats *tstats;
	struct pcpu_lstats *lstats;
	struct pcpu_dstats *dstats;
	enum netdev_stat_type pcpu_stat_type;
	const struct attribute_group *sysfs_groups[4];
	void *ml_priv;
	int promiscuity, allmulti, msg_enable;
	u8 priv[] __aligned(32);
};
struct packet_type {
	__be16 type;
	bool ignore_outgoing;
	struct net_device *dev;
	int (*func)(struct sk_buff *, struct net_device *, struct packet_type *, struct net_device *);
	bool (*id_match)(struct packet_type *ptype, struct sock *sk);
	struct net *af_packet_net;
	void *af_packet_priv;
	struct list_head list;
};
struct netdev_notifier_info { struct net_device *dev; void *extack; };
#define init_net (*__wq_init_net())
#define SET_NETDEV_DEV(net, pdev) ((net)->dev.parent = (pdev))
#define SET_NETDEV_DEVTYPE(net, devtype) do { (void)(net); } while (0)
#define to_net_dev(d) container_of(d, struct net_device, dev)
#define for_each_netdev(net, d) list_for_each_entry(d, &(net)->dev_base_head, dev_list)
#define for_each_netdev_safe(net, d, n) list_for_each_entry_safe(d, n, &(net)->dev_base_head, dev_list)
#define first_net_device(net) list_first_entry_or_null(&(net)->dev_base_head, struct net_device, dev_list)
#define next_net_device(d) ({ struct net_device *__wq_d = (d); \
	list_is_last(&__wq_d->dev_list, &init_net.dev_base_head) ? NULL : list_next_entry(__wq_d, dev_list); })
#define alloc_netdev(sizeof_priv, name, name_assign_type, setup) alloc_netdev_mqs(sizeof_priv, name, name_assign_type, setup, 1, 1)
#define alloc_netdev_mq(sizeof_priv, name, name_assign_type, setup, count) \
	alloc_netdev_mqs(sizeof_priv, name, name_assign_type, setup, count, count)
#define alloc_etherdev(sizeof_priv) alloc_etherdev_mqs(sizeof_priv, 1, 1)
#define alloc_etherdev_mq(sizeof_priv, count) alloc_etherdev_mqs(sizeof_priv, count, count)
#define __wq_netdev_printk(level, ndev, fmt, args...) ({ const struct net_device *__wq_nd = (ndev); __wq_nd->dev.parent ? \
	printk(level "%s %s %s%s: " fmt, dev_driver_string(__wq_nd->dev.parent), dev_name(__wq_nd->dev.parent), \
	       netdev_name(__wq_nd), netdev_reg_state(__wq_nd), ##args) : \
	printk(level "%s%s: " fmt, netdev_name(__wq_nd), netdev_reg_state(__wq_nd), ##args); })
#define netdev_printk(level, dev, fmt, args...) __wq_netdev_printk(level, dev, fmt, ##args)
#define netdev_emerg(dev, fmt, args...) __wq_netdev_printk(KERN_EMERG, dev, fmt, ##args)
#define netdev_alert(dev, fmt, args...) __wq_netdev_printk(KERN_ALERT, dev, fmt, ##args)
#define netdev_crit(dev, fmt, args...) __wq_netdev_printk(KERN_CRIT, dev, fmt, ##args)
#define netdev_err(dev, fmt, args...) __wq_netdev_printk(KERN_ERR, dev, fmt, ##args)
#define netdev_warn(dev, fmt, args...) __wq_netdev_printk(KERN_WARNING, dev, fmt, ##args)
#define netdev_notice(dev, fmt, args...) __wq_netdev_printk(KERN_NOTICE, dev, fmt, ##args)
#define netdev_info(dev, fmt, args...) __wq_netdev_printk(KERN_INFO, dev, fmt, ##args)
#define netdev_dbg(dev, fmt, args...) do { (void)(dev); no_printk(KERN_DEBUG fmt, ##args); } while (0)
#define netif_info(priv, type, dev, fmt, args...) netdev_info(dev, fmt, ##args)
#define netif_err(priv, type, dev, fmt, args...) netdev_err(dev, fmt, ##args)
#define netif_dbg(priv, type, dev, fmt, args...) netdev_dbg(dev, fmt, ##args)
#define netdev_alloc_pcpu_stats(type) alloc_percpu(type)
#define ASSERT_RTNL() WARN_ONCE(!rtnl_is_locked(), "RTNL: assertion failed at %s (%d)\n", __FILE__, __LINE__)
#define u64_stats_init(syncp) do { (void)(syncp); } while (0)
#define u64_stats_update_begin(syncp) do { (void)(syncp); } while (0)
#define u64_stats_update_end(syncp) do { (void)(syncp); } while (0)
#define u64_stats_fetch_begin(syncp) ({ (void)(syncp); 0U; })
#define u64_stats_fetch_retry(syncp, start) ({ (void)(syncp); (void)(start); false; })
#define MODULE_ALIAS_RTNL_LINK(kind) MODULE_ALIAS("rtnl-link-" kind)
#define MODULE_ALIAS_NETPROTO(proto) MODULE_ALIAS("net-pf-" __stringify(proto))
"""

INLINE = r"""
static inline void u64_stats_inc(u64_stats_t *p) { p->v++; }
static inline void u64_stats_add(u64_stats_t *p, unsigned long val) { p->v += val; }
static inline void u64_stats_set(u64_stats_t *p, u64 val) { p->v = val; }
static inline u64 u64_stats_read(const u64_stats_t *p) { return p->v; }
static inline void *netdev_priv(const struct net_device *dev) { return (void *)dev->priv; }
static inline const char *netdev_name(const struct net_device *dev)
{ return !dev->name[0] || strchr(dev->name, '%') ? "(unnamed net_device)" : dev->name; }
static inline const char *netdev_reg_state(const struct net_device *dev)
{
	switch (dev->reg_state) {
	case NETREG_UNINITIALIZED: return " (uninitialized)";
	case NETREG_REGISTERED: return "";
	case NETREG_UNREGISTERING: return " (unregistering)";
	case NETREG_UNREGISTERED: return " (unregistered)";
	case NETREG_RELEASED: return " (released)";
	}
	return " (unknown)";
}
static inline bool netif_running(const struct net_device *dev) { return test_bit(__LINK_STATE_START, &dev->state); }
static inline bool netif_device_present(const struct net_device *dev) { return test_bit(__LINK_STATE_PRESENT, &dev->state); }
static inline bool netif_carrier_ok(const struct net_device *dev) { return !test_bit(__LINK_STATE_NOCARRIER, &dev->state); }
static inline bool netif_oper_up(const struct net_device *dev) { return netif_carrier_ok(dev); }
static inline void netif_dormant_on(struct net_device *dev) { set_bit(__LINK_STATE_DORMANT, &dev->state); }
static inline void netif_dormant_off(struct net_device *dev) { clear_bit(__LINK_STATE_DORMANT, &dev->state); }
static inline struct netdev_queue *netdev_get_tx_queue(const struct net_device *dev, unsigned int index) { return &dev->_tx[index]; }
static inline void netif_tx_start_queue(struct netdev_queue *q) { clear_bit(__QUEUE_STATE_DRV_XOFF, &q->state); }
static inline void netif_tx_stop_queue(struct netdev_queue *q) { set_bit(__QUEUE_STATE_DRV_XOFF, &q->state); }
static inline void netif_tx_wake_queue(struct netdev_queue *q)
{
	if (test_and_clear_bit(__QUEUE_STATE_DRV_XOFF, &q->state))
		__wq_netif_schedule(q->dev);
}
static inline bool netif_tx_queue_stopped(const struct netdev_queue *q) { return test_bit(__QUEUE_STATE_DRV_XOFF, &q->state); }
static inline void netif_start_queue(struct net_device *dev) { netif_tx_start_queue(dev->_tx); }
static inline void netif_stop_queue(struct net_device *dev) { netif_tx_stop_queue(dev->_tx); }
static inline void netif_wake_queue(struct net_device *dev) { netif_tx_wake_queue(dev->_tx); }
static inline bool netif_queue_stopped(const struct net_device *dev) { return netif_tx_queue_stopped(dev->_tx); }
static inline void netif_start_subqueue(struct net_device *dev, u16 i) { netif_tx_start_queue(&dev->_tx[i]); }
static inline void netif_stop_subqueue(struct net_device *dev, u16 i) { netif_tx_stop_queue(&dev->_tx[i]); }
static inline void netif_wake_subqueue(struct net_device *dev, u16 i) { netif_tx_wake_queue(&dev->_tx[i]); }
static inline bool __netif_subqueue_stopped(const struct net_device *dev, u16 i) { return netif_tx_queue_stopped(&dev->_tx[i]); }
static inline void netif_tx_start_all_queues(struct net_device *dev)
{
	unsigned int i;

	for (i = 0; i < dev->num_tx_queues; i++)
		netif_tx_start_queue(&dev->_tx[i]);
}
static inline void netif_tx_stop_all_queues(struct net_device *dev)
{
	unsigned int i;

	for (i = 0; i < dev->num_tx_queues; i++)
		netif_tx_stop_queue(&dev->_tx[i]);
}
static inline void netif_tx_wake_all_queues(struct net_device *dev)
{
	unsigned int i;

	for (i = 0; i < dev->num_tx_queues; i++)
		netif_tx_wake_queue(&dev->_tx[i]);
}
static inline void netif_tx_disable(struct net_device *dev) { netif_tx_stop_all_queues(dev); }
static inline void netif_device_detach(struct net_device *dev)
{
	if (test_and_clear_bit(__LINK_STATE_PRESENT, &dev->state) && netif_running(dev))
		netif_tx_stop_all_queues(dev);
}
static inline void netif_device_attach(struct net_device *dev)
{
	if (!test_and_set_bit(__LINK_STATE_PRESENT, &dev->state) && netif_running(dev))
		netif_tx_wake_all_queues(dev);
}
static inline void txq_trans_cond_update(struct netdev_queue *txq) { txq->trans_start = jiffies; }
static inline void netif_trans_update(struct net_device *dev) { dev->_tx->trans_start = jiffies; }
static inline int netif_set_real_num_tx_queues(struct net_device *dev, unsigned int txq) { dev->real_num_tx_queues = txq; return 0; }
static inline int netif_set_real_num_rx_queues(struct net_device *dev, unsigned int rxq) { dev->real_num_rx_queues = rxq; return 0; }
static inline void netdev_sent_queue(struct net_device *dev, unsigned int bytes) { }
static inline void netdev_completed_queue(struct net_device *dev, unsigned int pkts, unsigned int bytes) { }
static inline void netdev_reset_queue(struct net_device *dev) { }
static inline void dev_hold(struct net_device *dev) { }
static inline void dev_put(struct net_device *dev) { }
static inline struct net *dev_net(const struct net_device *dev) { return &init_net; }
static inline struct net_device *netdev_notifier_info_to_dev(const struct netdev_notifier_info *info) { return info->dev; }
static inline bool napi_disable_pending(struct napi_struct *n) { return test_bit(NAPI_STATE_DISABLE, &n->state); }
static inline bool napi_schedule(struct napi_struct *n)
{
	if (!napi_schedule_prep(n))
		return false;
	__napi_schedule(n);
	return true;
}
static inline void napi_schedule_irqoff(struct napi_struct *n) { napi_schedule(n); }
static inline void __napi_schedule_irqoff(struct napi_struct *n) { __napi_schedule(n); }
static inline bool napi_complete(struct napi_struct *n) { return napi_complete_done(n, 0); }
static inline void netif_napi_add_weight(struct net_device *dev, struct napi_struct *napi, int (*poll)(struct napi_struct *, int), int weight)
{
	INIT_LIST_HEAD(&napi->poll_list);
	napi->poll = poll;
	if (weight > NAPI_POLL_WEIGHT)
		netdev_err(dev, "netif_napi_add_weight() called with weight %d\n", weight);
	napi->weight = weight;
	napi->dev = dev;
	napi->state = 1 << NAPI_STATE_SCHED | 1 << NAPI_STATE_NPSVC | 1 << NAPI_STATE_LISTED;
	list_add_tail(&napi->dev_list, &dev->napi_list);
}
static inline void __wq_napi_add_4(struct net_device *dev, struct napi_struct *napi, int (*poll)(struct napi_struct *, int), int weight)
	__attribute__((unavailable("netif_napi_add() takes no weight since 6.1: use netif_napi_add(dev, napi, poll), or netif_napi_add_weight()")));
#define __wq_pick5(a, b, c, d, e, ...) e
#define __wq_napi_add_3(dev, napi, poll) netif_napi_add_weight(dev, napi, poll, NAPI_POLL_WEIGHT)
#define netif_napi_add(args...) __wq_pick5(args, __wq_napi_add_4, __wq_napi_add_3, , )(args)
#define netif_napi_add_tx(dev, napi, poll) netif_napi_add_weight(dev, napi, poll, NAPI_POLL_WEIGHT)
static inline void __netif_napi_del(struct napi_struct *napi)
{
	if (test_and_clear_bit(NAPI_STATE_LISTED, &napi->state))
		list_del_init(&napi->dev_list);
}
static inline void netif_napi_del(struct napi_struct *napi) { __netif_napi_del(napi); synchronize_rcu(); }
static inline struct sk_buff *napi_alloc_skb(struct napi_struct *napi, unsigned int length) { return netdev_alloc_skb_ip_align(napi->dev, length); }
static inline gro_result_t napi_gro_receive(struct napi_struct *napi, struct sk_buff *skb) { netif_receive_skb(skb); return GRO_NORMAL; }
static inline void napi_gro_flush(struct napi_struct *napi, bool flush_old) { }
static inline void napi_synchronize(const struct napi_struct *n)
{
	while (test_bit(NAPI_STATE_SCHED, &n->state))
		msleep(1);
}
static inline int dev_forward_skb(struct net_device *dev, struct sk_buff *skb)
{
	skb_orphan(skb);
	skb->protocol = eth_type_trans(skb, dev);
	return netif_rx(skb);
}
static inline int netif_rx_ni(struct sk_buff *skb)
	__attribute__((unavailable("netif_rx_ni() was removed in 5.18: use netif_rx(), which is for all contexts")));
static inline void dev_addr_mod(struct net_device *dev, unsigned int offset, const void *addr, size_t len) { memcpy(&dev->__wq_dev_addr[offset], addr, len); }
static inline void __dev_addr_set(struct net_device *dev, const void *addr, size_t len) { dev_addr_mod(dev, 0, addr, len); }
static inline void dev_addr_set(struct net_device *dev, const u8 *addr) { dev_addr_mod(dev, 0, addr, dev->addr_len); }
static inline void eth_hw_addr_set(struct net_device *dev, const u8 *addr) { dev_addr_mod(dev, 0, addr, ETH_ALEN); }
static inline void dev_watchdog(struct timer_list *t)
{
	struct net_device *dev = from_timer(dev, t, watchdog_timer);
	struct netdev_queue *txq = dev->_tx;

	if (!netif_device_present(dev) || !netif_running(dev) || !netif_carrier_ok(dev))
		return;
	if (netif_tx_queue_stopped(txq) && time_after(jiffies, txq->trans_start + dev->watchdog_timeo)) {
		netdev_crit(dev, "NETDEV WATCHDOG: CPU: %d: transmit queue %u timed out %u ms\n",
			    raw_smp_processor_id(), 0, jiffies_to_msecs(jiffies - txq->trans_start));
		dev->netdev_ops->ndo_tx_timeout(dev, 0);
	}
	mod_timer(&dev->watchdog_timer, round_jiffies(jiffies + dev->watchdog_timeo));
}
static inline struct net_device *alloc_netdev_mqs(int sizeof_priv, const char *name, unsigned char name_assign_type,
						  void (*setup)(struct net_device *), unsigned int txqs, unsigned int rxqs)
{
	struct net_device *dev;
	unsigned int i;

	BUG_ON(strlen(name) >= sizeof(dev->name));
	if (txqs < 1 || rxqs < 1)
		return NULL;
	dev = kvzalloc(sizeof(*dev) + sizeof_priv, GFP_KERNEL_ACCOUNT);
	if (!dev)
		return NULL;
	dev->_tx = kvzalloc(txqs * sizeof(*dev->_tx), GFP_KERNEL_ACCOUNT);
	if (!dev->_tx) {
		kvfree(dev);
		return NULL;
	}
	for (i = 0; i < txqs; i++)
		dev->_tx[i].dev = dev;
	dev->num_tx_queues = dev->real_num_tx_queues = txqs;
	dev->num_rx_queues = dev->real_num_rx_queues = rxqs;
	dev->dev_addr = dev->__wq_dev_addr;
	INIT_LIST_HEAD(&dev->napi_list);
	INIT_LIST_HEAD(&dev->dev_list);
	timer_setup(&dev->watchdog_timer, dev_watchdog, 0);
	setup(dev);
	if (!dev->tx_queue_len) {
		dev->priv_flags |= IFF_NO_QUEUE;
		dev->tx_queue_len = DEFAULT_TX_QUEUE_LEN;
	}
	strcpy(dev->name, name);
	dev->name_assign_type = name_assign_type;
	return dev;
}
static inline struct net_device *alloc_etherdev_mqs(int sizeof_priv, unsigned int txqs, unsigned int rxqs)
{ return alloc_netdev_mqs(sizeof_priv, "eth%d", NET_NAME_ENUM, ether_setup, txqs, rxqs); }
static inline void free_netdev(struct net_device *dev)
{
	struct napi_struct *p, *n;

	if (dev->reg_state == NETREG_UNREGISTERING) {
		dev->needs_free_netdev = true;
		return;
	}
	BUG_ON(dev->reg_state == NETREG_REGISTERED);
	list_for_each_entry_safe(p, n, &dev->napi_list, dev_list)
		netif_napi_del(p);
	kvfree(dev->_tx);
	kvfree(dev);
}
static inline void __wq_netdev_freed(struct net_device *dev)
{
	if (dev->pcpu_stat_type == NETDEV_PCPU_STAT_LSTATS)
		free_percpu(dev->lstats);
	else if (dev->pcpu_stat_type == NETDEV_PCPU_STAT_TSTATS)
		free_percpu(dev->tstats);
	else if (dev->pcpu_stat_type == NETDEV_PCPU_STAT_DSTATS)
		free_percpu(dev->dstats);
	if (dev->priv_destructor)
		dev->priv_destructor(dev);
	if (dev->needs_free_netdev)
		free_netdev(dev);
}
static inline int register_netdevice(struct net_device *dev)
{
	if (dev->pcpu_stat_type == NETDEV_PCPU_STAT_LSTATS)
		dev->lstats = alloc_percpu(struct pcpu_lstats);
	else if (dev->pcpu_stat_type == NETDEV_PCPU_STAT_TSTATS)
		dev->tstats = alloc_percpu(struct pcpu_sw_netstats);
	else if (dev->pcpu_stat_type == NETDEV_PCPU_STAT_DSTATS)
		dev->dstats = alloc_percpu(struct pcpu_dstats);
	return __wq_register_netdevice(dev, __wq_netdev_freed);
}
static inline int register_netdev(struct net_device *dev)
{
	int err;

	rtnl_lock();
	err = register_netdevice(dev);
	rtnl_unlock();
	return err;
}
static inline void unregister_netdev(struct net_device *dev)
{
	rtnl_lock();
	unregister_netdevice(dev);
	rtnl_unlock();
}
static inline void unregister_netdevice_queue(struct net_device *dev, struct list_head *head) { unregister_netdevice(dev); }
static inline int dev_open(struct net_device *dev, void *extack) { return __wq_dev_open(dev); }
static inline int netdev_rx_handler_register(struct net_device *dev, rx_handler_func_t *rx_handler, void *rx_handler_data)
{
	if (dev->rx_handler)
		return -EBUSY;
	dev->rx_handler_data = rx_handler_data;
	dev->rx_handler = rx_handler;
	return 0;
}
static inline void netdev_rx_handler_unregister(struct net_device *dev) { dev->rx_handler = NULL; synchronize_rcu(); dev->rx_handler_data = NULL; }
static inline void netdev_stats_to_stats64(struct rtnl_link_stats64 *stats64, const struct net_device_stats *netdev_stats)
{ memcpy(stats64, netdev_stats, sizeof(*netdev_stats)); }
static inline void dev_lstats_add(struct net_device *dev, unsigned int len)
{
	u64_stats_add(&this_cpu_ptr(dev->lstats)->bytes, len);
	u64_stats_inc(&this_cpu_ptr(dev->lstats)->packets);
}
static inline void dev_sw_netstats_rx_add(struct net_device *dev, unsigned int len)
{
	u64_stats_add(&this_cpu_ptr(dev->tstats)->rx_bytes, len);
	u64_stats_inc(&this_cpu_ptr(dev->tstats)->rx_packets);
}
"""
