"""<linux/fs.h>, <linux/cdev.h>, <linux/miscdevice.h>, <linux/poll.h>, <linux/ioctl.h>, <linux/kdev_t.h>."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
#define MINORBITS 20
#define MINORMASK ((1U << MINORBITS) - 1)
#define MAJOR(dev) ((unsigned int)((dev) >> MINORBITS))
#define MINOR(dev) ((unsigned int)((dev) & MINORMASK))
#define MKDEV(ma, mi) (((ma) << MINORBITS) | (mi))
#define O_ACCMODE 00000003
#define O_RDONLY 00000000
#define O_WRONLY 00000001
#define O_RDWR 00000002
#define O_CREAT 00000100
#define O_EXCL 00000200
#define O_NOCTTY 00000400
#define O_TRUNC 00001000
#define O_APPEND 00002000
#define O_NONBLOCK 00004000
#define O_DSYNC 00010000
#define O_DIRECT 00040000
#define O_LARGEFILE 00100000
#define O_DIRECTORY 00200000
#define O_NOFOLLOW 00400000
#define O_NOATIME 01000000
#define O_CLOEXEC 02000000
#define O_NDELAY O_NONBLOCK
#define FMODE_READ 0x1u
#define FMODE_WRITE 0x2u
#define FMODE_EXCL __wq_FMODE_EXCL_was_removed_in_6_5_use_BLK_OPEN_EXCL
#define IOCB_NOWAIT 8
#define IOCB_APPEND 2
#define IOCB_DIRECT 4
#define IOCB_WRITE (1 << 19)
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#define S_IFMT 00170000
#define S_IFREG 0100000
#define S_IFDIR 0040000
#define S_IFCHR 0020000
#define S_IRWXU 00700
#define S_IRUSR 00400
#define S_IWUSR 00200
#define S_IXUSR 00100
#define S_IRGRP 00040
#define S_IWGRP 00020
#define S_IXGRP 00010
#define S_IROTH 00004
#define S_IWOTH 00002
#define S_IXOTH 00001
#define S_IRUGO (S_IRUSR | S_IRGRP | S_IROTH)
#define S_IWUGO (S_IWUSR | S_IWGRP | S_IWOTH)
#define S_IXUGO (S_IXUSR | S_IXGRP | S_IXOTH)
#define S_IRWXUGO (S_IRUGO | S_IWUGO | S_IXUGO)
#define S_ISDIR(m) (((m) & S_IFMT) == S_IFDIR)
#define S_ISREG(m) (((m) & S_IFMT) == S_IFREG)
#define S_ISCHR(m) (((m) & S_IFMT) == S_IFCHR)
#define _IOC_NONE 0U
#define _IOC_WRITE 1U
#define _IOC_READ 2U
#define _IOC(dir, type, nr, size) (((dir) << 30) | ((type) << 8) | (nr) | ((size) << 16))
#define _IO(type, nr) _IOC(_IOC_NONE, (type), (nr), 0)
#define _IOR(type, nr, size) _IOC(_IOC_READ, (type), (nr), sizeof(size))
#define _IOW(type, nr, size) _IOC(_IOC_WRITE, (type), (nr), sizeof(size))
#define _IOWR(type, nr, size) _IOC(_IOC_READ | _IOC_WRITE, (type), (nr), sizeof(size))
#define _IOC_DIR(nr) (((nr) >> 30) & 3)
#define _IOC_TYPE(nr) (((nr) >> 8) & 0xff)
#define _IOC_NR(nr) ((nr) & 0xff)
#define _IOC_SIZE(nr) (((nr) >> 16) & 0x3fff)
#define EPOLLIN 0x00000001u
#define EPOLLPRI 0x00000002u
#define EPOLLOUT 0x00000004u
#define EPOLLERR 0x00000008u
#define EPOLLHUP 0x00000010u
#define EPOLLRDNORM 0x00000040u
#define EPOLLRDBAND 0x00000080u
#define EPOLLWRNORM 0x00000100u
#define POLLIN 0x0001
#define POLLPRI 0x0002
#define POLLOUT 0x0004
#define POLLERR 0x0008
#define POLLHUP 0x0010
#define POLLRDNORM 0x0040
#define POLLWRNORM 0x0100
#define FASYNC 020000
#define POLL_IN 1
#define POLL_OUT 2
#define MISC_DYNAMIC_MINOR 255
#define VERIFY_READ __wq_VERIFY_READ_was_removed_in_5_0_use_access_ok
#define VERIFY_WRITE __wq_VERIFY_WRITE_was_removed_in_5_0_use_access_ok
#define get_fs() _Static_assert(0, "get_fs() was removed in 5.18: kernel buffers need no set_fs(); use kernel_read() or kernel_write()")
#define set_fs(x) _Static_assert(0, "set_fs() was removed in 5.18: kernel buffers need no set_fs(); use kernel_read() or kernel_write()")
struct dentry;
struct super_block;
struct vm_area_struct;
struct fasync_struct;
struct address_space;
struct file_lock;
struct pipe_inode_info;
struct cdev;
struct file_operations;
struct path { void *mnt; struct dentry *dentry; };
struct qstr { unsigned int len; const unsigned char *name; };
struct dentry { struct qstr d_name; struct inode *d_inode; struct dentry *d_parent; };
struct poll_table_struct { void *qproc; __poll_t key; };
typedef struct poll_table_struct poll_table;
struct inode {
	umode_t i_mode;
	kuid_t i_uid;
	kgid_t i_gid;
	unsigned long i_ino;
	dev_t i_rdev;
	loff_t i_size;
	const struct file_operations *i_fop;
	struct cdev *i_cdev;
	void *i_private;
};
struct file {
	fmode_t f_mode;
	unsigned int f_flags;
	loff_t f_pos;
	const struct file_operations *f_op;
	struct inode *f_inode;
	void *private_data;
	struct path f_path;
};
struct kiocb { struct file *ki_filp; loff_t ki_pos; int ki_flags; };
struct iov_iter { char *wq_base; size_t count; size_t iov_offset; };
struct dir_context { void *actor; loff_t pos; };
struct file_operations {
	struct module *owner;
	fmode_t fop_flags;
	loff_t (*llseek)(struct file *, loff_t, int);
	ssize_t (*read)(struct file *, char *, size_t, loff_t *);
	ssize_t (*write)(struct file *, const char *, size_t, loff_t *);
	ssize_t (*read_iter)(struct kiocb *, struct iov_iter *);
	ssize_t (*write_iter)(struct kiocb *, struct iov_iter *);
	int (*iopoll)(struct kiocb *kiocb, void *, unsigned int flags);
	int (*iterate_shared)(struct file *, struct dir_context *);
	__poll_t (*poll)(struct file *, struct poll_table_struct *);
	long (*unlocked_ioctl)(struct file *, unsigned int, unsigned long);
	long (*compat_ioctl)(struct file *, unsigned int, unsigned long);
	int (*mmap)(struct file *, struct vm_area_struct *);
	int (*open)(struct inode *, struct file *);
	int (*flush)(struct file *, fl_owner_t id);
	int (*release)(struct inode *, struct file *);
	int (*fsync)(struct file *, loff_t, loff_t, int datasync);
	int (*fasync)(int, struct file *, int);
	int (*lock)(struct file *, int, struct file_lock *);
	int (*flock)(struct file *, int, struct file_lock *);
	unsigned long (*get_unmapped_area)(struct file *, unsigned long, unsigned long, unsigned long, unsigned long);
	int (*ioctl)(struct inode *, struct file *, unsigned int, unsigned long)
		__attribute__((unavailable("file_operations.ioctl was removed in 2.6.36: use .unlocked_ioctl, long fn(struct file *, unsigned int, unsigned long)")));
};
struct cdev { struct module *owner; const struct file_operations *ops; dev_t dev; unsigned int count; void *wq_private; };
struct miscdevice {
	int minor;
	const char *name;
	const struct file_operations *fops;
	struct list_head list;
	struct device *parent, *this_device;
	const void **groups;
	const char *nodename;
	umode_t mode;
};
#define MISC_MAJOR 10
#define print_dev_t(buffer, dev) sprintf((buffer), "%u:%u\n", MAJOR(dev), MINOR(dev))
#define format_dev_t(buffer, dev) ({ sprintf(buffer, "%u:%u", MAJOR(dev), MINOR(dev)); buffer; })
#define copy_from_user(to, from, n) __wq_copy_from_user(to, from, n)
#define copy_to_user(to, from, n) __wq_copy_to_user(to, from, n)
#define __copy_from_user(to, from, n) copy_from_user(to, from, n)
#define __copy_to_user(to, from, n) copy_to_user(to, from, n)
#define raw_copy_to_user(to, from, n) copy_to_user(to, from, n)
#define raw_copy_from_user(to, from, n) copy_from_user(to, from, n)
#define get_user(x, ptr) ({ typeof(*(ptr)) __wq_v = 0; \
	int __wq_e = copy_from_user((void *)&__wq_v, (ptr), sizeof(*(ptr))) ? -EFAULT : 0; (x) = (typeof(x))__wq_v; __wq_e; })
#define put_user(x, ptr) ({ typeof(*(ptr)) __wq_v = (x); copy_to_user((void *)(ptr), (const void *)&__wq_v, sizeof(*(ptr))) ? -EFAULT : 0; })
#define __get_user(x, ptr) get_user(x, ptr)
#define __put_user(x, ptr) put_user(x, ptr)
#define access_ok(addr, size) ((void)(addr), (void)(size), true)
#define module_misc_device(dev) \
	static int __init __wq_misc_init(void) { return misc_register(&dev); } module_init(__wq_misc_init); \
	static void __exit __wq_misc_exit(void) { misc_deregister(&dev); } module_exit(__wq_misc_exit)
"""

