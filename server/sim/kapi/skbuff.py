"""<linux/skbuff.h>: packets, in C.

A buffer is a struct and its data, each an object of kmalloc, as in the kernel: a read past the end or after kfree_skb()
is found like any other. There are no fragments and no sockets; a clone shares the data, which counts its owners behind
its end.
"""

HEADER = r"""
struct net_device;
struct sock;
struct net;
#define VLAN_HLEN 4
#define NET_IP_ALIGN 0
#define NET_SKB_PAD 64
#define MAX_HEADER 96
#define LL_MAX_HEADER 96
#define PACKET_HOST 0
#define PACKET_BROADCAST 1
#define PACKET_MULTICAST 2
#define PACKET_OTHERHOST 3
#define PACKET_OUTGOING 4
#define CHECKSUM_NONE 0
#define CHECKSUM_UNNECESSARY 1
#define CHECKSUM_COMPLETE 2
#define CHECKSUM_PARTIAL 3
#define NET_RX_SUCCESS 0
#define NET_RX_DROP 1
#define NET_XMIT_SUCCESS 0
#define NET_XMIT_DROP 1
#define NET_XMIT_CN 2
#define SKB_DATA_ALIGN(x) ALIGN(x, 64)
#define MAX_SKB_FRAGS 17
struct sk_buff_head { struct sk_buff *next, *prev; __u32 qlen; spinlock_t lock; };
struct sk_buff {
	struct sk_buff *next, *prev;
	struct net_device *dev;
	struct sock *sk;
	ktime_t tstamp;
	char cb[48] __aligned(8);
	void (*destructor)(struct sk_buff *skb);
	unsigned int len, data_len;
	__u16 mac_len, hdr_len, queue_mapping;
	__u8 cloned : 1, nohdr : 1, pkt_type : 3, ip_summed : 2, ignore_df : 1;
	__u32 priority, mark, hash;
	__wsum csum;
	int skb_iif;
	__be16 protocol, vlan_proto;
	__u16 vlan_tci, transport_header, network_header, mac_header;
	unsigned int tail, end;
	unsigned char *head, *data;
	unsigned int truesize;
	refcount_t users;
};
struct skb_shared_info { __u8 nr_frags; unsigned short gso_size, gso_segs; unsigned int gso_type; struct sk_buff *frag_list; atomic_t dataref; };
enum skb_drop_reason { SKB_NOT_DROPPED_YET, SKB_CONSUMED, SKB_DROP_REASON_NOT_SPECIFIED };
#define skb_shinfo(SKB) ((struct skb_shared_info *)skb_end_pointer(SKB))
#define skb_queue_walk(queue, skb) \
	for (skb = (queue)->next; skb != (struct sk_buff *)(queue); skb = skb->next)
#define skb_queue_walk_safe(queue, skb, tmp) \
	for (skb = (queue)->next, tmp = skb->next; skb != (struct sk_buff *)(queue); skb = tmp, tmp = skb->next)
#define dev_kfree_skb(a) consume_skb(a)
#define SKB_TRUESIZE(X) ((X) + SKB_DATA_ALIGN(sizeof(struct sk_buff)) + SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))
"""

