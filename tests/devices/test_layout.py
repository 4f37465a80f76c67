"""The offsets that net/ and block/ read structs by are those of the headers that a module is compiled with."""

from __future__ import annotations

import pytest

from server.cfront.compile import compile_here
from server.scenario import Limits
from server.sim.block import layout as block
from server.sim.net import layout as net

NET = {
    "struct net_device": {
        "netdev_ops": "DEV_OPS", "state": "DEV_STATE", "flags": "DEV_FLAGS", "ifindex": "DEV_IFINDEX", "mtu": "DEV_MTU",
        "min_mtu": "DEV_MIN_MTU", "max_mtu": "DEV_MAX_MTU", "type": "DEV_TYPE", "tx_queue_len": "DEV_QLEN",
        "reg_state": "DEV_REG_STATE", "_tx": "DEV_TX", "dev_addr": "DEV_ADDR", "broadcast": "DEV_BROADCAST",
        "addr_len": "DEV_ADDR_LEN", "priv_flags": "DEV_PRIV_FLAGS", "stats": "DEV_STATS",
        "watchdog_timer": "DEV_WATCHDOG", "watchdog_timeo": "DEV_TIMEO", "dev_list": "DEV_LIST",
        "rx_handler": "DEV_RX_HANDLER", "dev": "DEV_DEVICE",
    },
    "struct net_device_ops": {
        "ndo_init": "OPS_INIT", "ndo_uninit": "OPS_UNINIT", "ndo_open": "OPS_OPEN", "ndo_stop": "OPS_STOP",
        "ndo_start_xmit": "OPS_XMIT", "ndo_set_rx_mode": "OPS_SET_RX_MODE", "ndo_set_mac_address": "OPS_SET_MAC",
        "ndo_validate_addr": "OPS_VALIDATE", "ndo_change_mtu": "OPS_CHANGE_MTU", "ndo_tx_timeout": "OPS_TX_TIMEOUT",
        "ndo_get_stats64": "OPS_STATS64", "ndo_get_stats": "OPS_STATS",
    },
    "struct netdev_queue": {"state": "QUEUE_STATE", "trans_start": "QUEUE_TRANS_START"},
    "struct napi_struct": {"state": "NAPI_STATE", "weight": "NAPI_WEIGHT", "poll": "NAPI_POLL", "dev": "NAPI_DEV"},
    "struct sk_buff": {
        "dev": "SKB_DEV", "destructor": "SKB_DESTRUCTOR", "skb_iif": "SKB_IIF", "protocol": "SKB_PROTOCOL",
        "transport_header": "SKB_TRANSPORT", "network_header": "SKB_NETWORK", "mac_header": "SKB_MAC", "end": "SKB_END",
        "head": "SKB_HEAD", "data": "SKB_DATA", "users": "SKB_USERS",
    },
    "struct skb_shared_info": {"dataref": "SHARED_DATAREF"},
    "struct packet_type": {"type": "PTYPE_TYPE", "dev": "PTYPE_DEV", "func": "PTYPE_FUNC"},
    "struct notifier_block": {"notifier_call": "NB_CALL", "priority": "NB_PRIORITY"},
}  # fmt: skip
BLOCK = {
    "struct bio": {
        "bi_next": "BIO_NEXT", "bi_bdev": "BIO_BDEV", "bi_opf": "BIO_OPF", "bi_ioprio": "BIO_PRIO",
        "bi_status": "BIO_STATUS", "__bi_remaining": "BIO_REMAINING", "bi_iter.bi_sector": "BIO_SECTOR",
        "bi_iter.bi_size": "BIO_BYTES", "bi_iter.bi_idx": "BIO_IDX", "bi_iter.bi_bvec_done": "BIO_DONE",
        "bi_end_io": "BIO_END_IO", "bi_vcnt": "BIO_VCNT", "bi_max_vecs": "BIO_MAX_VECS", "__bi_cnt": "BIO_CNT",
        "bi_io_vec": "BIO_VEC",
    },
    "struct bio_vec": {"bv_page": "VEC_PAGE", "bv_len": "VEC_LEN", "bv_offset": "VEC_OFFSET"},
    "struct page": {"wq_address": "PAGE_ADDRESS"},
    "struct block_device": {
        "bd_start_sect": "BDEV_START", "bd_nr_sectors": "BDEV_SECTORS", "bd_disk": "BDEV_DISK",
        "bd_queue": "BDEV_QUEUE", "bd_dev": "BDEV_DEVT",
    },
    "struct request_queue": {
        "queuedata": "QUEUE_DATA", "tag_set": "QUEUE_SET", "mq_ops": "QUEUE_OPS", "disk": "QUEUE_DISK",
        "__wq_hctx": "QUEUE_HCTX", "limits": "QUEUE_LIMITS", "nr_hw_queues": "QUEUE_NR", "nr_requests": "QUEUE_DEPTH",
    },
    "struct queue_limits": {
        "max_hw_sectors": "LIMIT_MAX_HW", "max_sectors": "LIMIT_MAX", "physical_block_size": "LIMIT_PHYSICAL",
        "logical_block_size": "LIMIT_LOGICAL",
    },
    "struct gendisk": {
        "major": "DISK_MAJOR", "first_minor": "DISK_MINOR", "minors": "DISK_MINORS", "flags": "DISK_FLAGS",
        "disk_name": "DISK_NAME", "fops": "DISK_FOPS", "queue": "DISK_QUEUE", "part0": "DISK_PART0",
        "state": "DISK_STATE",
    },
    "struct block_device_operations": {
        "submit_bio": "FOPS_SUBMIT", "open": "FOPS_OPEN", "release": "FOPS_RELEASE", "ioctl": "FOPS_IOCTL",
        "getgeo": "FOPS_GETGEO", "free_disk": "FOPS_FREE", "owner": "FOPS_OWNER",
    },
    "struct blk_mq_tag_set": {
        "ops": "SET_OPS", "nr_hw_queues": "SET_QUEUES", "queue_depth": "SET_DEPTH", "cmd_size": "SET_CMD_SIZE",
        "flags": "SET_FLAGS", "driver_data": "SET_DATA",
    },
    "struct blk_mq_ops": {
        "queue_rq": "OPS_QUEUE_RQ", "complete": "OPS_COMPLETE", "init_hctx": "OPS_INIT_HCTX",
        "exit_hctx": "OPS_EXIT_HCTX", "init_request": "OPS_INIT_REQUEST", "exit_request": "OPS_EXIT_REQUEST",
    },
    "struct blk_mq_hw_ctx": {"queue": "HCTX_QUEUE", "queue_num": "HCTX_NUM", "flags": "HCTX_FLAGS"},
    "struct request": {
        "q": "RQ_Q", "mq_hctx": "RQ_HCTX", "cmd_flags": "RQ_CMD", "tag": "RQ_TAG", "internal_tag": "RQ_INTERNAL",
        "__data_len": "RQ_BYTES", "__sector": "RQ_SECTOR", "bio": "RQ_BIO", "biotail": "RQ_TAIL",
        "queuelist": "RQ_LIST", "start_time_ns": "RQ_START", "io_start_time_ns": "RQ_IO_START",
        "nr_phys_segments": "RQ_SEGMENTS", "ioprio": "RQ_PRIO", "state": "RQ_STATE", "__wq_cpu": "RQ_CPU",
        "end_io": "RQ_END_IO",
    },
}  # fmt: skip
SIZES = {
    "struct bio": "BIO_SIZE", "struct bio_vec": "VEC_SIZE", "struct page": "PAGE_STRUCT",
    "struct block_device": "BDEV_SIZE", "struct request_queue": "QUEUE_SIZE", "struct queue_limits": "LIMITS_SIZE",
    "struct gendisk": "DISK_SIZE", "struct blk_mq_hw_ctx": "HCTX_SIZE", "struct request": "RQ_SIZE",
}  # fmt: skip


