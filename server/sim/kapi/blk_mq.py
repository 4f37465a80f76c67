"""<linux/blk-mq.h>, <linux/blkdev.h>: requests and disks; `server/sim/block/` has their behaviour."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
#define BLK_MQ_F_SHOULD_MERGE (1 << 0)
#define BLK_MQ_F_TAG_QUEUE_SHARED (1 << 1)
#define BLK_MQ_F_STACKING (1 << 2)
#define BLK_MQ_F_BLOCKING (1 << 4)
#define BLK_MQ_F_NO_SCHED (1 << 5)
#define BLK_MQ_MAX_DEPTH 10240
#define BLK_MQ_REQ_NOWAIT (1 << 0)
#define BLK_DEFAULT_SG_TIMEOUT (60 * HZ)
enum mq_rq_state { MQ_RQ_IDLE, MQ_RQ_IN_FLIGHT, MQ_RQ_COMPLETE };
enum blk_eh_timer_return { BLK_EH_DONE, BLK_EH_RESET_TIMER };
enum rq_end_io_ret { RQ_END_IO_NONE, RQ_END_IO_FREE };
typedef enum rq_end_io_ret (rq_end_io_fn)(struct request *, blk_status_t);
typedef u32 blk_mq_req_flags_t;
struct request {
	struct request_queue *q;
	struct blk_mq_hw_ctx *mq_hctx;
	blk_opf_t cmd_flags;
	u32 rq_flags;
	int tag, internal_tag;
	unsigned int timeout, __data_len;
	sector_t __sector;
	struct bio *bio, *biotail;
	struct list_head queuelist;
	u64 start_time_ns, io_start_time_ns;
	unsigned short nr_phys_segments, ioprio;
	int state;
	atomic_t ref;
	int __wq_cpu;
	unsigned long deadline;
	rq_end_io_fn *end_io;
	void *end_io_data;
};
struct blk_mq_hw_ctx { struct request_queue *queue; void *driver_data; unsigned int queue_num, numa_node; unsigned long state, flags; };
struct blk_mq_queue_data { struct request *rq; bool last; };
struct blk_mq_ops {
	blk_status_t (*queue_rq)(struct blk_mq_hw_ctx *, const struct blk_mq_queue_data *);
	void (*commit_rqs)(struct blk_mq_hw_ctx *);
	enum blk_eh_timer_return (*timeout)(struct request *);
	int (*poll)(struct blk_mq_hw_ctx *, void *);
	void (*complete)(struct request *);
	int (*init_hctx)(struct blk_mq_hw_ctx *, void *, unsigned int);
	void (*exit_hctx)(struct blk_mq_hw_ctx *, unsigned int);
	int (*init_request)(struct blk_mq_tag_set *set, struct request *, unsigned int, unsigned int);
	void (*exit_request)(struct blk_mq_tag_set *set, struct request *, unsigned int);
	void (*cleanup_rq)(struct request *);
	void (*map_queues)(struct blk_mq_tag_set *set);
};
struct blk_mq_tag_set {
	const struct blk_mq_ops *ops;
	unsigned int nr_maps, nr_hw_queues, queue_depth, reserved_tags, cmd_size;
	int numa_node;
	unsigned int timeout, flags;
	void *driver_data;
	void *__wq_tags;
};
struct req_iterator { struct bvec_iter iter; struct bio *bio; };
#define blk_mq_alloc_disk(set, lim, queuedata) __wq_alloc_disk(lim, set, queuedata)
#define blk_mq_rq_to_pdu(rq) ((void *)((rq) + 1))
#define blk_mq_rq_from_pdu(pdu) ((struct request *)(pdu) - 1)
#define __rq_for_each_bio(_bio, rq) if ((rq->bio)) for (_bio = (rq)->bio; _bio; _bio = _bio->bi_next)
#define rq_for_each_segment(bvl, _rq, _iter) \
	__rq_for_each_bio(_iter.bio, _rq) bio_for_each_segment(bvl, _iter.bio, _iter.iter)
#define rq_for_each_bvec(bvl, _rq, _iter) rq_for_each_segment(bvl, _rq, _iter)
#define rq_data_dir(rq) (op_is_write(req_op(rq)) ? WRITE : READ)
#define rq_dma_dir(rq) (op_is_write(req_op(rq)) ? 1 : 2)
#define queue_for_each_hw_ctx(q, hctx, i) for ((i) = 0; (i) < (q)->nr_hw_queues && ({ hctx = &(q)->__wq_hctx[i]; 1; }); (i)++)
"""

