"""<linux/kfifo.h>, <linux/circ_buf.h>: a ring buffer of elements of one type, in C."""

HEADER = r"""
struct __kfifo { unsigned int in, out, mask, esize; void *data; };
struct kfifo { struct __kfifo kfifo; union { unsigned char *type; char *const_type; }; };
#define __STRUCT_KFIFO(type_, size) { struct __kfifo kfifo; union { type_ *type; const type_ *const_type; }; type_ buf[((size) < 2) ? 2 : (size)]; }
#define DECLARE_KFIFO(fifo, type, size) struct __STRUCT_KFIFO(type, size) fifo
#define DECLARE_KFIFO_PTR(fifo, type_) struct { struct __kfifo kfifo; union { type_ *type; const type_ *const_type; }; } fifo
#define STRUCT_KFIFO(type, size) struct __STRUCT_KFIFO(type, size)
#define STRUCT_KFIFO_PTR(type_) struct { struct __kfifo kfifo; union { type_ *type; const type_ *const_type; }; }
#define DEFINE_KFIFO(fifo, type, size) DECLARE_KFIFO(fifo, type, size) = { \
	.kfifo = { .mask = (size) - 1, .esize = sizeof(type), .data = (fifo).buf } }
#define INIT_KFIFO(fifo) do { (fifo).kfifo.in = (fifo).kfifo.out = 0; (fifo).kfifo.mask = ARRAY_SIZE((fifo).buf) - 1; \
	(fifo).kfifo.esize = sizeof((fifo).buf[0]); (fifo).kfifo.data = (fifo).buf; } while (0)
#define __wq_kfifo(fifo) (&(fifo)->kfifo)
#define kfifo_alloc(fifo, size, gfp) __kfifo_alloc(__wq_kfifo(fifo), size, sizeof(*(fifo)->type), gfp)
#define kfifo_init(fifo, buffer, size) __kfifo_init(__wq_kfifo(fifo), buffer, size, sizeof(*(fifo)->type))
#define kfifo_free(fifo) __kfifo_free(__wq_kfifo(fifo))
#define kfifo_initialized(fifo) ((fifo)->kfifo.mask != 0)
#define kfifo_esize(fifo) ((fifo)->kfifo.esize)
#define kfifo_size(fifo) ((fifo)->kfifo.mask + 1)
#define kfifo_len(fifo) ((fifo)->kfifo.in - (fifo)->kfifo.out)
#define kfifo_avail(fifo) (kfifo_size(fifo) - kfifo_len(fifo))
#define kfifo_is_empty(fifo) ((fifo)->kfifo.in == (fifo)->kfifo.out)
#define kfifo_is_full(fifo) (kfifo_len(fifo) > (fifo)->kfifo.mask)
#define kfifo_reset(fifo) ((void)((fifo)->kfifo.in = (fifo)->kfifo.out = 0))
#define kfifo_reset_out(fifo) ((void)((fifo)->kfifo.out = (fifo)->kfifo.in))
#define kfifo_skip(fifo) ((void)((fifo)->kfifo.out++))
#define kfifo_put(fifo, val) ({ typeof(*(fifo)->const_type) __wq_v = (val); (int)__kfifo_in(__wq_kfifo(fifo), &__wq_v, 1); })
#define kfifo_get(fifo, val) ((int)__kfifo_out(__wq_kfifo(fifo), (val), 1, true))
#define kfifo_peek(fifo, val) ((int)__kfifo_out(__wq_kfifo(fifo), (val), 1, false))
#define kfifo_in(fifo, buf, n) __kfifo_in(__wq_kfifo(fifo), buf, n)
#define kfifo_out(fifo, buf, n) __kfifo_out(__wq_kfifo(fifo), buf, n, true)
#define kfifo_out_peek(fifo, buf, n) __kfifo_out(__wq_kfifo(fifo), buf, n, false)
#define kfifo_in_spinlocked(fifo, buf, n, lock) ({ unsigned long __wq_f; unsigned int __wq_n; \
	spin_lock_irqsave(lock, __wq_f); __wq_n = kfifo_in(fifo, buf, n); spin_unlock_irqrestore(lock, __wq_f); __wq_n; })
#define kfifo_out_spinlocked(fifo, buf, n, lock) ({ unsigned long __wq_f; unsigned int __wq_n; \
	spin_lock_irqsave(lock, __wq_f); __wq_n = kfifo_out(fifo, buf, n); spin_unlock_irqrestore(lock, __wq_f); __wq_n; })
#define kfifo_in_locked(fifo, buf, n, lock) kfifo_in_spinlocked(fifo, buf, n, lock)
#define kfifo_out_locked(fifo, buf, n, lock) kfifo_out_spinlocked(fifo, buf, n, lock)
#define kfifo_to_user(fifo, to, len, copied) __kfifo_to_user(__wq_kfifo(fifo), to, len, copied)
#define kfifo_from_user(fifo, from, len, copied) __kfifo_from_user(__wq_kfifo(fifo), from, len, copied)
struct circ_buf { char *buf; int head, tail; };
#define CIRC_CNT(head, tail, size) (((head) - (tail)) & ((size) - 1))
#define CIRC_SPACE(head, tail, size) CIRC_CNT((tail), ((head) + 1), (size))
#define CIRC_CNT_TO_END(head, tail, size) ({ int end = (size) - (tail); int n = ((head) + end) & ((size) - 1); n < end ? n : end; })
#define CIRC_SPACE_TO_END(head, tail, size) ({ int end = (size) - 1 - (head); int n = (end + (tail)) & ((size) - 1); n <= end ? n : end + 1; })
"""

