#include <linux/module.h>
#include <linux/blkdev.h>
#include <linux/blk-mq.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

static int fail;
module_param(fail, int, 0644);
static int busy;
module_param(busy, int, 0644);
static int depth = 4;
module_param(depth, int, 0);
static bool bios;
module_param(bios, bool, 0);

struct command { struct delayed_work done; };

static struct blk_mq_tag_set tags;
static struct gendisk *disk;
static u8 *storage;
static int major;

static void move(struct bio_vec *vec, sector_t sector, bool write)
{
	if (write)
		memcpy_from_bvec(storage + (sector << SECTOR_SHIFT), vec);
	else
		memcpy_to_bvec(vec, storage + (sector << SECTOR_SHIFT));
}

static void done_fn(struct work_struct *work)
{
	struct request *rq = blk_mq_rq_from_pdu(container_of(to_delayed_work(work), struct command, done));

	blk_mq_complete_request(rq);
}

static void done_rq(struct request *rq)
{
	struct req_iterator iter;
	struct bio_vec vec;
	sector_t sector = blk_rq_pos(rq);

	rq_for_each_segment(vec, rq, iter) {
		move(&vec, sector, rq_data_dir(rq) == WRITE);
		sector += vec.bv_len >> SECTOR_SHIFT;
	}
	blk_mq_end_request(rq, fail ? BLK_STS_IOERR : BLK_STS_OK);
}

static blk_status_t queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	struct request *rq = bd->rq;

	if (busy) {
		busy--;
		pr_info("busy\n");
		return BLK_STS_RESOURCE;
	}
	pr_info("%s %llu+%u tag %d\n", rq_data_dir(rq) ? "write" : "read", blk_rq_pos(rq), blk_rq_sectors(rq), rq->tag);
	blk_mq_start_request(rq);
	schedule_delayed_work(&((struct command *)blk_mq_rq_to_pdu(rq))->done, msecs_to_jiffies(20));
	return BLK_STS_OK;
}

static int init_request(struct blk_mq_tag_set *set, struct request *rq, unsigned int hctx, unsigned int node)
{
	INIT_DELAYED_WORK(&((struct command *)blk_mq_rq_to_pdu(rq))->done, done_fn);
	return 0;
}

static const struct blk_mq_ops mq_ops = { .queue_rq = queue_rq, .complete = done_rq, .init_request = init_request };

static void submit(struct bio *bio)
{
	struct bvec_iter iter;
	struct bio_vec vec;

	pr_info("bio %llu+%u\n", bio->bi_iter.bi_sector, bio_sectors(bio));
	bio_for_each_segment(vec, bio, iter)
		move(&vec, iter.bi_sector, bio_data_dir(bio) == WRITE);
	bio_endio(bio);
}

static int demo_open(struct gendisk *d, blk_mode_t mode) { pr_info("open %u\n", mode); return 0; }
static void demo_release(struct gendisk *d) { pr_info("release\n"); }

static const struct block_device_operations mq_fops = { .owner = THIS_MODULE, .open = demo_open, .release = demo_release };
static const struct block_device_operations bio_fops = { .owner = THIS_MODULE, .submit_bio = submit };

static int self_set(const char *value, const struct kernel_param *kp)
{
	struct file *file = bdev_file_open_by_path("/dev/demo", BLK_OPEN_READ, NULL, NULL);
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	struct bio *bio;

	if (IS_ERR(file))
		return PTR_ERR(file);
	bio = bio_alloc(file_bdev(file), 1, REQ_OP_READ, GFP_KERNEL);
	bio->bi_iter.bi_sector = value[0] == 'x' ? 100000 : 8;
	__bio_add_page(bio, page, 512, 0);
	pr_info("self: %d %.5s\n", submit_bio_wait(bio), (char *)page_address(page));
	bio_put(bio);
	__free_page(page);
	bdev_fput(file);
	return 0;
}
static const struct kernel_param_ops self_ops = { .set = self_set };
module_param_cb(self, &self_ops, NULL, 0200);

static int __init demo_init(void)
{
	struct queue_limits lim = { .logical_block_size = 512 };
	int err;

	storage = vzalloc(256 << SECTOR_SHIFT);
	strcpy(storage + 4096, "hello");
	major = register_blkdev(0, "demo");
	tags = (struct blk_mq_tag_set) {
		.ops = &mq_ops, .nr_hw_queues = 1, .queue_depth = depth, .cmd_size = sizeof(struct command),
	};
	err = blk_mq_alloc_tag_set(&tags);
	if (err)
		return err;
	disk = bios ? blk_alloc_disk(&lim, NUMA_NO_NODE) : blk_mq_alloc_disk(&tags, &lim, NULL);
	if (IS_ERR(disk))
		return PTR_ERR(disk);
	disk->major = major;
	disk->minors = 1;
	disk->fops = bios ? &bio_fops : &mq_fops;
	strscpy(disk->disk_name, "demo", DISK_NAME_LEN);
	set_capacity(disk, 256);
	return add_disk(disk);
}

static void __exit demo_exit(void)
{
	del_gendisk(disk);
	put_disk(disk);
	blk_mq_free_tag_set(&tags);
	unregister_blkdev(major, "demo");
	vfree(storage);
}

module_init(demo_init);
module_exit(demo_exit);
MODULE_LICENSE("GPL");