INLINE = r"""
static inline unsigned char *skb_tail_pointer(const struct sk_buff *skb) { return skb->head + skb->tail; }
static inline unsigned char *skb_end_pointer(const struct sk_buff *skb) { return skb->head + skb->end; }
static inline unsigned int skb_headlen(const struct sk_buff *skb) { return skb->len - skb->data_len; }
static inline int skb_headroom(const struct sk_buff *skb) { return skb->data - skb->head; }
static inline int skb_tailroom(const struct sk_buff *skb) { return skb->end - skb->tail; }
static inline bool skb_is_nonlinear(const struct sk_buff *skb) { return skb->data_len; }
static inline bool skb_cloned(const struct sk_buff *skb) { return skb->cloned && atomic_read(&skb_shinfo(skb)->dataref) != 1; }
static inline bool skb_shared(const struct sk_buff *skb) { return refcount_read(&skb->users) != 1; }
static inline int skb_linearize(struct sk_buff *skb) { return 0; }
static inline void skb_reset_tail_pointer(struct sk_buff *skb) { skb->tail = skb->data - skb->head; }
static inline void skb_set_tail_pointer(struct sk_buff *skb, const int offset) { skb->tail = skb->data - skb->head + offset; }
static inline void skb_reserve(struct sk_buff *skb, int len) { skb->data += len; skb->tail += len; }
static inline void __wq_skb_panic(struct sk_buff *skb, unsigned int sz, const char *msg, const char *name)
{
	pr_emerg("skbuff: %s: text:%px len:%d put:%d head:%px data:%px tail:%#lx end:%#lx dev:%s\n", msg, NULL, skb->len, sz,
		 skb->head, skb->data, (unsigned long)skb->tail, (unsigned long)skb->end, name);
	BUG();
}
static inline void *__skb_put(struct sk_buff *skb, unsigned int len)
{
	void *tmp = skb_tail_pointer(skb);

	skb->tail += len;
	skb->len += len;
	return tmp;
}
static inline void *skb_put(struct sk_buff *skb, unsigned int len)
{
	void *tmp = __skb_put(skb, len);

	if (unlikely(skb->tail > skb->end))
		__wq_skb_panic(skb, len, "skb_over_panic", "<NULL>");
	return tmp;
}
static inline void *skb_put_zero(struct sk_buff *skb, unsigned int len) { return memset(skb_put(skb, len), 0, len); }
static inline void *skb_put_data(struct sk_buff *skb, const void *data, unsigned int len) { return memcpy(skb_put(skb, len), data, len); }
static inline void skb_put_u8(struct sk_buff *skb, u8 val) { *(u8 *)skb_put(skb, 1) = val; }
static inline void *__skb_push(struct sk_buff *skb, unsigned int len)
{
	skb->data -= len;
	skb->len += len;
	return skb->data;
}
static inline void *skb_push(struct sk_buff *skb, unsigned int len)
{
	__skb_push(skb, len);
	if (unlikely(skb->data < skb->head))
		__wq_skb_panic(skb, len, "skb_under_panic", "<NULL>");
	return skb->data;
}
static inline void *__skb_pull(struct sk_buff *skb, unsigned int len)
{
	skb->len -= len;
	BUG_ON(skb->len < skb->data_len);
	return skb->data += len;
}
static inline void *skb_pull(struct sk_buff *skb, unsigned int len) { return len > skb->len ? NULL : __skb_pull(skb, len); }
static inline bool pskb_may_pull(struct sk_buff *skb, unsigned int len) { return len <= skb->len; }
static inline void skb_trim(struct sk_buff *skb, unsigned int len)
{
	if (skb->len > len) {
		skb->len = len;
		skb_set_tail_pointer(skb, len);
	}
}
static inline int pskb_trim(struct sk_buff *skb, unsigned int len) { skb_trim(skb, len); return 0; }
static inline void __wq_skb_fresh(struct sk_buff *skb, unsigned char *data, unsigned int size)
{
	skb->head = skb->data = data;
	skb->end = size;
	skb->truesize = SKB_TRUESIZE(size);
	refcount_set(&skb->users, 1);
	skb->mac_header = skb->transport_header = (__u16)~0U;
	skb_shinfo(skb)->nr_frags = 0;
	skb_shinfo(skb)->frag_list = NULL;
	atomic_set(&skb_shinfo(skb)->dataref, 1);
}
static inline struct sk_buff *alloc_skb(unsigned int size, gfp_t priority)
{
	struct sk_buff *skb = kzalloc(sizeof(*skb), priority);
	unsigned char *data;

	if (!skb)
		return NULL;
	size = SKB_DATA_ALIGN(size);
	data = kmalloc(size + sizeof(struct skb_shared_info), priority);
	if (!data) {
		kfree(skb);
		return NULL;
	}
	__wq_skb_fresh(skb, data, size);
	return skb;
}
static inline struct sk_buff *build_skb(void *data, unsigned int frag_size)
{
	struct sk_buff *skb = kzalloc(sizeof(*skb), GFP_ATOMIC);

	if (skb)
		__wq_skb_fresh(skb, data, frag_size - SKB_DATA_ALIGN(sizeof(struct skb_shared_info)));
	return skb;
}
static inline struct sk_buff *__netdev_alloc_skb(struct net_device *dev, unsigned int len, gfp_t gfp)
{
	struct sk_buff *skb = alloc_skb(len + NET_SKB_PAD, gfp);

	if (skb) {
		skb_reserve(skb, NET_SKB_PAD);
		skb->dev = dev;
	}
	return skb;
}
static inline struct sk_buff *netdev_alloc_skb(struct net_device *dev, unsigned int length) { return __netdev_alloc_skb(dev, length, GFP_ATOMIC); }
static inline struct sk_buff *dev_alloc_skb(unsigned int length) { return netdev_alloc_skb(NULL, length); }
static inline struct sk_buff *netdev_alloc_skb_ip_align(struct net_device *dev, unsigned int length)
{
	struct sk_buff *skb = netdev_alloc_skb(dev, length + NET_IP_ALIGN);

	if (skb)
		skb_reserve(skb, NET_IP_ALIGN);
	return skb;
}
static inline void __wq_skb_data_put(struct sk_buff *skb)
{
	if (atomic_dec_return(&skb_shinfo(skb)->dataref) == 0)
		kfree(skb->head);
}
static inline void __kfree_skb(struct sk_buff *skb)
{
	if (skb->destructor)
		skb->destructor(skb);
	__wq_skb_data_put(skb);
	kfree(skb);
}
static inline void kfree_skb(struct sk_buff *skb)
{
	if (skb && refcount_dec_and_test(&skb->users))
		__kfree_skb(skb);
}
static inline void consume_skb(struct sk_buff *skb) { kfree_skb(skb); }
static inline void kfree_skb_reason(struct sk_buff *skb, enum skb_drop_reason reason) { kfree_skb(skb); }
static inline void dev_kfree_skb_irq(struct sk_buff *skb) { kfree_skb(skb); }
static inline void dev_kfree_skb_any(struct sk_buff *skb) { kfree_skb(skb); }
static inline void dev_consume_skb_irq(struct sk_buff *skb) { kfree_skb(skb); }
static inline void dev_consume_skb_any(struct sk_buff *skb) { kfree_skb(skb); }
static inline void napi_consume_skb(struct sk_buff *skb, int budget) { kfree_skb(skb); }
static inline struct sk_buff *skb_get(struct sk_buff *skb) { refcount_inc(&skb->users); return skb; }
static inline struct sk_buff *skb_clone(struct sk_buff *skb, gfp_t gfp_mask)
{
	struct sk_buff *n = kmalloc(sizeof(*n), gfp_mask);

	if (!n)
		return NULL;
	memcpy(n, skb, sizeof(*n));
	n->next = n->prev = NULL;
	n->sk = NULL;
	n->destructor = NULL;
	refcount_set(&n->users, 1);
	skb->cloned = n->cloned = 1;
	atomic_inc(&skb_shinfo(skb)->dataref);
	return n;
}
static inline struct sk_buff *skb_copy_expand(const struct sk_buff *skb, int newheadroom, int newtailroom, gfp_t gfp_mask)
{
	struct sk_buff *n = alloc_skb(newheadroom + skb->len + newtailroom, gfp_mask);
	int off;

	if (!n)
		return NULL;
	skb_reserve(n, newheadroom);
	memcpy(skb_put(n, skb->len), skb->data, skb->len);
	off = newheadroom - skb_headroom(skb);
	n->dev = skb->dev;
	n->protocol = skb->protocol;
	n->pkt_type = skb->pkt_type;
	n->ip_summed = skb->ip_summed;
	n->priority = skb->priority;
	n->mark = skb->mark;
	n->tstamp = skb->tstamp;
	memcpy(n->cb, skb->cb, sizeof(n->cb));
	n->mac_len = skb->mac_len;
	n->network_header = skb->network_header + off;
	n->mac_header = skb->mac_header == (__u16)~0U ? skb->mac_header : skb->mac_header + off;
	n->transport_header = skb->transport_header == (__u16)~0U ? skb->transport_header : skb->transport_header + off;
	return n;
}
static inline struct sk_buff *skb_copy(const struct sk_buff *skb, gfp_t gfp_mask)
{ return skb_copy_expand(skb, skb_headroom(skb), skb_tailroom(skb), gfp_mask); }
static inline struct sk_buff *pskb_copy(struct sk_buff *skb, gfp_t gfp_mask) { return skb_copy(skb, gfp_mask); }
static inline int pskb_expand_head(struct sk_buff *skb, int nhead, int ntail, gfp_t gfp_mask)
{
	unsigned int size = SKB_DATA_ALIGN(nhead + skb->end + ntail), used = skb->tail;
	unsigned char *data = kmalloc(size + sizeof(struct skb_shared_info), gfp_mask);
	int headroom = skb_headroom(skb);

	if (!data)
		return -ENOMEM;
	memcpy(data + nhead + headroom, skb->data, skb->len);
	__wq_skb_data_put(skb);
	skb->head = data;
	skb->data = data + nhead + headroom;
	skb->tail = used + nhead;
	skb->end = size;
	skb->cloned = 0;
	skb->network_header += nhead;
	if (skb->mac_header != (__u16)~0U)
		skb->mac_header += nhead;
	if (skb->transport_header != (__u16)~0U)
		skb->transport_header += nhead;
	skb_shinfo(skb)->nr_frags = 0;
	skb_shinfo(skb)->frag_list = NULL;
	atomic_set(&skb_shinfo(skb)->dataref, 1);
	return 0;
}
static inline int skb_cow(struct sk_buff *skb, unsigned int headroom)
{
	int more = headroom > skb_headroom(skb) ? headroom - skb_headroom(skb) : 0;

	return more || skb_cloned(skb) ? pskb_expand_head(skb, ALIGN(more, NET_SKB_PAD), 0, GFP_ATOMIC) : 0;
}
static inline int skb_cow_head(struct sk_buff *skb, unsigned int headroom) { return skb_cow(skb, headroom); }
static inline int skb_padto(struct sk_buff *skb, unsigned int len)
{
	if (skb->len >= len)
		return 0;
	if (skb_tailroom(skb) < len - skb->len && pskb_expand_head(skb, 0, len - skb->len - skb_tailroom(skb), GFP_ATOMIC)) {
		kfree_skb(skb);
		return -ENOMEM;
	}
	memset(skb_tail_pointer(skb), 0, len - skb->len);
	return 0;
}
static inline int skb_put_padto(struct sk_buff *skb, unsigned int len)
{
	unsigned int size = skb->len;

	if (size < len) {
		if (skb_padto(skb, len))
			return -ENOMEM;
		__skb_put(skb, len - size);
	}
	return 0;
}
static inline int eth_skb_pad(struct sk_buff *skb) { return skb_put_padto(skb, ETH_ZLEN); }
static inline int skb_copy_bits(const struct sk_buff *skb, int offset, void *to, int len)
{
	if (offset > (int)skb->len - len)
		return -EFAULT;
	memcpy(to, skb->data + offset, len);
	return 0;
}
static inline int skb_store_bits(struct sk_buff *skb, int offset, const void *from, int len)
{
	if (offset > (int)skb->len - len)
		return -EFAULT;
	memcpy(skb->data + offset, from, len);
	return 0;
}
static inline void skb_copy_from_linear_data(const struct sk_buff *skb, void *to, const unsigned int len) { memcpy(to, skb->data, len); }
static inline void skb_copy_to_linear_data(struct sk_buff *skb, const void *from, const unsigned int len) { memcpy(skb->data, from, len); }
static inline void *skb_header_pointer(const struct sk_buff *skb, int offset, int len, void *buffer)
{ return (int)skb->len - offset >= len ? skb->data + offset : NULL; }
static inline unsigned char *skb_mac_header(const struct sk_buff *skb) { return skb->head + skb->mac_header; }
static inline unsigned char *skb_network_header(const struct sk_buff *skb) { return skb->head + skb->network_header; }
static inline unsigned char *skb_transport_header(const struct sk_buff *skb) { return skb->head + skb->transport_header; }
static inline bool skb_mac_header_was_set(const struct sk_buff *skb) { return skb->mac_header != (__u16)~0U; }
static inline void skb_reset_mac_header(struct sk_buff *skb) { skb->mac_header = skb->data - skb->head; }
static inline void skb_reset_network_header(struct sk_buff *skb) { skb->network_header = skb->data - skb->head; }
static inline void skb_reset_transport_header(struct sk_buff *skb) { skb->transport_header = skb->data - skb->head; }
static inline void skb_set_mac_header(struct sk_buff *skb, const int offset) { skb->mac_header = skb->data - skb->head + offset; }
static inline void skb_set_network_header(struct sk_buff *skb, const int offset) { skb->network_header = skb->data - skb->head + offset; }
static inline void skb_set_transport_header(struct sk_buff *skb, const int offset) { skb->transport_header = skb->data - skb->head + offset; }
static inline int skb_network_offset(const struct sk_buff *skb) { return skb_network_header(skb) - skb->data; }
static inline int skb_transport_offset(const struct sk_buff *skb) { return skb_transport_header(skb) - skb->data; }
static inline int skb_mac_offset(const struct sk_buff *skb) { return skb_mac_header(skb) - skb->data; }
static inline void skb_tx_timestamp(struct sk_buff *skb) { }
static inline void __net_timestamp(struct sk_buff *skb) { skb->tstamp = ktime_get_real(); }
static inline void skb_orphan(struct sk_buff *skb)
{
	if (skb->destructor)
		skb->destructor(skb);
	skb->destructor = NULL;
	skb->sk = NULL;
}
static inline void skb_dst_drop(struct sk_buff *skb) { }
static inline void skb_checksum_none_assert(const struct sk_buff *skb) { }
static inline u16 skb_get_queue_mapping(const struct sk_buff *skb) { return skb->queue_mapping; }
static inline void skb_set_queue_mapping(struct sk_buff *skb, u16 queue_mapping) { skb->queue_mapping = queue_mapping; }
static inline void skb_record_rx_queue(struct sk_buff *skb, u16 rx_queue) { skb->queue_mapping = rx_queue + 1; }
/* queues of packets: the list's head is the first two members */
static inline void __skb_queue_head_init(struct sk_buff_head *list) { list->prev = list->next = (struct sk_buff *)list; list->qlen = 0; }
static inline void skb_queue_head_init(struct sk_buff_head *list) { spin_lock_init(&list->lock); __skb_queue_head_init(list); }
static inline int skb_queue_empty(const struct sk_buff_head *list) { return list->next == (const struct sk_buff *)list; }
static inline bool skb_queue_empty_lockless(const struct sk_buff_head *list) { return skb_queue_empty(list); }
static inline __u32 skb_queue_len(const struct sk_buff_head *list) { return list->qlen; }
static inline __u32 skb_queue_len_lockless(const struct sk_buff_head *list) { return READ_ONCE(list->qlen); }
static inline struct sk_buff *skb_peek(const struct sk_buff_head *list) { return skb_queue_empty(list) ? NULL : list->next; }
static inline struct sk_buff *skb_peek_tail(const struct sk_buff_head *list) { return skb_queue_empty(list) ? NULL : list->prev; }
static inline bool skb_queue_is_last(const struct sk_buff_head *list, const struct sk_buff *skb) { return skb->next == (const struct sk_buff *)list; }
static inline void __wq_skb_insert(struct sk_buff *skb, struct sk_buff *prev, struct sk_buff *next, struct sk_buff_head *list)
{
	skb->next = next;
	skb->prev = prev;
	next->prev = prev->next = skb;
	list->qlen++;
}
static inline void __skb_queue_head(struct sk_buff_head *list, struct sk_buff *skb) { __wq_skb_insert(skb, (struct sk_buff *)list, list->next, list); }
static inline void __skb_queue_tail(struct sk_buff_head *list, struct sk_buff *skb) { __wq_skb_insert(skb, list->prev, (struct sk_buff *)list, list); }
static inline void __skb_unlink(struct sk_buff *skb, struct sk_buff_head *list)
{
	list->qlen--;
	skb->next->prev = skb->prev;
	skb->prev->next = skb->next;
	skb->next = skb->prev = NULL;
}
static inline struct sk_buff *__skb_dequeue(struct sk_buff_head *list)
{
	struct sk_buff *skb = skb_peek(list);

	if (skb)
		__skb_unlink(skb, list);
	return skb;
}
static inline struct sk_buff *__skb_dequeue_tail(struct sk_buff_head *list)
{
	struct sk_buff *skb = skb_peek_tail(list);

	if (skb)
		__skb_unlink(skb, list);
	return skb;
}
static inline void skb_queue_head(struct sk_buff_head *list, struct sk_buff *newsk)
{
	unsigned long flags;

	spin_lock_irqsave(&list->lock, flags);
	__skb_queue_head(list, newsk);
	spin_unlock_irqrestore(&list->lock, flags);
}
static inline void skb_queue_tail(struct sk_buff_head *list, struct sk_buff *newsk)
{
	unsigned long flags;

	spin_lock_irqsave(&list->lock, flags);
	__skb_queue_tail(list, newsk);
	spin_unlock_irqrestore(&list->lock, flags);
}
static inline void skb_unlink(struct sk_buff *skb, struct sk_buff_head *list)
{
	unsigned long flags;

	spin_lock_irqsave(&list->lock, flags);
	__skb_unlink(skb, list);
	spin_unlock_irqrestore(&list->lock, flags);
}
static inline struct sk_buff *skb_dequeue(struct sk_buff_head *list)
{
	struct sk_buff *skb;
	unsigned long flags;

	spin_lock_irqsave(&list->lock, flags);
	skb = __skb_dequeue(list);
	spin_unlock_irqrestore(&list->lock, flags);
	return skb;
}
static inline struct sk_buff *skb_dequeue_tail(struct sk_buff_head *list)
{
	struct sk_buff *skb;
	unsigned long flags;

	spin_lock_irqsave(&list->lock, flags);
	skb = __skb_dequeue_tail(list);
	spin_unlock_irqrestore(&list->lock, flags);
	return skb;
}
static inline void __skb_queue_purge(struct sk_buff_head *list)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(list)) != NULL)
		kfree_skb(skb);
}
static inline void skb_queue_purge(struct sk_buff_head *list)
{
	struct sk_buff *skb;

	while ((skb = skb_dequeue(list)) != NULL)
		kfree_skb(skb);
}
static inline void skb_queue_splice_tail_init(struct sk_buff_head *list, struct sk_buff_head *head)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(list)) != NULL)
		__skb_queue_tail(head, skb);
}
static inline void skb_queue_splice_init(struct sk_buff_head *list, struct sk_buff_head *head)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue_tail(list)) != NULL)
		__skb_queue_head(head, skb);
}
"""
