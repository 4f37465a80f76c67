"""<linux/slab.h>, <linux/gfp.h>, <linux/vmalloc.h>, <linux/mm.h>, <linux/mempool.h>: memory."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
#define __GFP_DMA 0x01u
#define __GFP_HIGHMEM 0x02u
#define __GFP_DMA32 0x04u
#define __GFP_RECLAIMABLE 0x10u
#define __GFP_HIGH 0x20u
#define __GFP_IO 0x40u
#define __GFP_FS 0x80u
#define __GFP_ZERO 0x100u
#define __GFP_DIRECT_RECLAIM 0x400u
#define __GFP_KSWAPD_RECLAIM 0x800u
#define __GFP_WRITE 0x1000u
#define __GFP_NOWARN 0x2000u
#define __GFP_RETRY_MAYFAIL 0x4000u
#define __GFP_NOFAIL 0x8000u
#define __GFP_NORETRY 0x10000u
#define __GFP_MEMALLOC 0x20000u
#define __GFP_COMP 0x40000u
#define __GFP_NOMEMALLOC 0x80000u
#define __GFP_HARDWALL 0x100000u
#define __GFP_ACCOUNT 0x400000u
#define __GFP_RECLAIM (__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM)
#define GFP_ATOMIC (__GFP_HIGH | __GFP_KSWAPD_RECLAIM)
#define GFP_KERNEL (__GFP_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_KERNEL_ACCOUNT (GFP_KERNEL | __GFP_ACCOUNT)
#define GFP_NOWAIT (__GFP_KSWAPD_RECLAIM | __GFP_NOWARN)
#define GFP_NOIO __GFP_RECLAIM
#define GFP_NOFS (__GFP_RECLAIM | __GFP_IO)
#define GFP_USER (__GFP_RECLAIM | __GFP_IO | __GFP_FS | __GFP_HARDWALL)
#define GFP_HIGHUSER (GFP_USER | __GFP_HIGHMEM)
#define GFP_DMA __GFP_DMA
#define GFP_DMA32 __GFP_DMA32
#define SLAB_HWCACHE_ALIGN 0x2000u
#define SLAB_PANIC 0x40000u
#define SLAB_TYPESAFE_BY_RCU 0x80000u
#define SLAB_ACCOUNT 0x400000u
#define SLAB_RECLAIM_ACCOUNT 0x20000u
#define SLAB_POISON 0x800u
#define SLAB_RED_ZONE 0x400u
#define KMALLOC_MAX_SIZE (1UL << 22)
#define ZERO_SIZE_PTR ((void *)16)
#define ZERO_OR_NULL_PTR(x) ((unsigned long)(x) <= (unsigned long)ZERO_SIZE_PTR)
#define KMEM_CACHE(type, flags) kmem_cache_create(#type, sizeof(struct type), __alignof__(struct type), (flags), NULL)
#define ARCH_KMALLOC_MINALIGN 8
#define kvfree_rcu_arg_1(ptr) do { synchronize_rcu(); kvfree(ptr); } while (0)
#define __wq_kfree_rcu_2(ptr, member) __wq_kfree_rcu_at((ptr) ? &(ptr)->member : NULL, ptr)
#define __wq_kfree_rcu_1(ptr) kvfree_rcu_arg_1(ptr)
#define __wq_pick3(a, b, c, ...) c
#define kfree_rcu(ptr, ...) __wq_pick3(ptr, ##__VA_ARGS__, __wq_kfree_rcu_2, __wq_kfree_rcu_1)(ptr, ##__VA_ARGS__)
#define kvfree_rcu(ptr, ...) kfree_rcu(ptr, ##__VA_ARGS__)
#define kfree_rcu_mightsleep(ptr) kvfree_rcu_arg_1(ptr)
struct kmem_cache;
struct page { unsigned long flags; void *wq_address; unsigned int wq_order; };
#define PAGE_OFFSET 0xffff888000000000UL
#define __pa(x) ((unsigned long)(x) - PAGE_OFFSET)
#define __va(x) ((void *)((unsigned long)(x) + PAGE_OFFSET))
#define alloc_page(gfp) alloc_pages((gfp), 0)
#define __free_page(page) __free_pages((page), 0)
struct mempool_s;
typedef struct mempool_s mempool_t;
typedef void *(mempool_alloc_t)(gfp_t gfp_mask, void *pool_data);
typedef void (mempool_free_t)(void *element, void *pool_data);
struct kmem_cache_args { unsigned int align, useroffset, usersize; void (*ctor)(void *); };
"""

