"""<linux/idr.h>, <linux/xarray.h>, <linux/radix-tree.h>: numbers to pointers, in C. A sorted array stands for the kernel's tree."""

HEADER = r"""
struct __wq_slot { unsigned long index; void *entry; unsigned int marks; };
struct xarray { spinlock_t xa_lock; gfp_t xa_flags; unsigned int count, room; struct __wq_slot *slots; };
struct idr { struct xarray idr_rt; unsigned int idr_base, idr_next; };
struct ida { struct xarray xa; };
struct xa_limit { u32 max, min; };
typedef unsigned int xa_mark_t;
#define XA_FLAGS_ALLOC 4u
#define XA_FLAGS_ALLOC1 20u
#define XA_FLAGS_LOCK_IRQ 1u
#define XA_FLAGS_LOCK_BH 2u
#define XARRAY_INIT(name, flags) { .xa_flags = flags }
#define DEFINE_XARRAY_FLAGS(name, flags) struct xarray name = XARRAY_INIT(name, flags)
#define DEFINE_XARRAY(name) DEFINE_XARRAY_FLAGS(name, 0)
#define DEFINE_XARRAY_ALLOC(name) DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC)
#define DEFINE_XARRAY_ALLOC1(name) DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC1)
#define XA_LIMIT(min_, max_) ((struct xa_limit){ .min = min_, .max = max_ })
#define xa_limit_32b XA_LIMIT(0, UINT_MAX)
#define xa_limit_31b XA_LIMIT(0, INT_MAX)
#define xa_limit_16b XA_LIMIT(0, USHRT_MAX)
#define xa_lock(xa) spin_lock(&(xa)->xa_lock)
#define xa_unlock(xa) spin_unlock(&(xa)->xa_lock)
#define IDR_INIT(name) { .idr_base = 0 }
#define DEFINE_IDR(name) struct idr name = IDR_INIT(name)
#define IDA_INIT(name) { { .count = 0 } }
#define DEFINE_IDA(name) struct ida name = IDA_INIT(name)
#define xa_for_each_range(xa, index, entry, start, last) \
	for ((index) = (start), (entry) = xa_find(xa, &(index), last, 0); (entry); (entry) = xa_find_after(xa, &(index), last, 0))
#define xa_for_each_start(xa, index, entry, start) xa_for_each_range(xa, index, entry, start, ULONG_MAX)
#define xa_for_each(xa, index, entry) xa_for_each_start(xa, index, entry, 0)
#define xa_lock_irqsave(xa, flags) spin_lock_irqsave(&(xa)->xa_lock, flags)
#define xa_unlock_irqrestore(xa, flags) spin_unlock_irqrestore(&(xa)->xa_lock, flags)
#define xa_lock_irq(xa) spin_lock_irq(&(xa)->xa_lock)
#define xa_unlock_irq(xa) spin_unlock_irq(&(xa)->xa_lock)
#define xa_lock_bh(xa) spin_lock_bh(&(xa)->xa_lock)
#define xa_unlock_bh(xa) spin_unlock_bh(&(xa)->xa_lock)
#define __xa_store(xa, index, entry, gfp) xa_store(xa, index, entry, gfp)
#define __xa_erase(xa, index) xa_erase(xa, index)
#define __xa_insert(xa, index, entry, gfp) xa_insert(xa, index, entry, gfp)
#define __xa_alloc(xa, id, entry, limit, gfp) xa_alloc(xa, id, entry, limit, gfp)
#define xa_store_irq(xa, index, entry, gfp) xa_store(xa, index, entry, gfp)
#define xa_erase_irq(xa, index) xa_erase(xa, index)
#define xa_store_bh(xa, index, entry, gfp) xa_store(xa, index, entry, gfp)
#define xa_erase_bh(xa, index) xa_erase(xa, index)
#define xa_insert_irq(xa, index, entry, gfp) xa_insert(xa, index, entry, gfp)
#define xa_for_each_marked(xa, index, entry, filter) \
	for ((index) = 0, (entry) = xa_find(xa, &(index), ULONG_MAX, filter); (entry); \
	     (entry) = xa_find_after(xa, &(index), ULONG_MAX, filter))
#define XA_MARK_0 1u
#define XA_MARK_1 2u
#define XA_MARK_2 4u
#define XA_PRESENT 8u
#define XA_ZERO_ENTRY ((void *)1030UL)
#define xa_is_zero(entry) ((entry) == XA_ZERO_ENTRY)
#define idr_for_each_entry_ul(idr, entry, tmp, id) \
	for ((id) = 0, (tmp) = 0; ((entry) = xa_find(&(idr)->idr_rt, &(id), ULONG_MAX, 0)) != NULL; (tmp) = (id), (id)++)
#define idr_for_each_entry_continue(idr, entry, id) \
	for ((entry) = __wq_idr_next((idr), &(id)); entry; ++(id), (entry) = __wq_idr_next((idr), &(id)))
#define idr_for_each_entry(idr, entry, id) \
	for ((id) = 0; ((entry) = __wq_idr_next((idr), &(id))) != NULL; (id)++)
#define ida_simple_get(ida, start, end, gfp) ida_alloc_range(ida, start, (end) ? (end) - 1 : INT_MAX, gfp)
#define ida_simple_remove(ida, id) ida_free(ida, id)
#define ida_alloc(ida, gfp) ida_alloc_range(ida, 0, INT_MAX, gfp)
#define ida_alloc_min(ida, min, gfp) ida_alloc_range(ida, min, INT_MAX, gfp)
#define ida_alloc_max(ida, max, gfp) ida_alloc_range(ida, 0, max, gfp)
#define radix_tree_root xarray
#define RADIX_TREE_INIT(name, mask) XARRAY_INIT(name, 0)
#define RADIX_TREE(name, mask) struct xarray name = RADIX_TREE_INIT(name, mask)
#define INIT_RADIX_TREE(root, mask) xa_init(root)
#define radix_tree_preload(gfp) ({ preempt_disable(); 0; })
#define radix_tree_preload_end() preempt_enable()
#define radix_tree_empty(root) xa_empty(root)
#define xa_mk_value(v) ((void *)(((v) << 1) | 1))
#define xa_to_value(entry) ((unsigned long)(entry) >> 1)
#define xa_is_value(entry) ((unsigned long)(entry) & 1)
"""

