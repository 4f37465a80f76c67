"""<linux/proc_fs.h>, <linux/seq_file.h>, and the C text of <linux/debugfs.h>: files that a module shows."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.printk import Slots
from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
struct proc_dir_entry;
struct seq_operations;
struct seq_file {
	char *buf;
	size_t size, from, count, pad_until;
	loff_t index, read_pos;
	const struct seq_operations *op;
	int poll_event;
	const struct file *file;
	void *private;
};
struct seq_operations {
	void *(*start)(struct seq_file *m, loff_t *pos);
	void (*stop)(struct seq_file *m, void *v);
	void *(*next)(struct seq_file *m, void *v, loff_t *pos);
	int (*show)(struct seq_file *m, void *v);
};
#define SEQ_START_TOKEN ((void *)1)
#define SEQ_SKIP 1
struct proc_ops {
	unsigned int proc_flags;
	int (*proc_open)(struct inode *, struct file *);
	ssize_t (*proc_read)(struct file *, char *, size_t, loff_t *);
	ssize_t (*proc_read_iter)(struct kiocb *, struct iov_iter *);
	ssize_t (*proc_write)(struct file *, const char *, size_t, loff_t *);
	loff_t (*proc_lseek)(struct file *, loff_t, int);
	int (*proc_release)(struct inode *, struct file *);
	__poll_t (*proc_poll)(struct file *, struct poll_table_struct *);
	long (*proc_ioctl)(struct file *, unsigned int, unsigned long);
	long (*proc_compat_ioctl)(struct file *, unsigned int, unsigned long);
	int (*proc_mmap)(struct file *, struct vm_area_struct *);
	unsigned long (*proc_get_unmapped_area)(struct file *, unsigned long, unsigned long, unsigned long, unsigned long);
};
#define proc_create_single(name, mode, parent, show) proc_create_single_data(name, mode, parent, show, NULL)
#define proc_create_seq(name, mode, parent, ops) proc_create_seq_private(name, mode, parent, ops, 0, NULL)
#define proc_create_seq_data(name, mode, parent, ops, data) proc_create_seq_private(name, mode, parent, ops, 0, data)
#define create_proc_entry(name, mode, parent) _Static_assert(0, "create_proc_entry() was removed in 3.10: use proc_create(name, mode, parent, &proc_ops)")
#define create_proc_read_entry(name, mode, base, read_proc, data) _Static_assert(0, "create_proc_read_entry() was removed in 3.10: use proc_create_single(name, mode, base, show)")
#define PDE_DATA(inode) _Static_assert(0, "PDE_DATA() was renamed in 5.17: use pde_data(inode)")
#define DEFINE_SHOW_ATTRIBUTE(name_) \
	static int name_##_open(struct inode *inode, struct file *file) { return single_open(file, name_##_show, inode->i_private); } \
	static const struct file_operations name_##_fops = { .owner = THIS_MODULE, .open = name_##_open, .read = seq_read, \
		.llseek = seq_lseek, .release = single_release }
#define DEFINE_PROC_SHOW_ATTRIBUTE(name_) \
	static int name_##_open(struct inode *inode, struct file *file) { return single_open(file, name_##_show, pde_data(inode)); } \
	static const struct proc_ops name_##_proc_ops = { .proc_open = name_##_open, .proc_read = seq_read, \
		.proc_lseek = seq_lseek, .proc_release = single_release }
#define DEFINE_SEQ_ATTRIBUTE(name_) \
	static int name_##_open(struct inode *inode, struct file *file) { return seq_open(file, &name_##_sops); } \
	static const struct file_operations name_##_fops = { .owner = THIS_MODULE, .open = name_##_open, .read = seq_read, \
		.llseek = seq_lseek, .release = seq_release }
struct __wq_simple_attr { int (*get)(void *, u64 *); int (*set)(void *, u64); const char *fmt; };
#define DEFINE_SIMPLE_ATTRIBUTE(fops_, get_, set_, fmt_) \
	static const struct __wq_simple_attr fops_##_attr = { get_, set_, fmt_ }; \
	static int fops_##_open(struct inode *inode, struct file *file) { file->private_data = inode->i_private; return 0; } \
	static ssize_t fops_##_read(struct file *f, char *buf, size_t len, loff_t *pos) { return __wq_attr_read(&fops_##_attr, f, buf, len, pos); } \
	static ssize_t fops_##_write(struct file *f, const char *buf, size_t len, loff_t *pos) { return __wq_attr_write(&fops_##_attr, f, buf, len, pos); } \
	static const struct file_operations fops_ = { .owner = THIS_MODULE, .open = fops_##_open, .read = fops_##_read, .write = fops_##_write }
#define DEFINE_DEBUGFS_ATTRIBUTE(fops, get, set, fmt) DEFINE_SIMPLE_ATTRIBUTE(fops, get, set, fmt)
#define debugfs_create_file_unsafe(name, mode, parent, data, fops) debugfs_create_file(name, mode, parent, data, fops)
#define debugfs_remove_recursive(d) debugfs_remove(d)
#define DEFINE_SIMPLE_ATTRIBUTE_SIGNED(fops, get, set, fmt) DEFINE_SIMPLE_ATTRIBUTE(fops, get, set, fmt)
#define DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(fops, get, set, fmt) DEFINE_SIMPLE_ATTRIBUTE(fops, get, set, fmt)
#define DEFINE_SHOW_STORE_ATTRIBUTE(name_) \
	static int name_##_open(struct inode *inode, struct file *file) { return single_open(file, name_##_show, inode->i_private); } \
	static const struct file_operations name_##_fops = { .owner = THIS_MODULE, .open = name_##_open, .read = seq_read, \
		.write = name_##_write, .llseek = seq_lseek, .release = single_release }
#define debugfs_create_file_size(name, mode, parent, data, fops, size) ((void)debugfs_create_file(name, mode, parent, data, fops))
#define proc_mkdir_data(name, mode, parent, data) proc_mkdir(name, parent)
#define proc_mkdir_mode(name, mode, parent) proc_mkdir(name, parent)
#define seq_show_option(m, name, value) seq_printf(m, ",%s=%s", name, value)
struct debugfs_reg32 { char *name; unsigned long offset; };
struct debugfs_u32_array { u32 *array; u32 n_elements; };
struct debugfs_blob_wrapper { void *data; unsigned long size; };
"""