INLINE = r"""
static inline int __kfifo_init(struct __kfifo *fifo, void *buffer, unsigned int size, size_t esize)
{
	size /= esize;
	if (!is_power_of_2(size))
		size = rounddown_pow_of_two(size);
	fifo->in = fifo->out = 0;
	fifo->esize = esize;
	fifo->data = buffer;
	fifo->mask = size < 2 ? 0 : size - 1;
	return size < 2 ? -EINVAL : 0;
}
static inline int __kfifo_alloc(struct __kfifo *fifo, unsigned int size, size_t esize, gfp_t gfp)
{
	size = roundup_pow_of_two(size);
	fifo->in = fifo->out = fifo->mask = 0;
	fifo->esize = esize;
	fifo->data = NULL;
	if (size < 2)
		return -EINVAL;
	fifo->data = kmalloc_array(esize, size, gfp);
	if (!fifo->data)
		return -ENOMEM;
	fifo->mask = size - 1;
	return 0;
}
static inline void __kfifo_free(struct __kfifo *fifo) { kfree(fifo->data); fifo->in = fifo->out = fifo->esize = fifo->mask = 0; fifo->data = NULL; }
static inline unsigned int __kfifo_in(struct __kfifo *fifo, const void *buf, unsigned int n)
{
	unsigned int room = fifo->mask + 1 - (fifo->in - fifo->out), i, at, part;

	n = min(n, room);
	for (i = 0; i < n; i += part) {
		at = (fifo->in + i) & fifo->mask;
		part = min(n - i, fifo->mask + 1 - at);
		memcpy((char *)fifo->data + at * fifo->esize, (const char *)buf + i * fifo->esize, part * fifo->esize);
	}
	fifo->in += n;
	return n;
}
static inline unsigned int __kfifo_out(struct __kfifo *fifo, void *buf, unsigned int n, bool take)
{
	unsigned int i, at, part;

	n = min(n, fifo->in - fifo->out);
	for (i = 0; i < n; i += part) {
		at = (fifo->out + i) & fifo->mask;
		part = min(n - i, fifo->mask + 1 - at);
		memcpy((char *)buf + i * fifo->esize, (char *)fifo->data + at * fifo->esize, part * fifo->esize);
	}
	if (take)
		fifo->out += n;
	return n;
}
static inline int __kfifo_to_user(struct __kfifo *fifo, void *to, unsigned long len, unsigned int *copied)
{
	unsigned int n = min((unsigned int)(len / fifo->esize), fifo->in - fifo->out), i;

	for (i = 0; i < n; i++)
		if (copy_to_user((char *)to + i * fifo->esize, (char *)fifo->data + ((fifo->out + i) & fifo->mask) * fifo->esize, fifo->esize))
			return -EFAULT;
	fifo->out += n;
	*copied = n * fifo->esize;
	return 0;
}
static inline int __kfifo_from_user(struct __kfifo *fifo, const void *from, unsigned long len, unsigned int *copied)
{
	unsigned int n = min((unsigned int)(len / fifo->esize), fifo->mask + 1 - (fifo->in - fifo->out)), i;

	for (i = 0; i < n; i++)
		if (copy_from_user((char *)fifo->data + ((fifo->in + i) & fifo->mask) * fifo->esize, (const char *)from + i * fifo->esize, fifo->esize))
			return -EFAULT;
	fifo->in += n;
	*copied = n * fifo->esize;
	return 0;
}
"""