INLINE = r"""
static inline unsigned int __wq_xa_at(struct xarray *xa, unsigned long index)
{
	unsigned int low = 0, high = xa->count;

	while (low < high) {
		unsigned int mid = (low + high) / 2;

		if (xa->slots[mid].index < index)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}
static inline int __wq_xa_put(struct xarray *xa, unsigned long index, void *entry, void **old)
{
	unsigned int at = __wq_xa_at(xa, index);

	*old = NULL;
	if (at < xa->count && xa->slots[at].index == index) {
		*old = xa->slots[at].entry;
		if (entry) {
			xa->slots[at].entry = entry;
			return 0;
		}
		xa->count--;
		memmove(&xa->slots[at], &xa->slots[at + 1], (xa->count - at) * sizeof(*xa->slots));
		if (!xa->count) {
			kfree(xa->slots);
			xa->slots = NULL;
			xa->room = 0;
		}
		return 0;
	}
	if (!entry)
		return 0;
	if (xa->count == xa->room) {
		unsigned int room = xa->room ? xa->room * 2 : 8;
		struct __wq_slot *slots = krealloc(xa->slots, room * sizeof(*slots), GFP_ATOMIC);

		if (!slots)
			return -ENOMEM;
		xa->slots = slots;
		xa->room = room;
	}
	memmove(&xa->slots[at + 1], &xa->slots[at], (xa->count - at) * sizeof(*xa->slots));
	xa->slots[at].index = index;
	xa->slots[at].entry = entry;
	xa->slots[at].marks = 0;
	xa->count++;
	return 0;
}
static inline void xa_init_flags(struct xarray *xa, gfp_t flags) { memset(xa, 0, sizeof(*xa)); xa->xa_flags = flags; }
static inline void xa_init(struct xarray *xa) { xa_init_flags(xa, 0); }
static inline bool xa_empty(const struct xarray *xa) { return !xa->count; }
static inline void *xa_load(struct xarray *xa, unsigned long index)
{
	unsigned int at = __wq_xa_at(xa, index);

	return at < xa->count && xa->slots[at].index == index && !xa_is_zero(xa->slots[at].entry) ? xa->slots[at].entry : NULL;
}
static inline void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	void *old;
	int err = __wq_xa_put(xa, index, entry, &old);

	return err ? (void *)(((long)err << 2) | 2) : old;
}
static inline bool xa_is_err(const void *entry) { return ((unsigned long)entry & 3) == 2 && (long)entry < 0; }
static inline int xa_err(void *entry) { return xa_is_err(entry) ? (long)entry >> 2 : 0; }
static inline void *xa_erase(struct xarray *xa, unsigned long index)
{
	void *old;

	__wq_xa_put(xa, index, NULL, &old);
	return old;
}
static inline int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	void *old;

	return xa_load(xa, index) ? -EBUSY : __wq_xa_put(xa, index, entry, &old);
}
static inline int xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp)
{
	unsigned long i = limit.min;
	unsigned int at;
	void *old;

	if (!i && xa->xa_flags == XA_FLAGS_ALLOC1)
		i = 1;
	for (at = __wq_xa_at(xa, i); at < xa->count && xa->slots[at].index == i; at++)
		i++;
	if (i > limit.max)
		return -EBUSY;
	*id = i;
	return __wq_xa_put(xa, i, entry, &old);
}
static inline void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter)
{
	unsigned int at = __wq_xa_at(xa, *index);

	while (at < xa->count && ((filter & 7 && !(xa->slots[at].marks & filter)) || xa_is_zero(xa->slots[at].entry)))
		at++;
	if (at >= xa->count || xa->slots[at].index > max)
		return NULL;
	*index = xa->slots[at].index;
	return xa->slots[at].entry;
}
static inline void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter)
{
	if (*index == ULONG_MAX)
		return NULL;
	++*index;
	return xa_find(xa, index, max, filter);
}
static inline int xa_alloc_cyclic(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, u32 *next, gfp_t gfp)
{
	u32 min = limit.min;
	int ret;

	limit.min = max(min, *next);
	ret = xa_alloc(xa, id, entry, limit, gfp);
	if (ret == -EBUSY && limit.min > min) {
		limit.min = min;
		ret = xa_alloc(xa, id, entry, limit, gfp);
		if (!ret)
			ret = 1;
	}
	if (ret >= 0)
		*next = *id + 1;
	return ret;
}
static inline void *xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *entry, gfp_t gfp)
{
	void *now = xa_load(xa, index);

	if (now == old)
		xa_store(xa, index, entry, gfp);
	return now;
}
static inline int xa_reserve(struct xarray *xa, unsigned long index, gfp_t gfp)
{ return xa_load(xa, index) ? 0 : xa_err(xa_store(xa, index, XA_ZERO_ENTRY, gfp)); }
static inline void xa_release(struct xarray *xa, unsigned long index)
{
	unsigned int at = __wq_xa_at(xa, index);

	if (at < xa->count && xa->slots[at].index == index && xa_is_zero(xa->slots[at].entry))
		xa_erase(xa, index);
}
static inline bool xa_get_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	unsigned int at = __wq_xa_at(xa, index);

	return at < xa->count && xa->slots[at].index == index && xa->slots[at].marks & mark;
}
static inline void xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	if (xa_load(xa, index))
		xa->slots[__wq_xa_at(xa, index)].marks |= mark;
}
static inline void xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	if (xa_load(xa, index))
		xa->slots[__wq_xa_at(xa, index)].marks &= ~mark;
}
static inline bool xa_marked(const struct xarray *xa, xa_mark_t mark)
{
	unsigned int i;

	for (i = 0; i < xa->count; i++)
		if (xa->slots[i].marks & mark)
			return true;
	return false;
}
static inline unsigned int xa_extract(struct xarray *xa, void **dst, unsigned long start, unsigned long max, unsigned int n, xa_mark_t filter)
{
	unsigned int found = 0;
	void *entry;

	for (entry = xa_find(xa, &start, max, filter); entry && found < n; entry = xa_find_after(xa, &start, max, filter))
		dst[found++] = entry;
	return found;
}
static inline void xa_destroy(struct xarray *xa) { kfree(xa->slots); xa->slots = NULL; xa->count = xa->room = 0; }
static inline void idr_init(struct idr *idr) { memset(idr, 0, sizeof(*idr)); }
static inline void idr_init_base(struct idr *idr, int base) { idr_init(idr); idr->idr_base = base; }
static inline void idr_preload(gfp_t gfp) { }
static inline void idr_preload_end(void) { }
static inline int idr_alloc(struct idr *idr, void *ptr, int start, int end, gfp_t gfp)
{
	u32 id;
	int err = xa_alloc(&idr->idr_rt, &id, ptr, XA_LIMIT(start, end > 0 ? end - 1 : INT_MAX), gfp);

	return err ? (err == -EBUSY ? -ENOSPC : err) : (int)id;
}
static inline int idr_alloc_cyclic(struct idr *idr, void *ptr, int start, int end, gfp_t gfp)
{
	int id = idr_alloc(idr, ptr, max(start, (int)idr->idr_next), end, gfp);

	if (id == -ENOSPC)
		id = idr_alloc(idr, ptr, start, end, gfp);
	if (id >= 0)
		idr->idr_next = id + 1;
	return id;
}
static inline int idr_alloc_u32(struct idr *idr, void *ptr, u32 *nextid, unsigned long max_, gfp_t gfp)
{
	int err = xa_alloc(&idr->idr_rt, nextid, ptr, XA_LIMIT(*nextid, max_), gfp);

	return err == -EBUSY ? -ENOSPC : err;
}
static inline unsigned int idr_get_cursor(const struct idr *idr) { return READ_ONCE(idr->idr_next); }
static inline void idr_set_cursor(struct idr *idr, unsigned int val) { WRITE_ONCE(idr->idr_next, val); }
static inline void *idr_find(const struct idr *idr, unsigned long id) { return xa_load((struct xarray *)&idr->idr_rt, id); }
static inline void *idr_remove(struct idr *idr, unsigned long id) { return xa_erase(&idr->idr_rt, id); }
static inline void *idr_replace(struct idr *idr, void *ptr, unsigned long id)
{
	void *old;

	if (!idr_find(idr, id))
		return ERR_PTR(-ENOENT);
	__wq_xa_put(&idr->idr_rt, id, ptr, &old);
	return old;
}
static inline bool idr_is_empty(const struct idr *idr) { return !idr->idr_rt.count; }
static inline void idr_destroy(struct idr *idr) { xa_destroy(&idr->idr_rt); }
static inline void *__wq_idr_next(struct idr *idr, int *id)
{
	unsigned long index = *id;
	void *entry = xa_find(&idr->idr_rt, &index, INT_MAX, 0);

	*id = index;
	return entry;
}
static inline void *idr_get_next(struct idr *idr, int *id) { return __wq_idr_next(idr, id); }
static inline int idr_for_each(const struct idr *idr, int (*fn)(int id, void *p, void *data), void *data)
{
	unsigned int i;

	for (i = 0; i < idr->idr_rt.count; i++) {
		int ret = fn(idr->idr_rt.slots[i].index, idr->idr_rt.slots[i].entry, data);

		if (ret)
			return ret;
	}
	return 0;
}
static inline void ida_init(struct ida *ida) { memset(ida, 0, sizeof(*ida)); }
static inline int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max, gfp_t gfp)
{
	u32 id;
	int err = xa_alloc(&ida->xa, &id, xa_mk_value(1UL), XA_LIMIT(min, max), gfp);

	return err ? (err == -EBUSY ? -ENOSPC : err) : (int)id;
}
static inline void ida_free(struct ida *ida, unsigned int id) { xa_erase(&ida->xa, id); }
static inline bool ida_is_empty(const struct ida *ida) { return !ida->xa.count; }
static inline void ida_destroy(struct ida *ida) { xa_destroy(&ida->xa); }
static inline int radix_tree_insert(struct xarray *root, unsigned long index, void *item)
{
	int err = xa_insert(root, index, item, GFP_ATOMIC);

	return err == -EBUSY ? -EEXIST : err;
}
static inline void *radix_tree_lookup(const struct xarray *root, unsigned long index) { return xa_load((struct xarray *)root, index); }
static inline void *radix_tree_delete(struct xarray *root, unsigned long index) { return xa_erase(root, index); }
static inline void *radix_tree_delete_item(struct xarray *root, unsigned long index, void *item)
{
	void *now = xa_load(root, index);

	return item && now != item ? NULL : xa_erase(root, index);
}
static inline unsigned int radix_tree_gang_lookup(const struct xarray *root, void **results, unsigned long first, unsigned int max_items)
{ return xa_extract((struct xarray *)root, results, first, ULONG_MAX, max_items, 0); }
static inline void *radix_tree_tag_set(struct xarray *root, unsigned long index, unsigned int tag)
{ xa_set_mark(root, index, 1u << tag); return xa_load(root, index); }
static inline int radix_tree_tag_get(const struct xarray *root, unsigned long index, unsigned int tag)
{ return xa_get_mark((struct xarray *)root, index, 1u << tag); }
"""
