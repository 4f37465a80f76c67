// SPDX-License-Identifier: GPL-2.0
/* A disk in memory: blk-mq hands over requests, an interrupt says "done", a high-priority worker ends them. */
#include <linux/module.h>
#include <linux/blkdev.h>
#include <linux/blk-mq.h>
#include <linux/hrtimer.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#define SECTORS		2048
#define DEPTH		8	/* requests that the disk takes at a time */

static int disk_us = 2000;
module_param(disk_us, int, 0444);
MODULE_PARM_DESC(disk_us, "microseconds that the disk needs for a request");

struct command {
	struct hrtimer disk;		/* stands for the hardware */
	struct work_struct done_work;
};

static struct workqueue_struct *done_queue;
static struct blk_mq_tag_set tags;
static struct gendisk *disk;
static u8 *storage;

/* Process context: data, checksums, then the request ends and whoever waits is woken. */
static void done_fn(struct work_struct *work)
{
	struct command *command = container_of(work, struct command, done_work);
	struct request *request = blk_mq_rq_from_pdu(command);
	u8 *place = storage + (blk_rq_pos(request) << SECTOR_SHIFT);
	struct req_iterator iter;
	struct bio_vec vec;

	rq_for_each_segment(vec, request, iter) {
		if (rq_data_dir(request) == WRITE)
			memcpy_from_bvec(place, &vec);
		else
			memcpy_to_bvec(&vec, place);
		place += vec.bv_len;
	}
	pr_info("sector %llu is done\n", blk_rq_pos(request));
	blk_mq_end_request(request, BLK_STS_OK);
}

/* Hard interrupt context: the rest may take its time. */
static enum hrtimer_restart disk_interrupt(struct hrtimer *timer)
{
	struct command *command = container_of(timer, struct command, disk);

	queue_work(done_queue, &command->done_work);

	return HRTIMER_NORESTART;
}

/* In the context of whoever reads or writes, and it may not sleep. */
static blk_status_t disk_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *data)
{
	struct request *request = data->rq;
	struct command *command = blk_mq_rq_to_pdu(request);

	if (req_op(request) != REQ_OP_READ && req_op(request) != REQ_OP_WRITE)
		return BLK_STS_NOTSUPP;
	blk_mq_start_request(request);
	hrtimer_start(&command->disk, ns_to_ktime(disk_us * NSEC_PER_USEC), HRTIMER_MODE_REL);

	return BLK_STS_OK;
}

static int disk_init_request(struct blk_mq_tag_set *set, struct request *request, unsigned int hctx, unsigned int node)
{
	struct command *command = blk_mq_rq_to_pdu(request);

	hrtimer_init(&command->disk, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	command->disk.function = disk_interrupt;
	INIT_WORK(&command->done_work, done_fn);

	return 0;
}

static const struct blk_mq_ops disk_mq_ops = {
	.queue_rq = disk_queue_rq,
	.init_request = disk_init_request,
};

static const struct block_device_operations disk_fops = {
	.owner = THIS_MODULE,
};

static int __init block_request_init(void)
{
	int err = -ENOMEM;

	storage = vzalloc(SECTORS << SECTOR_SHIFT);
	if (!storage)
		return -ENOMEM;
	done_queue = alloc_workqueue("blk_done", WQ_HIGHPRI | WQ_MEM_RECLAIM, 0);
	if (!done_queue)
		goto out_storage;

	tags.ops = &disk_mq_ops;
	tags.nr_hw_queues = 1;
	tags.queue_depth = DEPTH;
	tags.numa_node = NUMA_NO_NODE;
	tags.cmd_size = sizeof(struct command);
	err = blk_mq_alloc_tag_set(&tags);
	if (err)
		goto out_queue;

	disk = blk_mq_alloc_disk(&tags, NULL, NULL);
	if (IS_ERR(disk)) {
		err = PTR_ERR(disk);
		goto out_tags;
	}
	disk->fops = &disk_fops;
	disk->flags = GENHD_FL_NO_PART;
	strscpy(disk->disk_name, "wqdisk", DISK_NAME_LEN);
	set_capacity(disk, SECTORS);
	err = add_disk(disk);
	if (err)
		goto out_disk;

	return 0;

out_disk:
	put_disk(disk);
out_tags:
	blk_mq_free_tag_set(&tags);
out_queue:
	destroy_workqueue(done_queue);
out_storage:
	vfree(storage);
	return err;
}

static void __exit block_request_exit(void)
{
	del_gendisk(disk);
	put_disk(disk);
	blk_mq_free_tag_set(&tags);
	destroy_workqueue(done_queue);
	vfree(storage);
}

module_init(block_request_init);
module_exit(block_request_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A disk whose requests end in a worker");
