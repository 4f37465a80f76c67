#include <linux/module.h>
#include <linux/cleanup.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/slab.h>
#include <linux/rcupdate.h>
static DEFINE_MUTEX(m);
static DEFINE_SPINLOCK(s);
static void done(int *p) { pr_info("cleanup %d\n", *p); }
#define tidy __attribute__((cleanup(done)))
static int early(int n)
{
	int a __attribute__((cleanup(done))) = n * 10 + 1;
	int b __attribute__((__cleanup__(done))) = n * 10 + 2;

	if (n == 1)
		return a + b;
	{
		int c tidy = n * 10 + 3;
		if (n == 2)
			goto out;
		pr_info("inner %d\n", c);
	}
	a = 99;
out:
	pr_info("out\n");
	return b;
}
static void loops(void)
{
	int i;

	for (i = 0; i < 5; i++) {
		int x tidy = i;

		if (i == 1)
			continue;
		switch (i) {
		case 2: { int y tidy = 100 + x; if (y) break; pr_info("never\n"); } break;
		case 3: goto end;
		}
		pr_info("body %d\n", i);
	}
end:
	while (1) { int z tidy = 7; pr_info("once\n"); break; }
again:
	{ int q tidy = i; if (i++ < 4) goto again; }
}
static int locked(int n)
{
	guard(mutex)(&m);
	if (n)
		return mutex_is_locked(&m);
	return 5;
}
static void *give(int n)
{
	char *p __free(kfree) = kmalloc(16, GFP_KERNEL);

	if (!p || n)
		return NULL;
	strscpy(p, "kept", 16);
	return_ptr(p);
}
DEFINE_FREE(say, int, pr_info("free %d\n", _T))
static int __init start(void)
{
	int n, e; char *p;
	n = early(1); pr_info("ret %d\n", n);
	n = early(2); pr_info("ret %d\n", n);
	n = early(3); pr_info("ret %d\n", n);
	loops();
	n = locked(1); pr_info("locked %d then %d\n", n, mutex_is_locked(&m));
	p = give(1); pr_info("%d\n", p == NULL); p = give(0); pr_info("%s\n", p); kfree(p);
	scoped_guard(spinlock, &s) { pr_info("in %d\n", spin_is_locked(&s)); if (n) break; pr_info("never\n"); }
	pr_info("after %d\n", spin_is_locked(&s));
	scoped_guard(spinlock_irqsave, &s) pr_info("irqs off %d\n", irqs_disabled());
	pr_info("irqs off %d\n", irqs_disabled());
	mutex_lock(&m);
	scoped_cond_guard(mutex_try, pr_info("busy\n"), &m) pr_info("never\n");
	mutex_unlock(&m);
	e = ({ guard(mutex)(&m); mutex_is_locked(&m) + 10; });
	pr_info("%d %d\n", e, mutex_is_locked(&m));
	{ guard(rcu)(); guard(preempt)(); pr_info("atomic %d\n", preempt_count() != 0); }
	{ int v __free(say) = 42; pr_info("v %d\n", v); }
	scoped_guard(mutex_intr, &m) return mutex_is_locked(&m) - 1;
	return -EINTR;
}
static void __exit stop(void) { pr_info("exit %d\n", mutex_is_locked(&m)); }
module_init(start); module_exit(stop);
MODULE_LICENSE("GPL");

// Cleanups in the order of gcc: guards, __free(), early exits, goto. What follows is Debian's 6.12 under QEMU.
// dmesg: cleanup 12
// dmesg: cleanup 11
// dmesg: ret 23
// dmesg: cleanup 23
// dmesg: out
// dmesg: cleanup 22
// dmesg: cleanup 21
// dmesg: ret 22
// dmesg: inner 33
// dmesg: cleanup 33
// dmesg: out
// dmesg: cleanup 32
// dmesg: cleanup 99
// dmesg: ret 32
// dmesg: body 0
// dmesg: cleanup 0
// dmesg: cleanup 1
// dmesg: cleanup 102
// dmesg: body 2
// dmesg: cleanup 2
// dmesg: cleanup 3
// dmesg: once
// dmesg: cleanup 7
// dmesg: cleanup 3
// dmesg: cleanup 4
// dmesg: locked 1 then 0
// dmesg: 1
// dmesg: kept
// dmesg: in 1
// dmesg: after 0
// dmesg: irqs off 1
// dmesg: irqs off 0
// dmesg: busy
// dmesg: 11 0
// dmesg: atomic 1
// dmesg: v 42
// dmesg: free 42
// dmesg: exit 0
