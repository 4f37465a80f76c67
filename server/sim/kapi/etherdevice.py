"""<linux/etherdevice.h>, <linux/ethtool.h>, <linux/if.h>: Ethernet devices and their addresses, in C."""

HEADER = r"""
struct sockaddr { unsigned short sa_family; char sa_data[14]; };
struct ifreq { char ifr_name[IFNAMSIZ]; union { struct sockaddr ifr_addr; short ifr_flags; int ifr_ifindex, ifr_mtu; void *ifr_data; }; };
struct ifmap { unsigned long mem_start, mem_end; unsigned short base_addr; unsigned char irq, dma, port; };
struct ethtool_drvinfo { __u32 cmd; char driver[32], version[32], fw_version[32], bus_info[32]; };
struct ethtool_ts_info { __u32 cmd, so_timestamping; };
struct ethtool_ops {
	void (*get_drvinfo)(struct net_device *, struct ethtool_drvinfo *);
	u32 (*get_msglevel)(struct net_device *);
	void (*set_msglevel)(struct net_device *, u32);
	u32 (*get_link)(struct net_device *);
};
"""

INLINE = r"""
static inline bool is_zero_ether_addr(const u8 *a) { return !(a[0] | a[1] | a[2] | a[3] | a[4] | a[5]); }
static inline bool is_multicast_ether_addr(const u8 *a) { return a[0] & 1; }
static inline bool is_broadcast_ether_addr(const u8 *a) { return (a[0] & a[1] & a[2] & a[3] & a[4] & a[5]) == 0xff; }
static inline bool is_unicast_ether_addr(const u8 *a) { return !is_multicast_ether_addr(a); }
static inline bool is_local_ether_addr(const u8 *a) { return a[0] & 2; }
static inline bool is_valid_ether_addr(const u8 *a) { return !is_multicast_ether_addr(a) && !is_zero_ether_addr(a); }
static inline bool ether_addr_equal(const u8 *a, const u8 *b) { return !memcmp(a, b, ETH_ALEN); }
static inline void ether_addr_copy(u8 *dst, const u8 *src) { memcpy(dst, src, ETH_ALEN); }
static inline void eth_zero_addr(u8 *addr) { memset(addr, 0, ETH_ALEN); }
static inline void eth_broadcast_addr(u8 *addr) { memset(addr, 0xff, ETH_ALEN); }
static inline void eth_random_addr(u8 *addr)
{
	get_random_bytes(addr, ETH_ALEN);
	addr[0] &= 0xfe;
	addr[0] |= 0x02;
}
static inline void eth_hw_addr_random(struct net_device *dev)
{
	u8 addr[ETH_ALEN];

	eth_random_addr(addr);
	eth_hw_addr_set(dev, addr);
	dev->addr_assign_type = NET_ADDR_RANDOM;
}
static inline void eth_hw_addr_inherit(struct net_device *dst, struct net_device *src) { eth_hw_addr_set(dst, src->dev_addr); }
static inline int eth_validate_addr(struct net_device *dev) { return is_valid_ether_addr(dev->dev_addr) ? 0 : -EADDRNOTAVAIL; }
static inline int eth_prepare_mac_addr_change(struct net_device *dev, void *p)
{
	struct sockaddr *addr = p;

	if (!(dev->priv_flags & IFF_LIVE_ADDR_CHANGE) && netif_running(dev))
		return -EBUSY;
	return is_valid_ether_addr((const u8 *)addr->sa_data) ? 0 : -EADDRNOTAVAIL;
}
static inline void eth_commit_mac_addr_change(struct net_device *dev, void *p)
{ eth_hw_addr_set(dev, (const u8 *)((struct sockaddr *)p)->sa_data); }
static inline int eth_mac_addr(struct net_device *dev, void *p)
{
	int ret = eth_prepare_mac_addr_change(dev, p);

	if (!ret)
		eth_commit_mac_addr_change(dev, p);
	return ret;
}
static inline int eth_header(struct sk_buff *skb, struct net_device *dev, unsigned short type, const void *daddr, const void *saddr, unsigned int len)
{
	struct ethhdr *eth = skb_push(skb, ETH_HLEN);

	eth->h_proto = htons(type != ETH_P_802_3 && type != ETH_P_802_2 ? type : len);
	memcpy(eth->h_source, saddr ? saddr : dev->dev_addr, ETH_ALEN);
	if (daddr) {
		memcpy(eth->h_dest, daddr, ETH_ALEN);
		return ETH_HLEN;
	}
	return -ETH_HLEN;
}
static const struct header_ops __wq_eth_header_ops = { .create = eth_header };
static inline int dev_hard_header(struct sk_buff *skb, struct net_device *dev, unsigned short type, const void *daddr, const void *saddr, unsigned int len)
{ return dev->header_ops && dev->header_ops->create ? dev->header_ops->create(skb, dev, type, daddr, saddr, len) : 0; }
static inline __be16 eth_type_trans(struct sk_buff *skb, struct net_device *dev)
{
	const struct ethhdr *eth;

	skb->dev = dev;
	skb_reset_mac_header(skb);
	eth = (struct ethhdr *)skb->data;
	skb->data += ETH_HLEN;
	skb->len -= ETH_HLEN;
	if (!ether_addr_equal(eth->h_dest, dev->dev_addr)) {
		if (is_broadcast_ether_addr(eth->h_dest))
			skb->pkt_type = PACKET_BROADCAST;
		else if (is_multicast_ether_addr(eth->h_dest))
			skb->pkt_type = PACKET_MULTICAST;
		else
			skb->pkt_type = PACKET_OTHERHOST;
	}
	return ntohs(eth->h_proto) >= ETH_P_802_3_MIN ? eth->h_proto : htons(ETH_P_802_2);
}
static inline void ether_setup(struct net_device *dev)
{
	dev->header_ops = &__wq_eth_header_ops;
	dev->type = ARPHRD_ETHER;
	dev->hard_header_len = dev->min_header_len = ETH_HLEN;
	dev->mtu = ETH_DATA_LEN;
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = ETH_DATA_LEN;
	dev->addr_len = ETH_ALEN;
	dev->tx_queue_len = DEFAULT_TX_QUEUE_LEN;
	dev->flags = IFF_BROADCAST | IFF_MULTICAST;
	eth_broadcast_addr(dev->broadcast);
}
static inline u32 ethtool_op_get_link(struct net_device *dev) { return netif_carrier_ok(dev); }
"""