@pytest.mark.parametrize(
    ("includes", "layout", "known", "sizes"),
    [
        (("linux/netdevice.h",), NET, vars(net), {}),
        (("linux/blkdev.h", "linux/blk-mq.h"), BLOCK, vars(block), SIZES),
    ],
    ids=["net", "block"],
)
def test_offsets_are_those_of_the_headers(
    includes: tuple[str, ...], layout: dict[str, dict[str, str]], known: dict[str, int], sizes: dict[str, str]
) -> None:
    lines = [f"#include <{path}>" for path in ("linux/module.h", *includes)]
    for struct, fields in layout.items():
        lines += [f'_Static_assert(offsetof({struct}, {f}) == {known[name]}, "{name}");' for f, name in fields.items()]
    lines += [f'_Static_assert(sizeof({struct}) == {known[name]}, "{name}");' for struct, name in sizes.items()]
    if not sizes:
        lines.append('_Static_assert(sizeof(struct net_device) <= 1024, "lo");')
    _, diagnostics = compile_here({"module.c": "\n".join(lines) + '\nMODULE_LICENSE("GPL");\n'}, "layout", Limits())
    assert [d.message for d in diagnostics if d.severity == "error"] == []
    used = {name for fields in layout.values() for name in fields.values()} | set(sizes.values())
    prefixes = tuple({name.split("_")[0] + "_" for name in used})
    offsets = {name for name, value in known.items() if name.startswith(prefixes) and isinstance(value, int)}
    assert offsets - used <= {"OP_MASK", "SKB_LEN", "SKB_BITS", "REQ_SYNC", "REQ_IDLE"}, "an offset that nothing checks"