INLINE = r"""
static inline enum req_op req_op(const struct request *req) { return req->cmd_flags & REQ_OP_MASK; }
static inline sector_t blk_rq_pos(const struct request *rq) { return rq->__sector; }
static inline unsigned int blk_rq_bytes(const struct request *rq) { return rq->__data_len; }
static inline unsigned int blk_rq_sectors(const struct request *rq) { return blk_rq_bytes(rq) >> SECTOR_SHIFT; }
static inline unsigned int blk_rq_payload_bytes(struct request *rq) { return blk_rq_bytes(rq); }
static inline int blk_rq_cur_bytes(const struct request *rq) { return rq->bio ? bio_iter_iovec(rq->bio, rq->bio->bi_iter).bv_len : rq->__data_len; }
static inline unsigned int blk_rq_cur_sectors(const struct request *rq) { return blk_rq_cur_bytes(rq) >> SECTOR_SHIFT; }
static inline unsigned short blk_rq_nr_phys_segments(struct request *rq) { return rq->nr_phys_segments; }
static inline bool blk_rq_is_passthrough(struct request *rq) { return req_op(rq) == REQ_OP_DRV_IN || req_op(rq) == REQ_OP_DRV_OUT; }
static inline void *bio_data(struct bio *bio) { return bio->bi_vcnt ? page_address(bio->bi_io_vec->bv_page) + bio->bi_io_vec->bv_offset : NULL; }
static inline enum mq_rq_state blk_mq_rq_state(struct request *rq) { return rq->state; }
static inline int blk_mq_request_started(struct request *rq) { return rq->state != MQ_RQ_IDLE; }
static inline int blk_mq_request_completed(struct request *rq) { return rq->state == MQ_RQ_COMPLETE; }
static inline void blk_mq_set_request_complete(struct request *rq) { rq->state = MQ_RQ_COMPLETE; }
static inline int blk_mq_alloc_sq_tag_set(struct blk_mq_tag_set *set, const struct blk_mq_ops *ops, unsigned int queue_depth, unsigned int set_flags)
{
	memset(set, 0, sizeof(*set));
	set->ops = ops;
	set->nr_hw_queues = 1;
	set->nr_maps = 1;
	set->queue_depth = queue_depth;
	set->numa_node = NUMA_NO_NODE;
	set->flags = set_flags;
	return blk_mq_alloc_tag_set(set);
}
static inline int add_disk(struct gendisk *disk) { return device_add_disk(NULL, disk, NULL); }
static inline struct file *bdev_file_open_by_path(const char *path, blk_mode_t mode, void *holder, const struct blk_holder_ops *hops)
{
	long bdev = __wq_bdev_open(path, mode);
	struct file *file;

	if (bdev < 0 && bdev > -4096)
		return ERR_PTR(bdev);
	file = kzalloc(sizeof(*file), GFP_KERNEL);
	if (!file) {
		__wq_bdev_close((void *)bdev);
		return ERR_PTR(-ENOMEM);
	}
	file->private_data = (void *)bdev;
	return file;
}
static inline struct block_device *file_bdev(struct file *bdev_file) { return bdev_file->private_data; }
static inline void bdev_fput(struct file *bdev_file) { __wq_bdev_close(bdev_file->private_data); kfree(bdev_file); }
struct request_queue *blk_mq_init_sq_queue(struct blk_mq_tag_set *set, const struct blk_mq_ops *ops, unsigned int depth, unsigned int flags)
	__wq_removed("blk_mq_init_sq_queue() was removed in 5.15: use blk_mq_alloc_sq_tag_set() and blk_mq_alloc_disk()");
struct request_queue *blk_mq_init_queue(struct blk_mq_tag_set *set)
	__wq_removed("blk_mq_init_queue() was removed in 6.9: use blk_mq_alloc_disk(set, lim, queuedata)");
"""

Step = Generator[object, None, None]
Answer = Generator[object, None, int]
MASK = (1 << 64) - 1