INLINE = r"""
static inline struct inode *file_inode(const struct file *f) { return f->f_inode; }
static inline struct dentry *file_dentry(const struct file *f) { return f->f_path.dentry; }
static inline unsigned int iminor(const struct inode *inode) { return MINOR(inode->i_rdev); }
static inline unsigned int imajor(const struct inode *inode) { return MAJOR(inode->i_rdev); }
static inline int alloc_chrdev_region(dev_t *dev, unsigned int first, unsigned int count, const char *name)
{ return __wq_chrdev_region(dev, 0, first, count, name); }
static inline int register_chrdev_region(dev_t from, unsigned int count, const char *name)
{ return __wq_chrdev_region(NULL, MAJOR(from), MINOR(from), count, name); }
static inline void cdev_init(struct cdev *cdev, const struct file_operations *fops) { memset(cdev, 0, sizeof(*cdev)); cdev->ops = fops; }
static inline struct cdev *cdev_alloc(void) { return kzalloc(sizeof(struct cdev), GFP_KERNEL); }
static inline int register_chrdev(unsigned int major, const char *name, const struct file_operations *fops)
{ return __register_chrdev(major, 0, 256, name, fops); }
static inline void unregister_chrdev(unsigned int major, const char *name) { __unregister_chrdev(major, 0, 256, name); }
static inline unsigned long clear_user(void *to, unsigned long n)
{
	char zero = 0;

	while (n && !copy_to_user(to, &zero, 1)) {
		to = (char *)to + 1;
		n--;
	}
	return n;
}
static inline void *memdup_user(const void *src, size_t len)
{
	void *p = kmalloc(len, GFP_USER);

	if (!p)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(p, src, len)) {
		kfree(p);
		return ERR_PTR(-EFAULT);
	}
	return p;
}
static inline void *memdup_user_nul(const void *src, size_t len)
{
	char *p = kmalloc(len + 1, GFP_KERNEL);

	if (!p)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(p, src, len)) {
		kfree(p);
		return ERR_PTR(-EFAULT);
	}
	p[len] = '\0';
	return p;
}
static inline ssize_t simple_read_from_buffer(void *to, size_t count, loff_t *ppos, const void *from, size_t available)
{
	loff_t pos = *ppos;
	size_t left;

	if (pos < 0)
		return -EINVAL;
	if (pos >= available || !count)
		return 0;
	count = min(count, (size_t)(available - pos));
	left = copy_to_user(to, (const char *)from + pos, count);
	if (left == count)
		return -EFAULT;
	count -= left;
	*ppos = pos + count;
	return count;
}
static inline ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *ppos, const void *from, size_t count)
{
	loff_t pos = *ppos;
	size_t left;

	if (pos < 0)
		return -EINVAL;
	if (pos >= available || !count)
		return 0;
	count = min(count, (size_t)(available - pos));
	left = copy_from_user((char *)to + pos, from, count);
	if (left == count)
		return -EFAULT;
	count -= left;
	*ppos = pos + count;
	return count;
}
static inline ssize_t memory_read_from_buffer(void *to, size_t count, loff_t *ppos, const void *from, size_t available)
{
	loff_t pos = *ppos;

	if (pos < 0)
		return -EINVAL;
	if (pos >= available)
		return 0;
	count = min(count, (size_t)(available - pos));
	memcpy(to, (const char *)from + pos, count);
	*ppos = pos + count;
	return count;
}
static inline int kstrtoint_from_user(const char *s, size_t count, unsigned int base, int *res)
{ char buf[32] = { 0 }; if (copy_from_user(buf, s, min(count, sizeof(buf) - 1))) return -EFAULT; return kstrtoint(buf, base, res); }
static inline int kstrtouint_from_user(const char *s, size_t count, unsigned int base, unsigned int *res)
{ char buf[32] = { 0 }; if (copy_from_user(buf, s, min(count, sizeof(buf) - 1))) return -EFAULT; return kstrtouint(buf, base, res); }
static inline int kstrtol_from_user(const char *s, size_t count, unsigned int base, long *res)
{ char buf[32] = { 0 }; if (copy_from_user(buf, s, min(count, sizeof(buf) - 1))) return -EFAULT; return kstrtol(buf, base, res); }
static inline int kstrtoul_from_user(const char *s, size_t count, unsigned int base, unsigned long *res)
{ char buf[32] = { 0 }; if (copy_from_user(buf, s, min(count, sizeof(buf) - 1))) return -EFAULT; return kstrtoul(buf, base, res); }
static inline int kstrtoull_from_user(const char *s, size_t count, unsigned int base, unsigned long long *res)
{ char buf[32] = { 0 }; if (copy_from_user(buf, s, min(count, sizeof(buf) - 1))) return -EFAULT; return kstrtoull(buf, base, res); }
static inline int kstrtoll_from_user(const char *s, size_t count, unsigned int base, long long *res)
{ char buf[32] = { 0 }; if (copy_from_user(buf, s, min(count, sizeof(buf) - 1))) return -EFAULT; return kstrtoll(buf, base, res); }
static inline int kstrtou8_from_user(const char *s, size_t count, unsigned int base, u8 *res)
{ char buf[32] = { 0 }; if (copy_from_user(buf, s, min(count, sizeof(buf) - 1))) return -EFAULT; return kstrtou8(buf, base, res); }
static inline int kstrtobool_from_user(const char *s, size_t count, bool *res)
{ char buf[4] = { 0 }; if (copy_from_user(buf, s, min(count, sizeof(buf) - 1))) return -EFAULT; return kstrtobool(buf, res); }
static inline size_t iov_iter_count(const struct iov_iter *i) { return i->count; }
static inline size_t copy_to_iter(const void *addr, size_t bytes, struct iov_iter *i)
{
	size_t n = min(bytes, i->count);

	n -= copy_to_user(i->wq_base + i->iov_offset, addr, n);
	i->iov_offset += n;
	i->count -= n;
	return n;
}
static inline size_t copy_from_iter(void *addr, size_t bytes, struct iov_iter *i)
{
	size_t n = min(bytes, i->count);

	n -= copy_from_user(addr, i->wq_base + i->iov_offset, n);
	i->iov_offset += n;
	i->count -= n;
	return n;
}
static inline int nonseekable_open(struct inode *inode, struct file *filp) { return 0; }
static inline int stream_open(struct inode *inode, struct file *filp) { return 0; }
static inline int simple_open(struct inode *inode, struct file *file) { if (inode->i_private) file->private_data = inode->i_private; return 0; }
loff_t no_llseek(struct file *file, loff_t offset, int whence)
	__attribute__((unavailable("no_llseek was removed in 6.12: leave .llseek out, or set it to noop_llseek")));
static inline loff_t noop_llseek(struct file *file, loff_t offset, int whence) { return file->f_pos; }
static inline loff_t default_llseek(struct file *file, loff_t offset, int whence)
{
	loff_t pos = whence == SEEK_CUR ? file->f_pos + offset : whence == SEEK_END ? file->f_inode->i_size + offset : offset;

	if (pos < 0)
		return -EINVAL;
	file->f_pos = pos;
	return pos;
}
static inline loff_t generic_file_llseek(struct file *file, loff_t offset, int whence) { return default_llseek(file, offset, whence); }
static inline loff_t fixed_size_llseek(struct file *file, loff_t offset, int whence, loff_t size)
{
	loff_t pos = whence == SEEK_CUR ? file->f_pos + offset : whence == SEEK_END ? size + offset : offset;

	if (pos < 0 || pos > size)
		return -EINVAL;
	file->f_pos = pos;
	return pos;
}
"""

