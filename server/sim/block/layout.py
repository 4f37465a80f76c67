"""The structs of `kapi/blkdev.py` and `kapi/blk_mq.py`: offsets in bytes. Tests hold them against C."""

from __future__ import annotations

# struct bio, bio_vec
BIO_SIZE, BIO_NEXT, BIO_BDEV, BIO_OPF, BIO_PRIO, BIO_STATUS, BIO_REMAINING = 96, 0, 8, 16, 22, 24, 28
BIO_SECTOR, BIO_BYTES, BIO_IDX, BIO_DONE, BIO_END_IO, BIO_VCNT, BIO_MAX_VECS, BIO_CNT, BIO_VEC = (
    32, 40, 44, 48, 56, 72, 74, 76, 80,
)  # fmt: skip
VEC_SIZE, VEC_PAGE, VEC_LEN, VEC_OFFSET = 16, 0, 8, 12
PAGE_STRUCT, PAGE_ADDRESS = 24, 8  # struct page
# struct block_device
BDEV_SIZE, BDEV_START, BDEV_SECTORS, BDEV_DISK, BDEV_QUEUE, BDEV_DEVT = 48, 0, 8, 16, 24, 32
# struct request_queue, queue_limits
QUEUE_SIZE, QUEUE_DATA, QUEUE_SET, QUEUE_OPS, QUEUE_DISK, QUEUE_HCTX, QUEUE_LIMITS, QUEUE_NR, QUEUE_DEPTH = (
    136, 0, 8, 16, 24, 32, 40, 128, 132,
)  # fmt: skip
LIMITS_SIZE, LIMIT_MAX_HW, LIMIT_MAX, LIMIT_PHYSICAL, LIMIT_LOGICAL = 80, 8, 12, 20, 24
# struct gendisk
DISK_SIZE, DISK_MAJOR, DISK_MINOR, DISK_MINORS, DISK_FLAGS, DISK_NAME, DISK_FOPS, DISK_QUEUE, DISK_PART0, DISK_STATE = (
    96, 0, 4, 8, 12, 16, 48, 56, 72, 80,
)  # fmt: skip
NAME_LEN = 32
# struct block_device_operations
FOPS_SUBMIT, FOPS_OPEN, FOPS_RELEASE, FOPS_IOCTL, FOPS_GETGEO, FOPS_FREE, FOPS_OWNER = 0, 8, 16, 24, 48, 64, 72
# struct blk_mq_tag_set, blk_mq_ops, blk_mq_hw_ctx
SET_OPS, SET_QUEUES, SET_DEPTH, SET_CMD_SIZE, SET_FLAGS, SET_DATA = 0, 12, 16, 24, 36, 40
OPS_QUEUE_RQ, OPS_COMPLETE, OPS_INIT_HCTX, OPS_EXIT_HCTX, OPS_INIT_REQUEST, OPS_EXIT_REQUEST = 0, 32, 40, 48, 56, 64
HCTX_SIZE, HCTX_QUEUE, HCTX_NUM, HCTX_FLAGS = 40, 0, 16, 32
# struct request
RQ_SIZE, RQ_Q, RQ_HCTX, RQ_CMD, RQ_TAG, RQ_INTERNAL, RQ_BYTES, RQ_SECTOR, RQ_BIO, RQ_TAIL = (
    136, 0, 8, 16, 24, 28, 36, 40, 48, 56,
)  # fmt: skip
RQ_LIST, RQ_START, RQ_IO_START, RQ_SEGMENTS, RQ_PRIO, RQ_STATE, RQ_CPU, RQ_END_IO = 64, 80, 88, 96, 98, 100, 108, 120

OP_READ, OP_WRITE, OP_FLUSH, OP_MASK = 0, 1, 2, 0xFF
REQ_SYNC, REQ_IDLE = 1 << 11, 1 << 15
BLOCKING = 1 << 4  # BLK_MQ_F_BLOCKING
NO_PART, REMOVABLE = 4, 1  # of gendisk.flags
STS_IOERR, STS_RESOURCE, STS_DEV_RESOURCE = 10, 9, 13
ERRNO_OF = {0: 0, 1: 95, 2: 110, 3: 28, 4: 67, 5: 121, 7: 61, 8: 84, 9: 12, 10: 5, 12: 11, 13: 16}
"""blk_status_to_errno()"""
WORDS = {
    1: "operation not supported", 2: "timeout", 3: "critical space allocation", 4: "recoverable transport",
    5: "critical target", 7: "critical medium", 8: "protection", 9: "kernel resource", 10: "I/O",
    12: "nonblocking retry", 13: "device resource",
}  # fmt: skip
OP_NAMES = {
    0: "READ",
    1: "WRITE",
    2: "FLUSH",
    3: "DISCARD",
    5: "SECURE_ERASE",
    9: "WRITE_ZEROES",
    34: "DRV_IN",
    35: "DRV_OUT",
}
IDLE, IN_FLIGHT, COMPLETE = range(3)
