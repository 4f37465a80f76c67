#include <linux/module.h>
#include <linux/kfifo.h>
#include <linux/rbtree.h>
#include <linux/idr.h>
#include <linux/slab.h>
struct n { struct rb_node rb; int key; };
static struct rb_root tree = RB_ROOT;
static DEFINE_KFIFO(fifo, int, 8);
static DEFINE_IDR(idr);
static DEFINE_PER_CPU(int, pc);
static struct n nodes[40];
static bool less(struct rb_node *a, const struct rb_node *b) { return rb_entry(a, struct n, rb)->key < rb_entry(b, struct n, rb)->key; }
static int sum(int n, ...) { va_list ap; int t = 0; va_start(ap, n); while (n-- > 0) t += va_arg(ap, int); va_end(ap); return t; }
static void say(const char *fmt, ...) { struct va_format vaf; va_list ap; va_start(ap, fmt); vaf.fmt = fmt; vaf.va = &ap; pr_info("say: %pV\n", &vaf); va_end(ap); }
static int height(struct rb_node *r) { return r ? 1 + max(height(r->rb_left), height(r->rb_right)) : 0; }
static int __init start(void)
{
	int i, x, id, total = 0, last = -1, sorted = 1, cpu;
	struct rb_node *r;
	char buf[64], word[16];
	unsigned long v; long l; u8 b8;
	pr_info("sum %d\n", sum(3, 10, 20, -5));
	say("hello %d %s", 5, "w");
	for (i = 0; i < 40; i++) { nodes[i].key = (i * 17) % 41; rb_add(&nodes[i].rb, &tree, less); }
	for (i = 0; i < 40; i += 3) rb_erase(&nodes[i].rb, &tree);
	for (r = rb_first(&tree); r; r = rb_next(r)) { x = rb_entry(r, struct n, rb)->key; if (x < last) sorted = 0; last = x; total++; }
	pr_info("rb total %d sorted %d height %d\n", total, sorted, height(tree.rb_node));
	for (i = 0; i < 10; i++) kfifo_put(&fifo, i * i);
	while (kfifo_get(&fifo, &x)) total += x;
	pr_info("kfifo %d len %u\n", total, kfifo_len(&fifo));
	id = idr_alloc(&idr, buf, 5, 0, GFP_KERNEL);
	pr_info("idr %d %d %d\n", id, idr_find(&idr, 5) == buf, idr_alloc(&idr, word, 5, 0, GFP_KERNEL));
	idr_destroy(&idr);
	for_each_possible_cpu(cpu) per_cpu(pc, cpu) = cpu + 10;
	pr_info("percpu %d %d\n", per_cpu(pc, 1), this_cpu_read(pc));
	x = snprintf(buf, sizeof(buf), "%5d|%-5d|%05d|%x|%#x|%c|%s|%.3s|%lld", 42, 42, 42, 255, 255, 'z', "str", "truncate", -1LL);
	pr_info("%d %s\n", x, buf);
	x = sscanf("12 abc 0x1f", "%d %s %i", &i, word, &id);
	pr_info("sscanf %d %d %s %d\n", x, i, word, id);
	x = kstrtoul("123\n", 10, &v);
	pr_info("kstrto %d %lu %d %d\n", x, v, kstrtol("12x", 0, &l), kstrtou8("300", 0, &b8));
	pr_info("%pM %*ph %*pbl %pe\n", "abcdef", 3, "xyz", 8, &(unsigned long){ 0x37 }, ERR_PTR(-ENOMEM));
	pr_info("ilog2 %d roundup %lu hweight %u swab %x fls %d\n", ilog2(1000), roundup_pow_of_two(33), hweight32(0xff), swab32(0x12345678), fls(8));
	pr_info("shift %d %u %d\n", -7 / 2, (unsigned char)300, -7 % 3);
	pr_info("ps %ps %s %d\n", start, current->comm, current->pid > 0);
	return 0;
}
static void __exit stop(void) { }
module_init(start);
module_exit(stop);
MODULE_LICENSE("GPL");
// dmesg: sum 25
// dmesg: say: hello 5 w
// dmesg: rb total 26 sorted 1 height 5
// dmesg: kfifo 166 len 0
// dmesg: idr 5 1 6
// dmesg: percpu 11 10
// dmesg: 38    42|42   |00042|ff|0xff|z|str|tru|-1
// dmesg: sscanf 3 12 abc 31
// dmesg: kstrto 0 123 -22 -34
// dmesg: 61:62:63:64:65:66 78 79 7a 0-2,4-5 -ENOMEM
// dmesg: ilog2 9 roundup 64 hweight 8 swab 78563412 fls 4
// dmesg: shift -3 44 -1
// dmesg: ps start [kapi] insmod 1