INLINE = r"""

static inline bool seq_has_overflowed(struct seq_file *m) { return m->count == m->size; }
static inline void seq_putc(struct seq_file *m, char c) { seq_write(m, &c, 1); }
static inline void seq_puts(struct seq_file *m, const char *s) { seq_write(m, s, strlen(s)); }
static inline void seq_pad(struct seq_file *m, char c) { if (c) seq_putc(m, c); }
static inline int seq_release_private(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	kfree(m->private);
	m->private = NULL;
	return seq_release(inode, file);
}
static inline void *__seq_open_private(struct file *f, const struct seq_operations *ops, int psize)
{
	void *private = kzalloc(psize, GFP_KERNEL);

	if (!private)
		return NULL;
	if (seq_open(f, ops) < 0) {
		kfree(private);
		return NULL;
	}
	((struct seq_file *)f->private_data)->private = private;
	return private;
}
static inline int seq_open_private(struct file *f, const struct seq_operations *ops, int psize)
{ return __seq_open_private(f, ops, psize) ? 0 : -ENOMEM; }
static inline struct list_head *seq_list_start(struct list_head *head, loff_t pos)
{
	struct list_head *lh;

	list_for_each(lh, head)
		if (pos-- == 0)
			return lh;
	return NULL;
}
static inline struct list_head *seq_list_start_head(struct list_head *head, loff_t pos) { return pos ? seq_list_start(head, pos - 1) : head; }
static inline struct list_head *seq_list_next(void *v, struct list_head *head, loff_t *ppos)
{
	struct list_head *lh = ((struct list_head *)v)->next;

	++*ppos;
	return lh == head ? NULL : lh;
}
static inline struct hlist_node *seq_hlist_start(struct hlist_head *head, loff_t pos)
{
	struct hlist_node *node;

	hlist_for_each(node, head)
		if (pos-- == 0)
			return node;
	return NULL;
}
static inline struct hlist_node *seq_hlist_start_head(struct hlist_head *head, loff_t pos)
{ return pos ? seq_hlist_start(head, pos - 1) : SEQ_START_TOKEN; }
static inline struct hlist_node *seq_hlist_next(void *v, struct hlist_head *head, loff_t *ppos)
{
	struct hlist_node *node = v;

	++*ppos;
	return v == SEQ_START_TOKEN ? head->first : node->next;
}
static inline struct list_head *seq_list_start_rcu(struct list_head *head, loff_t pos) { return seq_list_start(head, pos); }
static inline struct list_head *seq_list_next_rcu(void *v, struct list_head *head, loff_t *ppos) { return seq_list_next(v, head, ppos); }
static inline struct hlist_node *seq_hlist_start_rcu(struct hlist_head *head, loff_t pos) { return seq_hlist_start(head, pos); }
static inline struct hlist_node *seq_hlist_next_rcu(void *v, struct hlist_head *head, loff_t *ppos) { return seq_hlist_next(v, head, ppos); }
static inline void seq_put_decimal_ll(struct seq_file *m, const char *delimiter, long long num) { seq_printf(m, "%s%lld", delimiter ?: "", num); }
static inline void seq_put_hex_ll(struct seq_file *m, const char *delimiter, unsigned long long v, unsigned int width)
{ seq_printf(m, "%s%0*llx", delimiter ?: "", width, v); }
static inline void seq_escape(struct seq_file *m, const char *s, const char *esc)
{
	for (; *s; s++)
		if (strchr(esc, *s))
			seq_printf(m, "\\%03o", (unsigned char)*s);
		else
			seq_putc(m, *s);
}
static inline void seq_hex_dump(struct seq_file *m, const char *prefix_str, int prefix_type, int rowsize, int groupsize,
	const void *buf, size_t len, bool ascii)
{
	char line[32 * 3 + 2 + 32 + 1];
	size_t at;

	if (rowsize != 16 && rowsize != 32)
		rowsize = 16;
	for (at = 0; at < len; at += rowsize) {
		hex_dump_to_buffer((const char *)buf + at, min(len - at, (size_t)rowsize), rowsize, groupsize, line, sizeof(line), ascii);
		if (prefix_type == DUMP_PREFIX_OFFSET)
			seq_printf(m, "%s%.8zx: %s\n", prefix_str, at, line);
		else
			seq_printf(m, "%s%s\n", prefix_str, line);
	}
}
static inline void *pde_data(const struct inode *inode) { return inode->i_private; }
static inline struct proc_dir_entry *proc_create(const char *name, umode_t mode, struct proc_dir_entry *parent, const struct proc_ops *ops)
{ return proc_create_data(name, mode, parent, ops, NULL); }
static inline ssize_t __wq_attr_read(const struct __wq_simple_attr *attr, struct file *f, char *buf, size_t len, loff_t *pos)
{
	char text[32];
	u64 value = 0;
	int ret;

	if (!attr->get)
		return -EACCES;
	ret = attr->get(f->private_data, &value);
	if (ret)
		return ret;
	return simple_read_from_buffer(buf, len, pos, text, __wq_format_number(text, sizeof(text), attr->fmt, value));
}
static inline ssize_t __wq_attr_write(const struct __wq_simple_attr *attr, struct file *f, const char *buf, size_t len, loff_t *pos)
{
	char text[24] = { 0 };
	unsigned long long value;
	int ret;

	if (!attr->set)
		return -EACCES;
	if (copy_from_user(text, buf, min(len, sizeof(text) - 1)))
		return -EFAULT;
	ret = kstrtoull(text, 0, &value);
	if (ret)
		return ret;
	ret = attr->set(f->private_data, value);
	return ret ? ret : (ssize_t)len;
}
static inline void debugfs_lookup_and_remove(const char *name, struct dentry *parent) { debugfs_remove(debugfs_lookup(name, parent)); }
static inline void proc_set_user(struct proc_dir_entry *de, kuid_t uid, kgid_t gid) { }
static inline bool debugfs_initialized(void) { return true; }
"""