# ---- disks ---------------------------------------------------------------------------------------------


@kernel("int register_blkdev(unsigned int major, const char *name)", may_sleep=True)
def register_blkdev(k: Kernel, major: int, name: int) -> int:
    """Take a major number for block devices; a free one for 0, which is returned."""
    return k.block.disks.register_blkdev(major, k.mem.cstr(name).decode("utf-8", "replace"))


@kernel("void unregister_blkdev(unsigned int major, const char *name)", may_sleep=True)
def unregister_blkdev(k: Kernel, major: int, name: int) -> None:
    """Give a major number back."""
    k.block.disks.unregister_blkdev(major, k.mem.cstr(name).decode("utf-8", "replace"))


@kernel("struct gendisk *__wq_alloc_disk(struct queue_limits *lim, struct blk_mq_tag_set *set, void *queuedata)",
        may_sleep=True)  # fmt: skip
def alloc_disk(k: Kernel, lim: int, tag_set: int, queuedata: int) -> Answer:
    """blk_alloc_disk() and blk_mq_alloc_disk(): a disk with its queue, or ERR_PTR()."""
    return (yield from k.block.disks.alloc(lim, tag_set, queuedata)) & MASK


@kernel("int device_add_disk(struct device *parent, struct gendisk *disk, const struct attribute_group **groups)",
        may_sleep=True, attributes="__must_check")  # fmt: skip
def device_add_disk(k: Kernel, parent: int, disk: int, groups: int) -> Answer:
    """add_disk(): the disk can be opened from now on; its partition table is read at once."""
    return (yield from k.block.disks.add(disk, parent))


@kernel("void del_gendisk(struct gendisk *disk)", may_sleep=True)
def del_gendisk(k: Kernel, disk: int) -> Step:
    """Take a disk away; requests that are under way are waited for."""
    yield from k.block.disks.remove(disk)


@kernel("void put_disk(struct gendisk *disk)", may_sleep=True)
def put_disk(k: Kernel, disk: int) -> Step:
    """Give a disk back; the last one frees it, with its queue."""
    yield from k.block.disks.put(disk)


@kernel("long __wq_bdev_open(const char *path, unsigned int mode)", may_sleep=True)
def bdev_open(k: Kernel, path: int, mode: int) -> Answer:
    """bdev_file_open_by_path(): the block device of a path, or -errno."""
    return (yield from k.block.disks.open_path(k.mem.cstr(path).decode("utf-8", "replace"), mode))


@kernel("void __wq_bdev_close(struct block_device *bdev)", may_sleep=True)
def bdev_close(k: Kernel, bdev: int) -> Step:
    """bdev_fput()."""
    yield from k.block.disks.close_bdev(bdev)


# ---- bios ----------------------------------------------------------------------------------------------


@kernel("void submit_bio(struct bio *bio)")
@kernel("void submit_bio_noacct(struct bio *bio)")
def submit_bio(k: Kernel, bio: int) -> Step:
    """Have a bio done by its device; `bi_end_io` is called at its end."""
    yield from k.block.bios.submit(bio)


@kernel("int submit_bio_wait(struct bio *bio)", may_sleep=True)
def submit_bio_wait(k: Kernel, bio: int) -> Answer:
    """submit_bio(), and sleep until it is done: 0 or -errno."""
    return (yield from k.block.bios.submit_wait(bio))


@kernel("void bio_endio(struct bio *bio)")
def bio_endio(k: Kernel, bio: int) -> Step:
    """A bio is done: tell whoever submitted it."""
    yield from k.block.bios.endio(bio)


# ---- requests ------------------------------------------------------------------------------------------


@kernel("int blk_mq_alloc_tag_set(struct blk_mq_tag_set *set)", may_sleep=True)
def blk_mq_alloc_tag_set(k: Kernel, tag_set: int) -> Answer:
    """Allocate the requests of a driver, `queue_depth` for each hardware queue."""
    return (yield from k.block.mq.alloc_tag_set(tag_set))


@kernel("void blk_mq_free_tag_set(struct blk_mq_tag_set *set)", may_sleep=True)
def blk_mq_free_tag_set(k: Kernel, tag_set: int) -> Step:
    """Free the requests of a driver."""
    yield from k.block.mq.free_tag_set(tag_set)


