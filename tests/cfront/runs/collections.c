#include <linux/module.h>
#include <linux/list.h>
#include <linux/list_sort.h>
#include <linux/llist.h>
#include <linux/xarray.h>
#include <linux/idr.h>
#include <linux/radix-tree.h>
#include <linux/percpu_counter.h>
#include <linux/percpu-refcount.h>
#include <linux/percpu-rwsem.h>
#include <linux/cpumask.h>
#include <linux/wait_bit.h>
#include <linux/workqueue.h>
#include <linux/delay.h>
#include <linux/slab.h>
#include <linux/refcount.h>
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/hashtable.h>
#include <linux/mutex.h>

struct item { int key; struct list_head node; struct hlist_node hn; };
static struct item items[8];
static LIST_HEAD(head);
static DEFINE_XARRAY_ALLOC(xa);
static DEFINE_IDR(idr);
static RADIX_TREE(tree, GFP_KERNEL);
static struct percpu_counter counter;
static struct percpu_ref ref;
DEFINE_STATIC_PERCPU_RWSEM(rwsem);
static DEFINE_PER_CPU(int, pc);
static DECLARE_WAIT_QUEUE_HEAD(wq);
static unsigned long word;
static int var, go;
static struct delayed_work dw;
static struct dentry *dir;
static u8 x8 = 0x1f; static u16 x16 = 0xabc; static u64 x64 = 0x123456789abULL;
static char *str = "a string";
static u32 numbers[3] = { 1, 22, 333 };
static struct debugfs_u32_array array = { numbers, 3 };
static long lval = -5; static unsigned short us = 7;

static int set_us(const char *val, const struct kernel_param *kp) { int ret = param_set_ushort(val, kp); pr_info("set %d\n", ret); return ret; }
module_param_call(us, set_us, param_get_ushort, &us, 0644);
module_param_cb(lval, &param_ops_long, &lval, 0644);