def _text(k: Kernel, address: int) -> str:
    return k.mem.cstr(address).decode("utf-8", "replace") if address else ""


@kernel("int __wq_format_number(char *buf, size_t size, const char *fmt, u64 value)")
def format_number(k: Kernel, buf: int, size: int, fmt: int, value: int) -> int:
    """Print one number with a format that is no constant."""
    text = bytes(k.format(fmt, (value,)))[: size - 1]
    k.mem.write(buf, text + b"\0")
    return len(text)


@kernel("struct proc_dir_entry *proc_create_data(const char *name, umode_t mode, struct proc_dir_entry *parent,"
        " const struct proc_ops *proc_ops, void *data)", may_sleep=True)  # fmt: skip
def proc_create_data(k: Kernel, name: int, mode: int, parent: int, ops: int, data: int) -> int:
    """Make a file in /proc; NULL if that fails."""
    return int(k.fs.proc_create(_text(k, name), mode, parent, ops, data))


@kernel("struct proc_dir_entry *proc_create_single_data(const char *name, umode_t mode, struct proc_dir_entry *parent,"
        " int (*show)(struct seq_file *, void *), void *data)", may_sleep=True)  # fmt: skip
def proc_create_single_data(k: Kernel, name: int, mode: int, parent: int, show: int, data: int) -> int:
    """proc_create_single(): a file in /proc that one function shows."""
    return int(k.fs.proc_create_single(_text(k, name), mode, parent, show, data))