@kernel("void blk_mq_start_request(struct request *rq)")
def blk_mq_start_request(k: Kernel, rq: int) -> None:
    """The driver begins with a request."""
    k.block.mq.start_request(rq)


@kernel("void blk_mq_complete_request(struct request *rq)")
def blk_mq_complete_request(k: Kernel, rq: int) -> Step:
    """The hardware is done: `complete` is called in BLOCK_SOFTIRQ, on a CPU near the one that asked."""
    yield from k.block.mq.complete_request(rq)


@kernel("void blk_mq_end_request(struct request *rq, blk_status_t error)")
def blk_mq_end_request(k: Kernel, rq: int, error: int) -> Step:
    """End a request: its bios are done, its tag is free."""
    yield from k.block.mq.end_request(rq, error & 0xFF)


@kernel("bool blk_update_request(struct request *rq, blk_status_t error, unsigned int nr_bytes)")
def blk_update_request(k: Kernel, rq: int, error: int, nr_bytes: int) -> Answer:
    """So many bytes of a request are done; true if there are more."""
    return int((yield from k.block.mq.update_request(rq, error & 0xFF, nr_bytes)))


@kernel("void __blk_mq_end_request(struct request *rq, blk_status_t error)")
def __blk_mq_end_request(k: Kernel, rq: int, error: int) -> Step:
    """End a request whose bytes blk_update_request() has counted off."""
    yield from k.block.mq.finish(rq, error & 0xFF)


@kernel("void blk_mq_requeue_request(struct request *rq, bool kick_requeue_list)")
def blk_mq_requeue_request(k: Kernel, rq: int, kick: int) -> None:
    """Have a request handed to the driver once more."""
    k.block.mq.requeue(rq, bool(kick))


@kernel("void blk_mq_run_hw_queue(struct blk_mq_hw_ctx *hctx, bool async)")
def blk_mq_run_hw_queue(k: Kernel, hctx: int, asynchronous: int) -> Step:
    """Hand waiting requests to the driver."""
    yield from k.block.mq.run_queue(hctx, bool(asynchronous))


@kernel("void blk_mq_run_hw_queues(struct request_queue *q, bool async)")
@kernel("void blk_mq_start_stopped_hw_queues(struct request_queue *q, bool async)")
def blk_mq_run_hw_queues(k: Kernel, q: int, asynchronous: int) -> Step:
    """Let all queues of a disk run again."""
    yield from k.block.mq.start_queues(q, bool(asynchronous))


@kernel("void blk_mq_start_hw_queues(struct request_queue *q)")
@kernel("void blk_mq_kick_requeue_list(struct request_queue *q)")
def blk_mq_start_hw_queues(k: Kernel, q: int) -> Step:
    """Let all queues of a disk run again."""
    yield from k.block.mq.start_queues(q, False)


@kernel("void blk_mq_stop_hw_queues(struct request_queue *q)")
@kernel("void blk_mq_quiesce_queue(struct request_queue *q)", may_sleep=True)
def blk_mq_stop_hw_queues(k: Kernel, q: int) -> None:
    """Hand no request to the driver until they are started."""
    k.block.mq.stop_queues(q)


@kernel("void blk_mq_unquiesce_queue(struct request_queue *q)")
def blk_mq_unquiesce_queue(k: Kernel, q: int) -> Step:
    """Undo blk_mq_quiesce_queue()."""
    yield from k.block.mq.start_queues(q, True)


@kernel("void blk_mq_stop_hw_queue(struct blk_mq_hw_ctx *hctx)")
def blk_mq_stop_hw_queue(k: Kernel, hctx: int) -> None:
    """Hand no request of this queue to the driver until it is started."""
    k.block.mq.stop_queue(hctx)


@kernel("void blk_mq_freeze_queue(struct request_queue *q)", may_sleep=True)
def blk_mq_freeze_queue(k: Kernel, q: int) -> Step:
    """Let no new request in, and wait for those that are there."""
    yield from k.block.mq.freeze(q)


@kernel("void blk_mq_unfreeze_queue(struct request_queue *q)")
def blk_mq_unfreeze_queue(k: Kernel, q: int) -> None:
    """Undo blk_mq_freeze_queue()."""
    k.block.mq.unfreeze(q)
