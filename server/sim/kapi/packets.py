"""<linux/if_ether.h>, <linux/in.h>, <linux/ip.h>, <linux/udp.h>, <linux/tcp.h>, <linux/icmp.h>: headers of packets, in C."""

HEADER = r"""
#define ETH_ALEN 6
#define ETH_TLEN 2
#define ETH_HLEN 14
#define ETH_ZLEN 60
#define ETH_DATA_LEN 1500
#define ETH_FRAME_LEN 1514
#define ETH_FCS_LEN 4
#define ETH_MIN_MTU 68
#define ETH_MAX_MTU 0xFFFFU
#define ETH_P_LOOP 0x0060
#define ETH_P_IP 0x0800
#define ETH_P_ARP 0x0806
#define ETH_P_8021Q 0x8100
#define ETH_P_IPV6 0x86DD
#define ETH_P_802_3_MIN 0x0600
#define ETH_P_802_EX1 0x88B5
#define ETH_P_802_3 0x0001
#define ETH_P_ALL 0x0003
#define ETH_P_802_2 0x0004
#define IPPROTO_IP 0
#define IPPROTO_ICMP 1
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_RAW 255
#define INADDR_ANY ((unsigned long)0)
#define INADDR_LOOPBACK 0x7f000001
#define INADDR_BROADCAST ((unsigned long)0xffffffff)
struct ethhdr { unsigned char h_dest[ETH_ALEN], h_source[ETH_ALEN]; __be16 h_proto; } __packed;
struct in_addr { __be32 s_addr; };
struct iphdr {
	__u8 ihl : 4, version : 4;
	__u8 tos;
	__be16 tot_len, id, frag_off;
	__u8 ttl, protocol;
	__u16 check;
	__be32 saddr, daddr;
};
struct udphdr { __be16 source, dest, len; __u16 check; };
struct icmphdr { __u8 type, code; __u16 checksum; union { struct { __be16 id, sequence; } echo; __be32 gateway; } un; };
struct tcphdr {
	__be16 source, dest;
	__be32 seq, ack_seq;
	__u16 res1 : 4, doff : 4, fin : 1, syn : 1, rst : 1, psh : 1, ack : 1, urg : 1, ece : 1, cwr : 1;
	__be16 window;
	__u16 check;
	__be16 urg_ptr;
};
"""

INLINE = r"""
static inline struct ethhdr *eth_hdr(const struct sk_buff *skb) { return (struct ethhdr *)skb_mac_header(skb); }
static inline struct iphdr *ip_hdr(const struct sk_buff *skb) { return (struct iphdr *)skb_network_header(skb); }
static inline unsigned int ip_hdrlen(const struct sk_buff *skb) { return ip_hdr(skb)->ihl * 4; }
static inline struct udphdr *udp_hdr(const struct sk_buff *skb) { return (struct udphdr *)skb_transport_header(skb); }
static inline struct tcphdr *tcp_hdr(const struct sk_buff *skb) { return (struct tcphdr *)skb_transport_header(skb); }
static inline struct icmphdr *icmp_hdr(const struct sk_buff *skb) { return (struct icmphdr *)skb_transport_header(skb); }
static inline __sum16 ip_fast_csum(const void *iph, unsigned int ihl)
{
	const u16 *word = iph;
	u32 sum = 0;
	unsigned int i;

	for (i = 0; i < ihl * 2; i++)
		sum += word[i];
	sum = (sum & 0xffff) + (sum >> 16);
	sum += sum >> 16;
	return (__sum16)~sum;
}
static inline void ip_send_check(struct iphdr *iph) { iph->check = 0; iph->check = ip_fast_csum(iph, iph->ihl); }
"""