Answer = Generator[object, None, int]


@kernel("int __wq_chrdev_region(dev_t *dev, unsigned int major, unsigned int first, unsigned int count, const char *name)",
        may_sleep=True)  # fmt: skip
def chrdev_region(k: Kernel, dev: int, major: int, first: int, count: int, name: int) -> int:
    """alloc_chrdev_region() and register_chrdev_region(): take numbers for character devices."""
    result = int(k.fs.chrdev_region(major, first, count, k.mem.cstr(name).decode("utf-8", "replace")))
    if result < 0:
        return result
    if dev:
        k.mem.store(dev, 4, result << 20 | first)
    return 0


@kernel("void unregister_chrdev_region(dev_t from, unsigned int count)", may_sleep=True)
def unregister_chrdev_region(k: Kernel, first: int, count: int) -> None:
    """Give device numbers back."""
    k.fs.unregister_chrdev_region(first >> 20, first & 0xFFFFF, count)


@kernel("int __register_chrdev(unsigned int major, unsigned int baseminor, unsigned int count, const char *name,"
        " const struct file_operations *fops)", may_sleep=True)  # fmt: skip
def register_chrdev(k: Kernel, major: int, first: int, count: int, name: int, fops: int) -> int:
    """register_chrdev(): 256 devices of one major number at once; the number if `major` was 0."""
    return int(k.fs.register_chrdev(major, first, count, k.mem.cstr(name).decode("utf-8", "replace"), fops))


