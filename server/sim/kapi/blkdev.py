"""<linux/blkdev.h>, <linux/blk_types.h>, <linux/bio.h>, <linux/hdreg.h>: disks and bios; types, and what is C.

`server/sim/block/` reads the structs, by the offsets of its `layout.py`. A page of a bio is the simulator's struct page.
"""

HEADER = r"""
#define SECTOR_SHIFT 9
#define SECTOR_SIZE (1 << SECTOR_SHIFT)
#define SECTOR_MASK ((PAGE_SIZE >> SECTOR_SHIFT) - 1)
#define PAGE_SECTORS_SHIFT (PAGE_SHIFT - SECTOR_SHIFT)
#define PAGE_SECTORS (1 << PAGE_SECTORS_SHIFT)
#define BIO_MAX_VECS 256U
#define DISK_NAME_LEN 32
#define BDEVNAME_SIZE 32
#define GENHD_FL_REMOVABLE 1
#define GENHD_FL_HIDDEN 2
#define GENHD_FL_NO_PART 4
#define GENHD_FL_EXT_DEVT __wq_GENHD_FL_EXT_DEVT_was_removed_in_5_17_use_0
#define GENHD_FL_NO_PART_SCAN __wq_GENHD_FL_NO_PART_SCAN_was_removed_in_5_17_use_GENHD_FL_NO_PART
#define BLK_STS_OK 0
#define BLK_STS_NOTSUPP 1
#define BLK_STS_TIMEOUT 2
#define BLK_STS_NOSPC 3
#define BLK_STS_TRANSPORT 4
#define BLK_STS_TARGET 5
#define BLK_STS_MEDIUM 7
#define BLK_STS_PROTECTION 8
#define BLK_STS_RESOURCE 9
#define BLK_STS_IOERR 10
#define BLK_STS_AGAIN 12
#define BLK_STS_DEV_RESOURCE 13
#define REQ_OP_BITS 8
#define REQ_OP_MASK ((1 << REQ_OP_BITS) - 1)
#define REQ_FAILFAST_DEV (1U << 8)
#define REQ_SYNC (1U << 11)
#define REQ_META (1U << 12)
#define REQ_PRIO (1U << 13)
#define REQ_NOMERGE (1U << 14)
#define REQ_IDLE (1U << 15)
#define REQ_FUA (1U << 17)
#define REQ_PREFLUSH (1U << 18)
#define REQ_RAHEAD (1U << 19)
#define REQ_NOWAIT (1U << 21)
#define BLK_FEAT_WRITE_CACHE (1U << 0)
#define BLK_FEAT_FUA (1U << 1)
#define BLK_FEAT_ROTATIONAL (1U << 2)
#define BLK_FEAT_NOWAIT (1U << 7)
#define BLK_OPEN_READ (1U << 0)
#define BLK_OPEN_WRITE (1U << 1)
#define BLK_OPEN_EXCL (1U << 2)
#define BLK_OPEN_NDELAY (1U << 3)
typedef u8 blk_status_t;
typedef u32 blk_opf_t, blk_mode_t;
enum req_op {
	REQ_OP_READ = 0, REQ_OP_WRITE = 1, REQ_OP_FLUSH = 2, REQ_OP_DISCARD = 3, REQ_OP_SECURE_ERASE = 5,
	REQ_OP_ZONE_APPEND = 7, REQ_OP_WRITE_ZEROES = 9, REQ_OP_DRV_IN = 34, REQ_OP_DRV_OUT = 35,
};
#define READ 0
#define WRITE 1
struct gendisk;
struct block_device;
struct request;
struct request_queue;
struct bio;
typedef void (bio_end_io_t)(struct bio *);
struct bio_set { int unused; };
struct blk_holder_ops { void (*mark_dead)(struct block_device *bdev, bool surprise); };
struct bio_vec { struct page *bv_page; unsigned int bv_len, bv_offset; };
struct bvec_iter { sector_t bi_sector; unsigned int bi_size, bi_idx, bi_bvec_done; } __packed;
struct bio {
	struct bio *bi_next;
	struct block_device *bi_bdev;
	blk_opf_t bi_opf;
	unsigned short bi_flags, bi_ioprio;
	blk_status_t bi_status;
	atomic_t __bi_remaining;
	struct bvec_iter bi_iter;
	bio_end_io_t *bi_end_io;
	void *bi_private;
	unsigned short bi_vcnt, bi_max_vecs;
	atomic_t __bi_cnt;
	struct bio_vec *bi_io_vec;
	struct bio_set *bi_pool;
	struct bio_vec bi_inline_vecs[];
};
struct bio_list { struct bio *head, *tail; };
struct block_device {
	sector_t bd_start_sect, bd_nr_sectors;
	struct gendisk *bd_disk;
	struct request_queue *bd_queue;
	dev_t bd_dev;
	void *bd_holder;
};
struct queue_limits {
	unsigned int features, flags, max_hw_sectors, max_sectors, max_segment_size, physical_block_size, logical_block_size,
		io_min, io_opt, max_hw_discard_sectors, max_discard_sectors, discard_granularity, max_write_zeroes_sectors;
	unsigned short max_segments, max_discard_segments;
	unsigned long seg_boundary_mask, virt_boundary_mask;
	unsigned int dma_alignment, chunk_sectors;
};
struct blk_mq_tag_set;
struct blk_mq_ops;
struct blk_mq_hw_ctx;
struct request_queue {
	void *queuedata;
	struct blk_mq_tag_set *tag_set;
	const struct blk_mq_ops *mq_ops;
	struct gendisk *disk;
	struct blk_mq_hw_ctx *__wq_hctx;
	struct queue_limits limits;
	unsigned long queue_flags;
	unsigned int nr_hw_queues, nr_requests;
};
struct gendisk {
	int major, first_minor, minors, flags;
	char disk_name[DISK_NAME_LEN];
	const struct block_device_operations *fops;
	struct request_queue *queue;
	void *private_data;
	struct block_device *part0;
	unsigned long state;
	int node_id;
};
struct hd_geometry { unsigned char heads, sectors; unsigned short cylinders; unsigned long start; };
struct block_device_operations {
	void (*submit_bio)(struct bio *bio);
	int (*open)(struct gendisk *disk, blk_mode_t mode);
	void (*release)(struct gendisk *disk);
	int (*ioctl)(struct block_device *bdev, blk_mode_t mode, unsigned int cmd, unsigned long arg);
	int (*compat_ioctl)(struct block_device *bdev, blk_mode_t mode, unsigned int cmd, unsigned long arg);
	unsigned int (*check_events)(struct gendisk *disk, unsigned int clearing);
	int (*getgeo)(struct block_device *, struct hd_geometry *);
	int (*set_read_only)(struct block_device *bdev, bool ro);
	void (*free_disk)(struct gendisk *disk);
	struct module *owner;
};
struct blk_plug { int unused; };
#define HDIO_GETGEO 0x0301
#define BLKGETSIZE _IO(0x12, 96)
#define BLKFLSBUF _IO(0x12, 97)
#define BLKSSZGET _IO(0x12, 104)
#define BLKGETSIZE64 _IOR(0x12, 114, size_t)
#define bvec_iter_bvec(bvec, iter) (&(bvec)[(iter).bi_idx])
#define bio_iter_iovec(bio, iter) ((struct bio_vec) { \
	.bv_page = bvec_iter_bvec((bio)->bi_io_vec, iter)->bv_page, \
	.bv_len = min((iter).bi_size, bvec_iter_bvec((bio)->bi_io_vec, iter)->bv_len - (iter).bi_bvec_done), \
	.bv_offset = bvec_iter_bvec((bio)->bi_io_vec, iter)->bv_offset + (iter).bi_bvec_done })
#define bio_for_each_bvec(bvl, bio, iter) bio_for_each_segment(bvl, bio, iter)
#define bio_for_each_segment(bvl, bio, iter) \
	for (iter = (bio)->bi_iter; (iter).bi_size && ((bvl = bio_iter_iovec((bio), (iter))), 1); \
	     bio_advance_iter_single((bio), &(iter), (bvl).bv_len))
#define bio_list_for_each(bio, bl) for (bio = (bl)->head; bio; bio = bio->bi_next)
#define BIO_EMPTY_LIST { NULL, NULL }
#define blk_alloc_disk(lim, node_id) __wq_alloc_disk(lim, NULL, NULL)
#define bio_prio(bio) ((bio)->bi_ioprio)
#define bio_data_dir(bio) (op_is_write(bio_op(bio)) ? WRITE : READ)
#define blk_queue_nonrot(q) 1
#define QUEUE_FLAG_NONROT __wq_QUEUE_FLAG_NONROT_was_removed_in_6_11_use_the_features_of_queue_limits
"""