@kernel("struct proc_dir_entry *proc_create_seq_private(const char *name, umode_t mode, struct proc_dir_entry *parent,"
        " const struct seq_operations *ops, unsigned int state_size, void *data)", may_sleep=True)  # fmt: skip
def proc_create_seq(k: Kernel, name: int, mode: int, parent: int, ops: int, state_size: int, data: int) -> int:
    """proc_create_seq(): a file in /proc that seq_operations show."""
    return int(k.fs.proc_create_seq(_text(k, name), mode, parent, ops, state_size, data))


@kernel("struct proc_dir_entry *proc_mkdir(const char *name, struct proc_dir_entry *parent)", may_sleep=True)
def proc_mkdir(k: Kernel, name: int, parent: int) -> int:
    """Make a directory in /proc."""
    return int(k.fs.proc_mkdir(_text(k, name), parent))


@kernel("struct proc_dir_entry *proc_symlink(const char *name, struct proc_dir_entry *parent, const char *dest)",
        may_sleep=True)  # fmt: skip
def proc_symlink(k: Kernel, name: int, parent: int, dest: int) -> int:
    """Make a symbolic link in /proc."""
    return int(k.fs.proc_symlink(_text(k, name), parent, _text(k, dest)))


@kernel("void remove_proc_entry(const char *name, struct proc_dir_entry *parent)", may_sleep=True)
def remove_proc_entry(k: Kernel, name: int, parent: int) -> Generator[object, None, None]:
    """Remove a file or an empty directory of /proc, once nobody is in its functions; warns if it is not there."""
    yield from k.fs.remove_proc_entry(_text(k, name), parent)


@kernel("int remove_proc_subtree(const char *name, struct proc_dir_entry *parent)", may_sleep=True)
def remove_proc_subtree(k: Kernel, name: int, parent: int) -> Generator[object, None, int]:
    """Remove a directory of /proc with all that is in it."""
    return int((yield from k.fs.remove_proc_subtree(_text(k, name), parent)))