@kernel("void __unregister_chrdev(unsigned int major, unsigned int baseminor, unsigned int count, const char *name)",
        may_sleep=True)  # fmt: skip
def unregister_chrdev(k: Kernel, major: int, first: int, count: int, name: int) -> None:
    """unregister_chrdev()."""
    k.fs.unregister_chrdev(major, first, count)


@kernel("int cdev_add(struct cdev *p, dev_t dev, unsigned int count)", may_sleep=True)
def cdev_add(k: Kernel, cdev: int, dev: int, count: int) -> int:
    """Let a character device work from now on."""
    k.mem.store(cdev + 16, 4, dev)
    k.mem.store(cdev + 20, 4, count)
    return int(k.fs.cdev_add(cdev, int(k.mem.load(cdev + 8, 8)), dev, count))


@kernel("void cdev_del(struct cdev *p)", may_sleep=True)
def cdev_del(k: Kernel, cdev: int) -> None:
    """Remove a character device; files that are open stay open."""
    k.fs.cdev_del(cdev)


@kernel("int misc_register(struct miscdevice *misc)", may_sleep=True)
def misc_register(k: Kernel, misc: int) -> int:
    """Make /dev/NAME, a device of major number 10."""
    minor = int(k.mem.load(misc, 4))
    name = k.mem.cstr(int(k.mem.load(misc + 8, 8))).decode("utf-8", "replace")
    mode = int(k.mem.load(misc + 72, 2))
    result = int(k.fs.misc_register(misc, minor, name, int(k.mem.load(misc + 16, 8)), mode))
    if result < 0:
        return result
    device = int(k.fs.misc_device(misc))
    k.mem.store(misc, 4, result)
    k.mem.store(misc + 48, 8, device)
    return int(k.fs.add_groups(device, int(k.mem.load(misc + 56, 8))))