INLINE = r"""
static inline sector_t get_start_sect(struct block_device *bdev) { return bdev->bd_start_sect; }
static inline sector_t bdev_nr_sectors(struct block_device *bdev) { return bdev->bd_nr_sectors; }
static inline loff_t bdev_nr_bytes(struct block_device *bdev) { return bdev->bd_nr_sectors << SECTOR_SHIFT; }
static inline sector_t get_capacity(struct gendisk *disk) { return disk->part0->bd_nr_sectors; }
static inline void set_capacity(struct gendisk *disk, sector_t sectors) { disk->part0->bd_nr_sectors = sectors; }
static inline bool set_capacity_and_notify(struct gendisk *disk, sector_t size) { set_capacity(disk, size); return false; }
static inline dev_t disk_devt(struct gendisk *disk) { return MKDEV(disk->major, disk->first_minor); }
static inline struct request_queue *bdev_get_queue(struct block_device *bdev) { return bdev->bd_queue; }
static inline unsigned int queue_logical_block_size(const struct request_queue *q) { return q->limits.logical_block_size; }
static inline unsigned int bdev_logical_block_size(struct block_device *bdev) { return queue_logical_block_size(bdev->bd_queue); }
static inline void set_disk_ro(struct gendisk *disk, bool read_only)
{
	if (read_only)
		set_bit(1, &disk->state);
	else
		clear_bit(1, &disk->state);
}
static inline int get_disk_ro(struct gendisk *disk) { return test_bit(1, &disk->state); }
static inline blk_status_t errno_to_blk_status(int errno)
{
	switch (errno) {
	case 0: return BLK_STS_OK;
	case -EOPNOTSUPP: return BLK_STS_NOTSUPP;
	case -ETIMEDOUT: return BLK_STS_TIMEOUT;
	case -ENOSPC: return BLK_STS_NOSPC;
	case -ENOMEM: return BLK_STS_RESOURCE;
	case -EAGAIN: return BLK_STS_AGAIN;
	}
	return BLK_STS_IOERR;
}
static inline int blk_status_to_errno(blk_status_t status)
{
	switch (status) {
	case BLK_STS_OK: return 0;
	case BLK_STS_NOTSUPP: return -EOPNOTSUPP;
	case BLK_STS_TIMEOUT: return -ETIMEDOUT;
	case BLK_STS_NOSPC: return -ENOSPC;
	case BLK_STS_RESOURCE: return -ENOMEM;
	case BLK_STS_AGAIN: return -EAGAIN;
	}
	return -EIO;
}
static inline bool op_is_write(blk_opf_t op) { return !!(op & 1); }
static inline enum req_op bio_op(const struct bio *bio) { return bio->bi_opf & REQ_OP_MASK; }
static inline unsigned int bio_sectors(const struct bio *bio) { return bio->bi_iter.bi_size >> SECTOR_SHIFT; }
static inline sector_t bio_end_sector(const struct bio *bio) { return bio->bi_iter.bi_sector + bio_sectors(bio); }
static inline bool bio_has_data(struct bio *bio) { return bio && bio->bi_iter.bi_size && bio_op(bio) <= REQ_OP_WRITE; }
static inline void bio_advance_iter_single(const struct bio *bio, struct bvec_iter *iter, unsigned int bytes)
{
	unsigned int done = iter->bi_bvec_done + bytes;

	iter->bi_sector += bytes >> 9;
	if (done == bio->bi_io_vec[iter->bi_idx].bv_len) {
		done = 0;
		iter->bi_idx++;
	}
	iter->bi_bvec_done = done;
	iter->bi_size -= bytes;
}
static inline void bio_advance(struct bio *bio, unsigned int bytes)
{
	while (bytes && bio->bi_iter.bi_size) {
		unsigned int len = min(bytes, bio_iter_iovec(bio, bio->bi_iter).bv_len);

		bio_advance_iter_single(bio, &bio->bi_iter, len);
		bytes -= len;
	}
}
static inline void bio_init(struct bio *bio, struct block_device *bdev, struct bio_vec *table, unsigned short max_vecs, blk_opf_t opf)
{
	memset(bio, 0, sizeof(*bio));
	bio->bi_bdev = bdev;
	bio->bi_opf = opf;
	atomic_set(&bio->__bi_remaining, 1);
	atomic_set(&bio->__bi_cnt, 1);
	bio->bi_io_vec = table;
	bio->bi_max_vecs = max_vecs;
}
static inline struct bio *bio_alloc(struct block_device *bdev, unsigned short nr_vecs, blk_opf_t opf, gfp_t gfp_mask)
{
	struct bio *bio = kmalloc(sizeof(*bio) + nr_vecs * sizeof(struct bio_vec), gfp_mask);

	if (bio)
		bio_init(bio, bdev, bio->bi_inline_vecs, nr_vecs, opf);
	return bio;
}
static inline struct bio *bio_kmalloc(unsigned short nr_vecs, gfp_t gfp_mask) { return kmalloc(sizeof(struct bio) + nr_vecs * sizeof(struct bio_vec), gfp_mask); }
static inline struct bio *bio_alloc_clone(struct block_device *bdev, struct bio *bio_src, gfp_t gfp, struct bio_set *bs)
{
	struct bio *bio = bio_alloc(bdev, 0, bio_src->bi_opf, gfp);

	if (!bio)
		return NULL;
	bio->bi_iter = bio_src->bi_iter;
	bio->bi_io_vec = bio_src->bi_io_vec;
	bio->bi_vcnt = bio_src->bi_vcnt;
	return bio;
}
static inline int bioset_init(struct bio_set *bs, unsigned int pool_size, unsigned int front_pad, int flags) { return 0; }
static inline void bioset_exit(struct bio_set *bs) { }
static inline void bio_get(struct bio *bio) { atomic_inc(&bio->__bi_cnt); }
static inline void bio_put(struct bio *bio)
{
	if (atomic_dec_and_test(&bio->__bi_cnt))
		kfree(bio);
}
static inline void bio_uninit(struct bio *bio) { }
static inline void bio_set_dev(struct bio *bio, struct block_device *bdev) { bio->bi_bdev = bdev; }
static inline int bio_add_page(struct bio *bio, struct page *page, unsigned int len, unsigned int offset)
{
	struct bio_vec *bv;

	if (bio->bi_vcnt >= bio->bi_max_vecs)
		return 0;
	bv = &bio->bi_io_vec[bio->bi_vcnt++];
	bv->bv_page = page;
	bv->bv_len = len;
	bv->bv_offset = offset;
	bio->bi_iter.bi_size += len;
	return len;
}
static inline void __bio_add_page(struct bio *bio, struct page *page, unsigned int len, unsigned int off) { bio_add_page(bio, page, len, off); }
static inline void bio_io_error(struct bio *bio) { bio->bi_status = BLK_STS_IOERR; bio_endio(bio); }
static inline void __wq_bio_chain_end(struct bio *bio)
{
	struct bio *parent = bio->bi_private;

	if (bio->bi_status && !parent->bi_status)
		parent->bi_status = bio->bi_status;
	bio_put(bio);
	bio_endio(parent);
}
static inline void bio_chain(struct bio *bio, struct bio *parent)
{
	bio->bi_private = parent;
	bio->bi_end_io = __wq_bio_chain_end;
	atomic_inc(&parent->__bi_remaining);
}
static inline void bio_list_init(struct bio_list *bl) { bl->head = bl->tail = NULL; }
static inline int bio_list_empty(const struct bio_list *bl) { return bl->head == NULL; }
static inline void bio_list_add(struct bio_list *bl, struct bio *bio)
{
	bio->bi_next = NULL;
	if (bl->tail)
		bl->tail->bi_next = bio;
	else
		bl->head = bio;
	bl->tail = bio;
}
static inline struct bio *bio_list_peek(struct bio_list *bl) { return bl->head; }
static inline struct bio *bio_list_pop(struct bio_list *bl)
{
	struct bio *bio = bl->head;

	if (bio) {
		bl->head = bio->bi_next;
		if (!bl->head)
			bl->tail = NULL;
		bio->bi_next = NULL;
	}
	return bio;
}
static inline struct bio *bio_list_get(struct bio_list *bl)
{
	struct bio *bio = bl->head;

	bl->head = bl->tail = NULL;
	return bio;
}
static inline void *bvec_kmap_local(struct bio_vec *bvec) { return page_address(bvec->bv_page) + bvec->bv_offset; }
static inline void *bvec_virt(struct bio_vec *bvec) { return page_address(bvec->bv_page) + bvec->bv_offset; }
static inline void memcpy_from_bvec(char *to, struct bio_vec *bvec) { memcpy(to, bvec_kmap_local(bvec), bvec->bv_len); }
static inline void memcpy_to_bvec(struct bio_vec *bvec, const char *from) { memcpy(bvec_kmap_local(bvec), from, bvec->bv_len); }
static inline void memzero_bvec(struct bio_vec *bvec) { memset(bvec_kmap_local(bvec), 0, bvec->bv_len); }
static inline struct bio *bio_split_to_limits(struct bio *bio) { return bio; }
static inline unsigned long bio_start_io_acct(struct bio *bio) { return jiffies; }
static inline void bio_end_io_acct(struct bio *bio, unsigned long start_time) { }
static inline void blk_set_stacking_limits(struct queue_limits *lim)
{
	memset(lim, 0, sizeof(*lim));
	lim->logical_block_size = lim->physical_block_size = SECTOR_SIZE;
	lim->max_hw_sectors = lim->max_sectors = UINT_MAX;
}
static inline void blk_start_plug(struct blk_plug *plug) { }
static inline void blk_finish_plug(struct blk_plug *plug) { }
static inline void blk_queue_logical_block_size(struct request_queue *q, unsigned int size)
	__attribute__((unavailable("blk_queue_logical_block_size() was removed in 6.11: set logical_block_size of the struct queue_limits that the disk is allocated with")));
static inline void blk_queue_physical_block_size(struct request_queue *q, unsigned int size)
	__attribute__((unavailable("blk_queue_physical_block_size() was removed in 6.11: set physical_block_size of the struct queue_limits")));
static inline void blk_queue_max_hw_sectors(struct request_queue *q, unsigned int max)
	__attribute__((unavailable("blk_queue_max_hw_sectors() was removed in 6.11: set max_hw_sectors of the struct queue_limits")));
static inline void blk_queue_flag_set(unsigned int flag, struct request_queue *q) { q->queue_flags |= 1UL << flag; }
static inline void blk_queue_flag_clear(unsigned int flag, struct request_queue *q) { q->queue_flags &= ~(1UL << flag); }
struct gendisk *alloc_disk(int minors) __wq_removed("alloc_disk() was removed in 5.15: use blk_alloc_disk(lim, NUMA_NO_NODE), or blk_mq_alloc_disk()");
void blk_cleanup_disk(struct gendisk *disk) __wq_removed("blk_cleanup_disk() was removed in 6.0: use put_disk()");
void blk_cleanup_queue(struct request_queue *q) __wq_removed("blk_cleanup_queue() was removed in 6.0: put_disk() does it");
struct request_queue *blk_alloc_queue(int node) __wq_removed("blk_alloc_queue() is not exported since 6.9: use blk_alloc_disk(lim, NUMA_NO_NODE)");
struct request_queue *blk_init_queue(void (*fn)(struct request_queue *), spinlock_t *lock) __wq_removed("blk_init_queue() was removed in 5.0: use blk-mq, blk_mq_alloc_disk()");
struct request *blk_fetch_request(struct request_queue *q) __wq_removed("blk_fetch_request() was removed in 5.0: use blk-mq, whose queue_rq gets each request");
void __blk_end_request_all(struct request *rq, int error) __wq_removed("__blk_end_request_all() was removed in 5.0: use blk_mq_end_request()");
struct block_device *blkdev_get_by_path(const char *path, blk_mode_t mode, void *holder) __wq_removed("blkdev_get_by_path() was removed in 6.9: use bdev_file_open_by_path()");
"""
