/* One line for each part of the kernel's interface. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/kfifo.h>
#include <linux/rbtree.h>
#include <linux/idr.h>
#include <linux/xarray.h>
#include <linux/hashtable.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/debugfs.h>
#include <linux/notifier.h>
#include <linux/interrupt.h>
#include <linux/platform_device.h>

struct node { struct rb_node rb; struct hlist_node hash; struct list_head list; struct kref ref; struct rcu_head rcu; int key; };

static DEFINE_KFIFO(fifo, int, 8);
static DECLARE_KFIFO_PTR(bytes, u8);
static struct rb_root tree = RB_ROOT;
static DEFINE_HASHTABLE(hash, 4);
static DEFINE_IDR(idr);
static DEFINE_XARRAY(xa);
static DEFINE_PER_CPU(long, hits);
static DECLARE_WAIT_QUEUE_HEAD(queue);
static DECLARE_COMPLETION(done);
static DEFINE_SEMAPHORE(sem, 1);
static DECLARE_RWSEM(rwsem);
static DEFINE_RWLOCK(rwlock);
static DEFINE_SEQLOCK(seq);
static DEFINE_SPINLOCK(lock);
static BLOCKING_NOTIFIER_HEAD(chain);
static LIST_HEAD(nodes);
static DECLARE_BITMAP(map, 100);
static struct hrtimer hr;
static atomic_t count = ATOMIC_INIT(0);
static struct tasklet_struct tasklet;
static int value;

static void release(struct kref *ref) { kfree_rcu(container_of(ref, struct node, ref), rcu); }
static enum hrtimer_restart tick(struct hrtimer *t) { hrtimer_forward_now(t, ms_to_ktime(5)); return HRTIMER_RESTART; }
static int show_it_show(struct seq_file *m, void *v) { seq_printf(m, "%d\n", value); return 0; }
DEFINE_SHOW_ATTRIBUTE(show_it);
static int get(void *data, u64 *val) { *val = value; return 0; }
DEFINE_SIMPLE_ATTRIBUTE(number_fops, get, NULL, "%llu\n");
static void softly(struct tasklet_struct *t) { }
static irqreturn_t handler(int irq, void *dev) { tasklet_schedule(&tasklet); return IRQ_HANDLED; }
static ssize_t level_show(struct device *dev, struct device_attribute *attr, char *buf) { return sysfs_emit(buf, "%d\n", value); }
static DEVICE_ATTR_RO(level);
static long dev_ioctl(struct file *f, unsigned int cmd, unsigned long arg) { return cmd == _IOW('k', 1, int) ? put_user(value, (int __user *)arg) : -ENOTTY; }
static const struct file_operations fops = { .owner = THIS_MODULE, .unlocked_ioctl = dev_ioctl, .llseek = noop_llseek };
static struct miscdevice misc = { .minor = MISC_DYNAMIC_MINOR, .name = "everything", .fops = &fops };

static int thread(void *data)
{
	while (!kthread_should_stop()) {
		wait_event_interruptible_timeout(queue, kthread_should_stop() || atomic_read(&count) > 3, HZ);
		if (wait_for_completion_timeout(&done, msecs_to_jiffies(10)))
			complete_all(&done);
	}
	return 0;
}

static int __init start(void)
{
	struct node *n = kzalloc(sizeof(*n), GFP_KERNEL), *next;
	unsigned long flags, index;
	struct task_struct *t;
	unsigned int bit, seqno;
	int x, cpu, id;
	void *entry;

	if (!n)
		return -ENOMEM;
	kref_init(&n->ref);
	kfifo_put(&fifo, 3);
	if (kfifo_get(&fifo, &x) && !kfifo_is_empty(&fifo))
		kfifo_reset(&fifo);
	if (kfifo_alloc(&bytes, 16, GFP_KERNEL))
		goto out;
	kfifo_free(&bytes);
	rb_link_node(&n->rb, NULL, &tree.rb_node);
	rb_insert_color(&n->rb, &tree);
	rb_erase(&n->rb, &tree);
	hash_add(hash, &n->hash, n->key);
	hash_for_each_possible(hash, next, hash, 0)
		pr_info("%d\n", next->key);
	hash_del(&n->hash);
	id = idr_alloc(&idr, n, 1, 0, GFP_KERNEL);
	idr_for_each_entry(&idr, entry, x)
		pr_info("%p\n", entry);
	idr_remove(&idr, id);
	xa_store(&xa, 7, n, GFP_KERNEL);
	xa_for_each(&xa, index, entry)
		pr_info("%lu\n", index);
	xa_destroy(&xa);
	list_add_tail(&n->list, &nodes);
	list_for_each_entry_safe(n, next, &nodes, list)
		list_del(&n->list);
	for_each_online_cpu(cpu)
		per_cpu(hits, cpu) += this_cpu_read(hits);
	spin_lock_irqsave(&lock, flags);
	set_bit(3, map);
	for_each_set_bit(bit, map, 100)
		clear_bit(bit, map);
	spin_unlock_irqrestore(&lock, flags);
	read_lock(&rwlock);
	read_unlock(&rwlock);
	down_read(&rwsem);
	up_read(&rwsem);
	if (!down_interruptible(&sem))
		up(&sem);
	do {
		seqno = read_seqbegin(&seq);
	} while (read_seqretry(&seq, seqno));
	blocking_notifier_call_chain(&chain, 1, NULL);
	hrtimer_init(&hr, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hr.function = tick;
	hrtimer_start(&hr, ktime_set(0, 1000), HRTIMER_MODE_REL);
	tasklet_setup(&tasklet, softly);
	t = kthread_run(thread, NULL, "everything/%d", 1);
	if (!IS_ERR(t))
		kthread_stop(t);
	if (request_irq(17, handler, IRQF_SHARED, "everything", &misc) || misc_register(&misc))
		goto out;
	proc_create_single("everything", 0444, NULL, show_it_show);
	debugfs_create_file("n", 0644, debugfs_create_dir("everything", NULL), NULL, &number_fops);
	if (device_create_file(misc.this_device, &dev_attr_level))
		pr_warn_ratelimited("no file\n");
	WARN_ON_ONCE(refcount_read(&n->ref.refcount) != 1);
	pr_info("%d %s %u\n", current->pid, current->comm, get_random_u32_below(5));
out:
	kref_put(&n->ref, release);
	return show_it_fops.owner ? 0 : -EINVAL;
}

static void __exit stop(void)
{
	hrtimer_cancel(&hr);
	tasklet_kill(&tasklet);
	free_irq(17, &misc);
	misc_deregister(&misc);
	remove_proc_entry("everything", NULL);
	rcu_barrier();
}

module_init(start);
module_exit(stop);
MODULE_LICENSE("GPL");
MODULE_AUTHOR("One");
MODULE_AUTHOR("Two");