@kernel("void misc_deregister(struct miscdevice *misc)", may_sleep=True)
def misc_deregister(k: Kernel, misc: int) -> Generator[object, None, None]:
    """Remove a misc device."""
    yield from k.fs.misc_deregister(misc)


@kernel("void poll_wait(struct file *filp, wait_queue_head_t *wait_address, poll_table *p)")
def poll_wait(k: Kernel, filp: int, wait: int, p: int) -> None:
    """Name a wait queue that will be woken when the file's readiness changes."""
    if wait and p:
        k.fs.poll_wait(filp, wait, p)


@kernel("int fasync_helper(int fd, struct file *filp, int on, struct fasync_struct **fapp)")
def fasync_helper(k: Kernel, fd: int, filp: int, on: int, fapp: int) -> int:
    """Note who wants SIGIO: nobody of this machine's programs does."""
    k.charge("call")
    return 0


@kernel("void kill_fasync(struct fasync_struct **fp, int sig, int band)")
def kill_fasync(k: Kernel, fp: int, sig: int, band: int) -> None:
    """Send SIGIO to those who want it."""
    k.charge("call")


@kernel("struct file *filp_open(const char *filename, int flags, umode_t mode)", may_sleep=True)
def filp_open(k: Kernel, filename: int, flags: int, mode: int) -> Answer:
    """Open a file from the kernel; an ERR_PTR if it is not there."""
    return (
        int((yield from k.fs.filp_open(k.mem.cstr(filename).decode("utf-8", "replace"), flags, mode))) & (1 << 64) - 1
    )


@kernel("int filp_close(struct file *filp, fl_owner_t id)", may_sleep=True)
def filp_close(k: Kernel, filp: int, owner: int) -> Answer:
    """Close a file that filp_open() opened."""
    return int((yield from k.fs.filp_close(filp)))


@kernel("ssize_t kernel_read(struct file *file, void *buf, size_t count, loff_t *pos)", may_sleep=True)
def kernel_read(k: Kernel, filp: int, buf: int, count: int, pos: int) -> Answer:
    """Read a file from the kernel."""
    return int((yield from k.fs.kernel_read(filp, buf, count, pos)))


@kernel("ssize_t kernel_write(struct file *file, const void *buf, size_t count, loff_t *pos)", may_sleep=True)
def kernel_write(k: Kernel, filp: int, buf: int, count: int, pos: int) -> Answer:
    """Write a file from the kernel."""
    return int((yield from k.fs.kernel_write(filp, buf, count, pos)))