INLINE = r"""
static inline void *kzalloc(size_t size, gfp_t flags) { return kmalloc(size, flags | __GFP_ZERO); }
static inline void *kmalloc_array(size_t n, size_t size, gfp_t flags)
{ return size && n > SIZE_MAX / size ? NULL : kmalloc(n * size, flags); }
static inline void *kcalloc(size_t n, size_t size, gfp_t flags) { return kmalloc_array(n, size, flags | __GFP_ZERO); }
static inline void *krealloc_array(void *p, size_t n, size_t size, gfp_t flags)
{ return size && n > SIZE_MAX / size ? NULL : krealloc(p, n * size, flags); }
static inline void *kmalloc_node(size_t size, gfp_t flags, int node) { return kmalloc(size, flags); }
static inline void *kzalloc_node(size_t size, gfp_t flags, int node) { return kmalloc(size, flags | __GFP_ZERO); }
static inline void *kvmalloc(size_t size, gfp_t flags) { return kmalloc(size, flags); }
static inline void *kvzalloc(size_t size, gfp_t flags) { return kmalloc(size, flags | __GFP_ZERO); }
static inline void *kvmalloc_array(size_t n, size_t size, gfp_t flags) { return kmalloc_array(n, size, flags); }
static inline void *kvcalloc(size_t n, size_t size, gfp_t flags) { return kcalloc(n, size, flags); }
static inline void *vmalloc(unsigned long size) { return kmalloc(size, GFP_KERNEL); }
static inline void *vzalloc(unsigned long size) { return kzalloc(size, GFP_KERNEL); }
static inline void vfree(const void *addr) { kfree(addr); }
static inline void kvfree(const void *addr) { kfree(addr); }
static inline void kfree_sensitive(const void *p) { kfree(p); }
static inline void *kmem_cache_zalloc(struct kmem_cache *s, gfp_t flags) { return kmem_cache_alloc(s, flags | __GFP_ZERO); }
static inline unsigned long __get_free_pages(gfp_t flags, unsigned int order)
{ return (unsigned long)kmalloc(PAGE_SIZE << order, flags); }
static inline struct page *alloc_pages(gfp_t flags, unsigned int order)
{
	struct page *page = kmalloc(sizeof(*page), flags & ~__GFP_ZERO);

	if (!page)
		return NULL;
	page->flags = 0;
	page->wq_order = order;
	page->wq_address = (void *)__get_free_pages(flags, order);
	if (!page->wq_address) {
		kfree(page);
		return NULL;
	}
	return page;
}
static inline void __free_pages(struct page *page, unsigned int order)
{
	if (!page)
		return;
	kfree(page->wq_address);
	kfree(page);
}
static inline void *page_address(const struct page *page) { return page->wq_address; }
static inline void *kmap(struct page *page) { return page_address(page); }
static inline void kunmap(struct page *page) { }
static inline void *kmap_local_page(struct page *page) { return page_address(page); }
static inline void *kmap_atomic(struct page *page) { return page_address(page); }
static inline void kunmap_local(const void *addr) { }
static inline void kunmap_atomic(const void *addr) { }
static inline void clear_highpage(struct page *page) { memset(page_address(page), 0, PAGE_SIZE); }
static inline void copy_highpage(struct page *to, struct page *from) { memcpy(page_address(to), page_address(from), PAGE_SIZE); }
static inline unsigned long virt_to_phys(volatile void *address) { return __pa(address); }
static inline void *phys_to_virt(unsigned long address) { return __va(address); }
static inline unsigned long get_zeroed_page(gfp_t flags) { return (unsigned long)kzalloc(PAGE_SIZE, flags); }
static inline void free_pages(unsigned long addr, unsigned int order) { kfree((void *)addr); }
#define __get_free_page(flags) __get_free_pages((flags), 0)
#define free_page(addr) free_pages((addr), 0)
static inline bool gfpflags_allow_blocking(const gfp_t flags) { return !!(flags & __GFP_DIRECT_RECLAIM); }
static inline void *mempool_kmalloc(gfp_t gfp_mask, void *pool_data) { return kmalloc((size_t)pool_data, gfp_mask); }
static inline void mempool_kfree(void *element, void *pool_data) { kfree(element); }
static inline mempool_t *mempool_create_kmalloc_pool(int min_nr, size_t size)
{ return mempool_create(min_nr, mempool_kmalloc, mempool_kfree, (void *)size); }
static inline void *mempool_alloc_slab(gfp_t gfp_mask, void *pool_data) { return kmem_cache_alloc(pool_data, gfp_mask); }
static inline void mempool_free_slab(void *element, void *pool_data) { kmem_cache_free(pool_data, element); }
static inline void kmem_cache_free_bulk(struct kmem_cache *s, size_t size, void **p)
{
	while (size)
		kmem_cache_free(s, p[--size]);
}
static inline int kmem_cache_alloc_bulk(struct kmem_cache *s, gfp_t flags, size_t size, void **p)
{
	size_t i;

	for (i = 0; i < size; i++) {
		p[i] = kmem_cache_alloc(s, flags);
		if (!p[i]) {
			kmem_cache_free_bulk(s, i, p);
			return 0;
		}
	}
	return size;
}
static inline mempool_t *mempool_create_slab_pool(int min_nr, struct kmem_cache *kc)
{ return mempool_create(min_nr, mempool_alloc_slab, mempool_free_slab, kc); }
struct mempool_s { int min_nr; void *pool_data; mempool_alloc_t *alloc; mempool_free_t *free; };
static inline mempool_t *mempool_create(int min_nr, mempool_alloc_t *alloc, mempool_free_t *free, void *pool_data)
{
	mempool_t *pool = kzalloc(sizeof(*pool), GFP_KERNEL);

	if (!pool)
		return NULL;
	pool->min_nr = min_nr;
	pool->pool_data = pool_data;
	pool->alloc = alloc;
	pool->free = free;
	return pool;
}
static inline void *mempool_alloc(mempool_t *pool, gfp_t gfp_mask) { return pool->alloc(gfp_mask, pool->pool_data); }
static inline void mempool_free(void *element, mempool_t *pool) { if (element) pool->free(element, pool->pool_data); }
static inline void mempool_destroy(mempool_t *pool) { kfree(pool); }
"""

