/* Structs, unions, bit-fields, arrays, pointers, initialisers and function pointers. */
#include <linux/module.h>
#include <linux/slab.h>
#include "check.h"

struct point {
	int x, y;
};

struct mixed {
	char c;
	long l;
	short s;
	struct point p[2];
	u8 tail;
};

union view {
	u32 word;
	u16 half[2];
	u8 byte[4];
};

struct flags {
	unsigned int ready : 1;
	unsigned int mode : 3;
	int level : 5;
	unsigned long wide : 40;
	bool on : 1;
	u8 plain;
};

struct node {
	struct node *next;
	int value;
};

struct outer {
	int before;
	struct node inner;
};

static struct point origin = { 3, 4 };
static struct mixed table[3] = {
	[0] = { .c = 'a', .l = -5, .p = { { 1, 2 }, { .y = 9 } } },
	[2] = { .s = 77, .tail = 255 },
};
static const char *const names[] = { "zero", "one", [3] = "three" };
static char text[] = "text";
static char padded[8] = "pad";
static int *where = &table[2].p[1].y;
static struct node last = { NULL, 2 }, first = { &last, 1 };
static unsigned long addresses[2] = { (unsigned long)&origin.y, sizeof(struct mixed) };

int test_layout(void)
{
	CHECK(sizeof(struct mixed) == 40 && sizeof(union view) == 4 && sizeof(struct flags) == 8);
	CHECK(offsetof(struct mixed, p) + sizeof(struct point) == 28);
	CHECK(ARRAY_SIZE(names) == 4 && sizeof(text) == 5);
	CHECK(addresses[0] == (unsigned long)&origin + 4 && addresses[1] == 40);
	return 0;
}

int test_initialisers(void)
{
	struct mixed local = { 1, .s = 3, .p[1] = { 5, 6 } };
	int grid[2][3] = { { 1, 2, 3 }, { 4 } };
	int sparse[] = { [2] = 5, 6 };

	CHECK(table[0].c == 'a' && table[0].l == -5 && table[0].p[0].y == 2 && table[0].p[1].y == 9);
	CHECK(table[1].l == 0 && table[2].s == 77 && table[2].tail == 255);
	CHECK(local.c == 1 && local.l == 0 && local.s == 3 && local.p[0].x == 0 && local.p[1].y == 6 && !local.tail);
	CHECK(grid[1][0] == 4 && grid[1][2] == 0 && grid[0][2] == 3);
	CHECK(ARRAY_SIZE(sparse) == 4 && sparse[0] == 0 && sparse[3] == 6);
	CHECK(names[1][1] == 'n' && names[2] == NULL && names[3][4] == 'e');
	CHECK(padded[2] == 'd' && padded[3] == 0 && padded[7] == 0);
	*where = 44;
	CHECK(table[2].p[1].y == 44);
	return 0;
}

static struct point moved(struct point p, int by)
{
	p.x += by;
	p.y += by;
	return p;
}

int test_records_by_value(void)
{
	struct point a = { 1, 2 }, b, c;
	struct mixed m;

	b = a;
	b.x = 10;
	CHECK(a.x == 1 && b.y == 2);
	c = moved(a, 5);
	CHECK(a.x == 1 && c.x == 6 && c.y == 7);
	CHECK(moved(b, 1).x == 11 && moved(moved(a, 1), 1).y == 4);
	a = b = (struct point){ 8, 9 };
	CHECK(a.x == 8 && b.y == 9);
	a = c.x > 5 ? origin : b;
	CHECK(a.y == 4);
	m = table[0];
	table[1] = m;
	CHECK(table[1].p[1].y == 9);
	table[1] = (struct mixed){ 0 };
	CHECK(table[1].c == 0 && table[1].p[1].y == 0);
	return 0;
}

int test_unions(void)
{
	union view v = { .word = 0x11223344 };

	CHECK(v.byte[0] == 0x44 && v.half[1] == 0x1122);
	v.byte[3] = 0xff;
	CHECK(v.word == 0xff223344);
	v.half[0]++;
	CHECK(v.word == 0xff223345);
	return 0;
}

int test_bit_fields(void)
{
	struct flags f = { .mode = 5, .level = -3, .wide = 0x123456789aUL };

	CHECK(f.ready == 0 && f.mode == 5 && f.level == -3 && f.wide == 0x123456789aUL && !f.on);
	f.ready += 3;
	f.mode += 6;
	f.level = 15;
	f.level++;
	f.on = 7;
	f.plain += 300;
	CHECK(f.ready == 1 && f.mode == 3 && f.level == -16 && f.on == 1 && f.plain == 44);
	CHECK((f.mode += 9) == 4);
	CHECK(f.mode-- == 4 && f.mode == 3);
	CHECK(f.wide == 0x123456789aUL);
	f.wide <<= 8;
	CHECK(f.wide == 0x3456789a00UL);
	return 0;
}

int test_pointers(void)
{
	int array[6] = { 10, 11, 12, 13, 14, 15 };
	int *p = array, *q = &array[5];
	char *bytes = (char *)array;
	void *raw = &array[2];

	CHECK(q - p == 5 && *(q - 1) == 14 && p[3] == 13 && q[-2] == 13);
	CHECK(*p++ == 10 && *p == 11 && *++p == 12);
	CHECK((*p)++ == 12 && array[2] == 13);
	p += 2;
	CHECK(*p == 14);
	p -= 1;
	CHECK(*p-- == 13 && p == raw);
	CHECK(bytes[4] == 11 && *(int *)(bytes + 20) == 15);
	CHECK(p < q && p != q && !(p == NULL));
	CHECK(2[array] == 13);
	*(short *)&array[0] = -1;
	CHECK(array[0] == 0xffff);
	return 0;
}