static int cmp(void *priv, const struct list_head *a, const struct list_head *b)
{ return list_entry(a, struct item, node)->key - list_entry(b, struct item, node)->key; }
static void release(struct percpu_ref *r) { pr_info("released\n"); }
static void work(struct work_struct *w) { clear_and_wake_up_bit(3, &word); var = 1; wake_up_var(&var); go = 1; wake_up(&wq); }
static void show(const char *what, struct list_head *h)
{
	struct item *i;
	char buf[100]; int n = 0;
	buf[0] = 0;
	list_for_each_entry(i, h, node)
		n += scnprintf(buf + n, sizeof(buf) - n, " %d", i->key);
	pr_info("%s:%s\n", what, buf);
}
static int __init start(void)
{
	static const int keys[] = { 5, 3, 8, 3, 1, 9, 2, 7 };
	struct item *i, *t; LIST_HEAD(cut); unsigned long index; void *e, *many[4]; u32 id, next = 0; int n, cpu, old; s64 s;
	refcount_t r = REFCOUNT_INIT(1); struct cpumask a, b; char buf[32];
	for (n = 0; n < 8; n++) { items[n].key = keys[n]; list_add_tail(&items[n].node, &head); }
	list_sort(NULL, &head, cmp); show("sorted", &head);
	pr_info("stable %d\n", items[1].node.next == &items[3].node);
	list_cut_before(&cut, &head, &items[3].node); show("cut", &cut); show("rest", &head);
	list_bulk_move_tail(&cut, &items[0].node, &items[2].node); show("bulk", &cut); show("rest", &head);
	i = list_first_entry(&cut, struct item, node);
	list_for_each_entry_continue(i, &cut, node) if (i->key > 4) break;
	list_for_each_entry_safe_from(i, t, &cut, node) list_del(&i->node);
	show("left", &cut); list_rotate_to_front(head.prev, &head); show("front", &head);
	n = xa_alloc(&xa, &id, &items[0], xa_limit_31b, GFP_KERNEL); pr_info("alloc %d %u\n", n, id);
	n = xa_alloc_cyclic(&xa, &id, &items[1], XA_LIMIT(0, 2), &next, GFP_KERNEL); pr_info("cyclic %d %u next %u\n", n, id, next);
	n = xa_alloc_cyclic(&xa, &id, &items[2], XA_LIMIT(0, 2), &next, GFP_KERNEL); pr_info("cyclic %d %u next %u\n", n, id, next);
	n = xa_alloc_cyclic(&xa, &id, &items[2], XA_LIMIT(0, 2), &next, GFP_KERNEL); pr_info("cyclic %d\n", n);
	xa_erase(&xa, 0);
	n = xa_alloc_cyclic(&xa, &id, &items[3], XA_LIMIT(0, 2), &next, GFP_KERNEL); pr_info("cyclic %d %u next %u\n", n, id, next);
	xa_store(&xa, 70, xa_mk_value(9), GFP_KERNEL); xa_set_mark(&xa, 70, XA_MARK_1); xa_set_mark(&xa, 1, XA_MARK_1); xa_set_mark(&xa, 5, XA_MARK_1);
	xa_for_each_marked(&xa, index, e, XA_MARK_1) pr_info("marked %lu\n", index);
	xa_clear_mark(&xa, 1, XA_MARK_1);
	n = xa_extract(&xa, many, 0, 100, 4, XA_PRESENT);
	pr_info("mark %d %d marked %d extract %d\n", xa_get_mark(&xa, 1, XA_MARK_1), xa_get_mark(&xa, 70, XA_MARK_1), xa_marked(&xa, XA_MARK_2), n);
	n = xa_reserve(&xa, 99, GFP_KERNEL); pr_info("reserve %d load %d\n", n, !xa_load(&xa, 99)); xa_release(&xa, 99);
	e = xa_cmpxchg(&xa, 70, xa_mk_value(9), xa_mk_value(10), GFP_KERNEL); pr_info("cmpxchg %lu %lu\n", xa_to_value(e), xa_to_value(xa_load(&xa, 70)));
	xa_destroy(&xa);
	id = 10; n = idr_alloc_u32(&idr, &id, &id, 20, GFP_KERNEL); pr_info("idr %d %u\n", n, id);
	idr_set_cursor(&idr, 15); n = idr_alloc_cyclic(&idr, &id, 1, 0, GFP_KERNEL); pr_info("idr %d cursor %u\n", n, idr_get_cursor(&idr)); idr_destroy(&idr);
	radix_tree_insert(&tree, 4, &items[4]); n = radix_tree_insert(&tree, 4, &items[5]);
	radix_tree_insert(&tree, 1000, &items[6]);
	radix_tree_tag_set(&tree, 1000, 1);
	pr_info("radix %d %d %d %u\n", n, radix_tree_lookup(&tree, 4) == &items[4], radix_tree_tag_get(&tree, 1000, 1), radix_tree_gang_lookup(&tree, many, 0, 4));
	radix_tree_delete(&tree, 4); radix_tree_delete(&tree, 1000); pr_info("empty %d\n", radix_tree_empty(&tree));
	n = percpu_counter_init(&counter, 5, GFP_KERNEL); percpu_counter_add(&counter, 7); percpu_counter_dec(&counter); s = percpu_counter_sum(&counter);
	pr_info("counter %d %lld %d\n", n, s, percpu_counter_compare(&counter, 100)); percpu_counter_destroy(&counter);
	n = percpu_ref_init(&ref, release, 0, GFP_KERNEL); percpu_ref_get(&ref); percpu_ref_kill(&ref);
	pr_info("ref %d %d live %d\n", n, percpu_ref_is_dying(&ref), percpu_ref_tryget_live(&ref));
	synchronize_rcu(); msleep(40); percpu_ref_put(&ref); percpu_ref_exit(&ref);
	percpu_down_read(&rwsem); percpu_up_read(&rwsem); percpu_down_write(&rwsem); percpu_up_write(&rwsem);
	for_each_possible_cpu(cpu) per_cpu(pc, cpu) = cpu * 10;
	preempt_disable(); old = this_cpu_xchg(pc, 77); n = this_cpu_cmpxchg(pc, 77, 78); pr_info("xchg %d %d\n", n, __this_cpu_read(pc)); preempt_enable();
	cpumask_clear(&a); cpumask_setall(&b); cpumask_set_cpu(1, &a);
	pr_info("%d %d %u %u %u %d\n", cpumask_subset(&a, &b), cpumask_intersects(&a, &b), cpumask_first_zero(&a), cpumask_last(&a), cpumask_any_but(cpu_online_mask, 0), cpumask_full(&a));
	for_each_cpu_wrap(cpu, cpu_possible_mask, 1) pr_info("wrap %d\n", cpu);
	for_each_cpu_andnot(cpu, cpu_possible_mask, &a) pr_info("andnot %d\n", cpu);
	n = cpulist_parse("0-1", &a); pr_info("%d %*pbl\n", n, cpumask_pr_args(&a));
	pr_info("%d %d\n", refcount_dec_not_one(&r), refcount_read(&r));
	set_bit(3, &word); INIT_DELAYED_WORK(&dw, work); schedule_delayed_work(&dw, 10);
	n = wait_on_bit(&word, 3, TASK_UNINTERRUPTIBLE); pr_info("bit %d %lx\n", n, word);
	wait_var_event(&var, var == 1); pr_info("var\n");
	set_bit(2, &word); n = wait_on_bit_timeout(&word, 2, TASK_UNINTERRUPTIBLE, 5); pr_info("timeout %d\n", n);
	go = 0; schedule_delayed_work(&dw, 10);
	n = wait_event_hrtimeout(wq, go == 2, ms_to_ktime(10)); pr_info("hr %d\n", n);
	n = wait_event_interruptible_hrtimeout(wq, go == 1, ms_to_ktime(1000)); pr_info("hr %d\n", n);
	spin_lock(&wq.lock); go = 0; schedule_delayed_work(&dw, 5);
	n = wait_event_interruptible_locked(wq, go == 1); pr_info("locked %d %d\n", n, spin_is_locked(&wq.lock)); spin_unlock(&wq.lock);
	dir = debugfs_create_dir("t2", NULL);
	debugfs_create_x8("x8", 0644, dir, &x8); debugfs_create_x16("x16", 0644, dir, &x16); debugfs_create_x64("x64", 0444, dir, &x64);
	debugfs_create_str("str", 0444, dir, &str); debugfs_create_u32_array("array", 0444, dir, &array); debugfs_create_symlink("link", dir, "x8");
	hex_dump_to_buffer("ABCDEFGH", 8, 16, 1, buf, sizeof(buf), true); pr_info("%s\n", buf);
	return 0;
}
static void __exit stop(void) { cancel_delayed_work_sync(&dw); debugfs_remove_recursive(dir); }
module_init(start); module_exit(stop);
MODULE_LICENSE("GPL");

