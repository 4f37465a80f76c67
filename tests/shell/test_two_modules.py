"""Two modules of one scenario: symbols, the order of insmod and rmmod, in kmod's and the kernel's words."""

from __future__ import annotations

from tests.shell.machine import session

OWNER = """
#include <linux/module.h>
int shared = 7;
EXPORT_SYMBOL_GPL(shared);
int add(int a, int b);
int add(int a, int b) { return a + b; }
EXPORT_SYMBOL_GPL(add);
int each(int (*fn)(int), int n);
int each(int (*fn)(int), int n)
{
	int i, sum = 0;

	for (i = 0; i < n; i++)
		sum += fn(i);
	return sum;
}
EXPORT_SYMBOL(each);
static void __exit stop(void) { pr_info("shared %d\\n", shared); }
module_exit(stop);
static int __init start(void) { return 0; }
module_init(start);
MODULE_LICENSE("GPL");
"""
USER = """
#include <linux/module.h>
extern int shared;
int add(int a, int b);
int each(int (*fn)(int), int n);
static int calls;
static int square(int n) { calls++; return n * n; }
static int (*adder)(int, int) = add;
static int *where = &shared;
static int __init start(void)
{
	int (*f)(int, int) = add;

	pr_info("%d %d %d\\n", add(1, 2), f(3, 4), adder(5, 6));
	pr_info("%d\\n", each(square, 4));
	shared += 3;
	(*where)++;
	pr_info("%d %d %d %ps\\n", shared, calls, *where == shared, add);
	return 0;
}
static void __exit stop(void) { pr_info("user out\\n"); }
module_init(start);
module_exit(stop);
MODULE_LICENSE("GPL");
"""
SESSION = """
insmod user.ko
insmod demo.ko
insmod user.ko
lsmod
grep demo /proc/modules | cut -d' ' -f3,4
rmmod demo
modinfo -F depends user.ko
rmmod user
rmmod demo
dmesg | grep -vE 'taint|demo: ' | tail -8 | cut -d] -f2-
"""


def test_symbols_travel_and_their_owner_stays() -> None:
    sink, outcome = session(SESSION, module=OWNER, files={"user.c": USER, "Makefile": "obj-m := demo.o user.o\n"})
    assert outcome.kind == "completed", outcome
    assert sink.shown("1").splitlines() == [
        "insmod: ERROR: could not insert module user.ko: Unknown symbol in module",
        "Module                  Size  Used by    Tainted: G  ",
        "user                   12288  0 ",
        "demo                   12288  1 user",
        "1 user,",
        "rmmod: ERROR: Module demo is in use by: user",
        "demo",
        " user: Unknown symbol add (err -2)",
        " user: Unknown symbol each (err -2)",
        " user: Unknown symbol shared (err -2)",
        " 3 7 11",
        " 14",
        " 11 4 1 add [demo]",
        " user out",
        " shared 11",
    ]