@kernel("void proc_remove(struct proc_dir_entry *de)", may_sleep=True)
def proc_remove(k: Kernel, entry: int) -> Generator[object, None, None]:
    """Remove an entry of /proc with all that is in it."""
    if entry:
        yield from k.fs.proc_remove(entry)


@kernel("void proc_set_size(struct proc_dir_entry *de, loff_t size)")
def proc_set_size(k: Kernel, entry: int, size: int) -> None:
    """Set the size that ls shows."""
    k.fs.proc_set_size(entry, size)


@kernel("int seq_open(struct file *file, const struct seq_operations *op)", may_sleep=True)
def seq_open(k: Kernel, file: int, op: int) -> int:
    """Let a file be shown by seq_operations."""
    return int(k.fs.seq_open(file, op))


@kernel("int single_open(struct file *file, int (*show)(struct seq_file *, void *), void *data)", may_sleep=True)
def single_open(k: Kernel, file: int, show: int, data: int) -> int:
    """Let a file be shown by one function."""
    return int(k.fs.single_open(file, show, data))


@kernel("int single_open_size(struct file *file, int (*show)(struct seq_file *, void *), void *data, size_t size)",
        may_sleep=True)  # fmt: skip
def single_open_size(k: Kernel, file: int, show: int, data: int, size: int) -> int:
    """single_open() with the size of the buffer."""
    return int(k.fs.single_open(file, show, data))


@kernel("ssize_t seq_read(struct file *file, char *buf, size_t size, loff_t *ppos)", may_sleep=True)
def seq_read(k: Kernel, file: int, buf: int, size: int, ppos: int) -> Generator[object, None, int]:
    """The read function of a seq_file."""
    return int((yield from k.fs.seq_read(file, buf, size, ppos)))


@kernel("loff_t seq_lseek(struct file *file, loff_t offset, int whence)", may_sleep=True)
def seq_lseek(k: Kernel, file: int, offset: int, whence: int) -> Generator[object, None, int]:
    """The seek function of a seq_file."""
    return int((yield from k.fs.seq_lseek(file, offset, whence)))


@kernel("int seq_release(struct inode *inode, struct file *file)", may_sleep=True)
def seq_release(k: Kernel, inode: int, file: int) -> int:
    """The release function of a seq_file."""
    return int(k.fs.seq_release(inode, file) or 0)


@kernel("int single_release(struct inode *inode, struct file *file)", may_sleep=True)
def single_release(k: Kernel, inode: int, file: int) -> int:
    """The release function for single_open()."""
    return int(k.fs.single_release(inode, file) or 0)


@kernel("void seq_printf(struct seq_file *m, const char *fmt, ...)", attributes="__printf(2, 3)")
def seq_printf(k: Kernel, m: int, fmt: int, *args: int) -> None:
    """Print into a seq_file."""
    k.fs.seq_put(m, bytes(k.format(fmt, args)))


@kernel("void seq_vprintf(struct seq_file *m, const char *fmt, va_list args)")
def seq_vprintf(k: Kernel, m: int, fmt: int, args: int) -> None:
    """seq_printf() with a caller's arguments."""
    k.fs.seq_put(m, bytes(k.format(fmt, Slots(k, args))))


@kernel("int seq_write(struct seq_file *seq, const void *data, size_t len)")
def seq_write(k: Kernel, m: int, data: int, length: int) -> int:
    """Put bytes into a seq_file."""
    if length:
        k.fs.seq_put(m, k.mem.read(data, length))
    return 0


@kernel("void seq_put_decimal_ull(struct seq_file *m, const char *delimiter, unsigned long long num)")
def seq_put_decimal_ull(k: Kernel, m: int, delimiter: int, num: int) -> None:
    """Put a number into a seq_file, after a delimiter."""
    k.fs.seq_put(m, (k.mem.cstr(delimiter) if delimiter else b"") + str(num).encode())