// Lists, xarrays, per-CPU things, waits. What follows is Debian's 6.12 under QEMU.
// dmesg: sorted: 1 2 3 3 5 7 8 9
// dmesg: stable 1
// dmesg: cut: 1 2 3
// dmesg: rest: 3 5 7 8 9
// dmesg: bulk: 1 2 3 5 7 8
// dmesg: rest: 3 9
// dmesg: left: 1 2 3
// dmesg: front: 9 3
// dmesg: alloc 0 0
// dmesg: cyclic 0 1 next 2
// dmesg: cyclic 0 2 next 3
// dmesg: cyclic -16
// dmesg: cyclic 1 0 next 1
// dmesg: marked 1
// dmesg: marked 70
// dmesg: mark 0 1 marked 0 extract 4
// dmesg: reserve 0 load 1
// dmesg: cmpxchg 9 10
// dmesg: idr 0 10
// dmesg: idr 15 cursor 16
// dmesg: radix -17 1 1 2
// dmesg: empty 1
// dmesg: counter 0 11 -1
// dmesg: ref 0 1 live 0
// dmesg: released
// dmesg: xchg 77 78
// dmesg: 1 1 0 1 1 0
// dmesg: wrap 1
// dmesg: wrap 0
// dmesg: andnot 0
// dmesg: 0 0-1
// dmesg: 0 1
// dmesg: bit 0 0
// dmesg: var
// dmesg: timeout -11
// dmesg: hr -62
// dmesg: hr 0
// dmesg: locked 0 1
// dmesg: 41 42 43 44 45 46 47 48        