GFP_ZERO, GFP_DIRECT_RECLAIM = 0x100, 0x400


@kernel("void *kmalloc(size_t size, gfp_t flags)", may_sleep=False)
def kmalloc(k: Kernel, size: int, flags: int) -> Generator[object, None, int]:
    """Allocate memory; may sleep with GFP_KERNEL, never with GFP_ATOMIC. NULL when there is none."""
    k.charge("kmalloc")
    if flags & GFP_DIRECT_RECLAIM:
        yield from k.might_sleep("kmalloc")
    if size == 0:
        return 16  # ZERO_SIZE_PTR
    return int(k.mem.alloc(size, bool(flags & GFP_ZERO), "kmalloc"))


@kernel("void kfree(const void *objp)")
def kfree(k: Kernel, objp: int) -> None:
    """Free memory from kmalloc() and its relatives; NULL is fine."""
    k.charge("kfree")
    if objp > 16:
        k.mem.free(objp)


@kernel("void *krealloc(const void *p, size_t new_size, gfp_t flags)")
def krealloc(k: Kernel, p: int, new_size: int, flags: int) -> int:
    """Make an allocation larger or smaller, moving it where needed."""
    k.charge("kmalloc")
    if new_size == 0:
        if p > 16:
            k.mem.free(p)
        return 16
    new = int(k.mem.alloc(new_size, bool(flags & GFP_ZERO), "krealloc"))
    if new and p > 16:
        k.mem.write(new, k.mem.read(p, min(k.mem.size_of(p), new_size)))
        k.mem.free(p)
    return new


@kernel("size_t ksize(const void *objp)")
def ksize(k: Kernel, objp: int) -> int:
    """The usable size of an allocation."""
    return int(k.mem.size_of(objp)) if objp > 16 else 0


@kernel(
    "struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,"
    " slab_flags_t flags, void (*ctor)(void *))",
    may_sleep=True,
)
def kmem_cache_create(k: Kernel, name: int, size: int, align: int, flags: int, ctor: int) -> int:
    """Make a cache of objects of one size."""
    k.charge("kmem_cache_create")
    cache = int(k.mem.alloc(64, True, "kmem_cache"))
    if cache:
        k.mem.store(cache, 8, size)
        k.mem.store(cache + 8, 8, ctor)
        k.mem.store(cache + 16, 8, name)
    return cache


@kernel("void *kmem_cache_alloc(struct kmem_cache *s, gfp_t flags)")
def kmem_cache_alloc(k: Kernel, s: int, flags: int) -> Generator[object, None, int]:
    """Allocate an object of a cache."""
    k.charge("kmalloc")
    if flags & GFP_DIRECT_RECLAIM:
        yield from k.might_sleep("kmalloc")
    size, ctor = int(k.mem.load(s, 8)), int(k.mem.load(s + 8, 8))
    obj = int(k.mem.alloc(size, bool(flags & GFP_ZERO), "kmem_cache_alloc"))
    if obj:
        k.mem.store(s + 24, 8, int(k.mem.load(s + 24, 8)) + 1)
        if ctor:
            yield from k.ccall(ctor, obj)
    return obj


@kernel("void kmem_cache_free(struct kmem_cache *s, void *objp)")
def kmem_cache_free(k: Kernel, s: int, objp: int) -> None:
    """Give an object back to its cache."""
    k.charge("kfree")
    k.mem.store(s + 24, 8, max(int(k.mem.load(s + 24, 8)) - 1, 0))
    k.mem.free(objp)


@kernel("void kmem_cache_destroy(struct kmem_cache *s)", may_sleep=True)
def kmem_cache_destroy(k: Kernel, s: int) -> None:
    """Remove a cache; objects still in use are reported.

    Linux: mm/slab_common.c kmem_cache_destroy (6.12)
    """
    if not s:
        return
    k.charge("kmem_cache_create")
    if k.mem.load(s + 24, 8):
        name = k.mem.cstr(int(k.mem.load(s + 16, 8))).decode("utf-8", "replace")
        k.printk.log(3, f"kmem_cache_destroy {name}: Slab cache still has objects")
    k.mem.free(s)


@kernel("void __wq_kfree_rcu_at(void *head, void *ptr)")
def kfree_rcu(k: Kernel, head: int, ptr: int) -> None:
    """Free memory after a grace period."""
    if ptr:
        k.rcu.kfree_rcu(ptr)