int test_lists(void)
{
	struct node *n;
	struct outer o = { .inner = { &first, 7 } };
	int sum = 0;

	for (n = &o.inner; n; n = n->next)
		sum = sum * 10 + n->value;
	CHECK(sum == 712);
	CHECK(container_of(&o.inner.value, struct outer, inner.value)->before == 0);
	CHECK(container_of(&o.inner, struct outer, inner) == &o);
	return 0;
}

static int add(int a, int b)
{
	return a + b;
}

static int sub(int a, int b)
{
	return a - b;
}

static struct operation {
	const char *name;
	int (*apply)(int, int);
} operations[] = { { "add", add }, { "sub", sub }, { "none", NULL } };

typedef int (*binary_fn)(int, int);

static binary_fn chosen(int which)
{
	return which ? sub : add;
}

static int apply_all(int (*f)(int, int), int n)
{
	return f ? (*f)(n, 2) : -1;
}

int test_function_pointers(void)
{
	int (*local)(int, int) = &sub;
	struct operation *op;
	int sum = 0;

	for (op = operations; op->apply; op++)
		sum = sum * 100 + op->apply(20, 7);
	CHECK(sum == 2713);
	CHECK(local(5, 3) == 2 && chosen(0)(5, 3) == 8 && chosen(1) == sub);
	CHECK(apply_all(operations[0].apply, 1) == 3 && apply_all(NULL, 1) == -1);
	CHECK(operations[1].name[0] == 's');
	return 0;
}

struct flexible {
	int count;
	u16 items[];
};

int test_heap(void)
{
	struct flexible *f = kmalloc(sizeof(*f) + 5 * sizeof(f->items[0]), GFP_KERNEL);
	struct node *list = NULL, *n;
	int i, sum = 0;

	if (!f)
		return __LINE__;
	f->count = 5;
	for (i = 0; i < f->count; i++)
		f->items[i] = i * i;
	CHECK(f->items[4] == 16 && sizeof(*f) == 4);
	kfree(f);
	for (i = 0; i < 5; i++) {
		n = kzalloc(sizeof(*n), GFP_KERNEL);
		n->value = i;
		n->next = list;
		list = n;
	}
	while (list) {
		n = list;
		list = n->next;
		sum = sum * 10 + n->value;
		kfree(n);
	}
	CHECK(sum == 43210);
	return 0;
}

int test_memory_functions(void)
{
	char a[16], b[16] = "abcdefghij";

	memset(a, 'x', sizeof(a));
	CHECK(a[0] == 'x' && a[15] == 'x');
	memcpy(a, b, 11);
	CHECK(strlen(a) == 10 && a[9] == 'j' && a[11] == 'x');
	memmove(a + 2, a, 5);
	CHECK(a[2] == 'a' && a[6] == 'e');
	return 0;
}

int test_compound_literals(void)
{
	struct point *p = &(struct point){ 5, 6 };
	int *numbers = (int[]){ 1, 2, 3 };
	int i;

	CHECK(p->x + p->y == 11 && numbers[2] == 3);
	for (i = 0; i < 3; i++) {
		struct point *q = &(struct point){ .y = i };

		CHECK(q->x == 0 && q->y == i);
		q->x = 9;
	}
	return 0;
}

static void set_all(int values[3], int to)
{
	values[0] = values[1] = values[2] = to;
}

int test_addresses_of_scalars(void)
{
	int v[3];
	u8 small = 250;
	u8 *p = &small;
	long big = 1, *q = &big;
	bool flag = false, *r = &flag;

	set_all(v, 4);
	CHECK(v[0] + v[1] + v[2] == 12);
	*p += 10;
	CHECK(small == 4);
	small--;
	CHECK(*p == 3);
	*q <<= 40;
	CHECK(big == 1L << 40);
	*r = 55;
	CHECK(flag == 1);
	return 0;
}

struct deep {
	struct {
		union {
			int number;
			struct point p;
		};
		int rest;
	} in;
};

int test_anonymous(void)
{
	struct deep d = { .in = { .p = { 4, 5 }, .rest = 6 } };

	CHECK(d.in.number == 4 && d.in.p.y == 5 && d.in.rest == 6);
	d.in.number++;
	CHECK(d.in.p.x == 5);
	return 0;
}

struct tagged {
	u64 head;
	u8 kind;
	union {
		u32 number;
		struct {
			u16 low;
			u16 high;
			union {
				u8 small;
				u64 large;
			};
		};
	};
	struct {
		unsigned int a : 3, b : 5;
		int c;
	};
	u8 tail[3];
};

int test_anonymous_behind_others(void)
{
	struct tagged t = { .head = 1, .kind = 2, .low = 3, .high = 4, .large = 5, .b = 6, .c = 7, .tail = { 8 } };
	struct tagged *p = &t;

	CHECK(p->head == 1 && p->kind == 2 && t.number == 0x40003 && p->large == 5 && t.small == 5);
	CHECK(t.a == 0 && p->b == 6 && t.c == 7 && p->tail[0] == 8);
	p->number = 0x90008;
	p->large = 10;
	p->b = 11;
	t.c = 12;
	CHECK(t.low == 8 && t.high == 9 && p->small == 10 && t.b == 11 && p->c == 12 && t.head == 1 && t.tail[0] == 8);
	CHECK((char *)&p->small - (char *)p == 24 && (char *)&p->high - (char *)p == 18 && (char *)&t.c - (char *)&t == 36);
	CHECK(offsetof(struct tagged, large) == 24 && sizeof(t) == 48);
	return 0;
}

MODULE_LICENSE("GPL");
