"""<linux/string.h>, <linux/ctype.h>, <linux/sort.h>: bytes and text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
#define strscpy(dst, src, size...) __wq_pick3(0, ##size, __wq_strscpy3, __wq_strscpy2)(dst, src, ##size)
#define __wq_strscpy2(dst, src) __wq_strscpy(dst, src, sizeof(dst) + __wq_is_array(dst))
#define __wq_strscpy3(dst, src, size) __wq_strscpy(dst, src, size)
#define strscpy_pad(dst, src, size...) __wq_pick3(0, ##size, __wq_strpad3, __wq_strpad2)(dst, src, ##size)
#define __wq_strpad2(dst, src) __wq_strscpy_pad(dst, src, sizeof(dst) + __wq_is_array(dst))
#define __wq_strpad3(dst, src, size) __wq_strscpy_pad(dst, src, size)
#define strlcpy(dst, src, size) _Static_assert(0, "strlcpy() was removed in 6.8: use strscpy()")
#define memcpy_and_pad(dest, len, src, count, pad) do { memset(dest, pad, len); memcpy(dest, src, min((size_t)(len), (size_t)(count))); } while (0)
#define kstrtos64(s, base, res) kstrtoll(s, base, (long long *)(res))
#define kstrtou64(s, base, res) kstrtoull(s, base, (unsigned long long *)(res))
#define kstrtos32(s, base, res) kstrtoint(s, base, res)
#define kstrtou32(s, base, res) kstrtouint(s, base, res)
#define strict_strtol(s, base, res) _Static_assert(0, "strict_strtol() was removed in 3.18: use kstrtol()")
#define strict_strtoul(s, base, res) _Static_assert(0, "strict_strtoul() was removed in 3.18: use kstrtoul()")
#define isdigit(c) ((unsigned char)(c) - '0' < 10u)
#define islower(c) ((unsigned char)(c) - 'a' < 26u)
#define isupper(c) ((unsigned char)(c) - 'A' < 26u)
#define isalpha(c) (islower(c) || isupper(c))
#define isalnum(c) (isalpha(c) || isdigit(c))
#define isxdigit(c) (isdigit(c) || (unsigned char)((c) | 32) - 'a' < 6u)
#define isspace(c) ((c) == ' ' || ((unsigned char)(c) - 9u) < 5u || (unsigned char)(c) == 0xa0)
#define isprint(c) ((unsigned char)(c) - 32u < 95u)
#define iscntrl(c) ((unsigned char)(c) < 32u || (c) == 127)
#define ispunct(c) (isprint(c) && !isalnum(c) && (c) != ' ')
#define isascii(c) ((unsigned char)(c) <= 0x7f)
"""

INLINE = r"""
static inline int tolower(int c) { return isupper(c) ? c + 32 : c; }
static inline int toupper(int c) { return islower(c) ? c - 32 : c; }
static inline size_t str_has_prefix(const char *str, const char *prefix)
{ size_t len = strlen(prefix); return strncmp(str, prefix, len) == 0 ? len : 0; }
static inline const char *kbasename(const char *path) { const char *tail = strrchr(path, '/'); return tail ? tail + 1 : path; }
static inline char *strim(char *s) { return strstrip(s); }
static inline const char *str_yes_no(bool v) { return v ? "yes" : "no"; }
static inline const char *str_on_off(bool v) { return v ? "on" : "off"; }
static inline const char *str_true_false(bool v) { return v ? "true" : "false"; }
static inline const char *str_enabled_disabled(bool v) { return v ? "enabled" : "disabled"; }
static inline const char *str_enable_disable(bool v) { return v ? "enable" : "disable"; }
static inline const char *str_up_down(bool v) { return v ? "up" : "down"; }
static inline const char *str_high_low(bool v) { return v ? "high" : "low"; }
static inline const char *str_read_write(bool v) { return v ? "read" : "write"; }
static inline const char *str_plural(size_t num) { return num == 1 ? "" : "s"; }
static inline void memzero_explicit(void *s, size_t count) { memset(s, 0, count); }
static inline void *memset32(u32 *s, u32 v, size_t count) { while (count--) s[count] = v; return s; }
static inline int match_string(const char *const *array, size_t n, const char *string)
{
	size_t i;

	for (i = 0; i < n && array[i]; i++)
		if (!strcmp(array[i], string))
			return i;
	return -EINVAL;
}
static inline void sort(void *base, size_t num, size_t size, int (*cmp)(const void *, const void *),
			void (*swap_func)(void *, void *, int size))
{
	size_t i, j, b;

	for (i = 1; i < num; i++)
		for (j = i; j > 0; j--) {
			char *p = (char *)base + (j - 1) * size, *q = (char *)base + j * size;

			if (cmp(p, q) <= 0)
				break;
			if (swap_func) {
				swap_func(p, q, size);
				continue;
			}
			for (b = 0; b < size; b++)
				swap(p[b], q[b]);
		}
}
"""

STEP_BYTES = 16  # bytes that a string function handles in the time of one statement
LIMIT = 1 << 24  # a length beyond the heap is a bug of the module: the access faults at its first bad page


def cost(k: Kernel, n: int) -> None:
    """Charge for handling `n` bytes."""
    k.charge("call")
    k.cx.now += n // STEP_BYTES * k.cx.stmt_ns


def put(k: Kernel, buf: int, size: int, text: bytes) -> None:
    """Write text and its NUL into a buffer of `size` bytes, cut off where it does not fit."""
    if size > 0:
        k.mem.write(buf, text[: size - 1] + b"\0")
    cost(k, len(text))


@kernel("void *memcpy(void *dest, const void *src, size_t count)")
@kernel("void *memmove(void *dest, const void *src, size_t count)")
def memcpy(k: Kernel, dest: int, src: int, count: int) -> int:
    """Copy bytes."""
    if count:
        k.mem.write(dest, k.mem.read(src, count))
    cost(k, count)
    return dest


@kernel("void *memset(void *s, int c, size_t count)")
def memset(k: Kernel, s: int, c: int, count: int) -> int:
    """Fill memory with a byte."""
    if count:
        if count > LIMIT:
            k.mem.store(s + LIMIT, 1, 0)
        k.mem.write(s, bytes((c & 255,)) * min(count, LIMIT))
    cost(k, count)
    return s


@kernel("int memcmp(const void *a, const void *b, size_t count)")
def memcmp(k: Kernel, a: int, b: int, count: int) -> int:
    """Compare bytes: negative, 0 or positive."""
    cost(k, count)
    if not count:
        return 0
    x, y = k.mem.read(a, count), k.mem.read(b, count)
    return next((i - j for i, j in zip(x, y, strict=True) if i != j), 0)


@kernel("void *memchr(const void *s, int c, size_t n)")
def memchr(k: Kernel, s: int, c: int, n: int) -> int:
    """Find a byte; NULL if it is not there."""
    cost(k, n)
    at = k.mem.read(s, n).find(c & 255) if n else -1
    return s + at if at >= 0 else 0


@kernel("void *memscan(void *s, int c, size_t n)")
def memscan(k: Kernel, s: int, c: int, n: int) -> int:
    """Find a byte; the end of the area if it is not there."""
    return memchr(k, s, c, n) or s + n


@kernel("size_t strlen(const char *s)")
def strlen(k: Kernel, s: int) -> int:
    """The length of a string."""
    n = len(k.mem.cstr(s))
    cost(k, n)
    return n


def _bounded(k: Kernel, s: int, count: int) -> bytes:
    """At most `count` bytes of a string that may lack its NUL."""
    out = bytearray()
    while len(out) < min(count, LIMIT):
        byte = int(k.mem.load(s + len(out), 1))
        if not byte:
            break
        out.append(byte)
    return bytes(out)


@kernel("size_t strnlen(const char *s, size_t count)")
def strnlen(k: Kernel, s: int, count: int) -> int:
    """The length of a string, at most `count`."""
    n = len(_bounded(k, s, count))
    cost(k, n)
    return n


@kernel("char *strcpy(char *dest, const char *src)")
def strcpy(k: Kernel, dest: int, src: int) -> int:
    """Copy a string, however long: prefer strscpy()."""
    text = k.mem.cstr(src)
    k.mem.write(dest, text + b"\0")
    cost(k, len(text))
    return dest


@kernel("char *stpcpy(char *dest, const char *src)")
def stpcpy(k: Kernel, dest: int, src: int) -> int:
    """Copy a string; the address of its new NUL."""
    return strcpy(k, dest, src) + len(k.mem.cstr(src))


@kernel("char *strncpy(char *dest, const char *src, size_t count)")
def strncpy(k: Kernel, dest: int, src: int, count: int) -> int:
    """Copy at most `count` bytes, padded with NULs, and without one if it is too long."""
    text = _bounded(k, src, count)
    if count:
        k.mem.write(dest, text.ljust(min(count, LIMIT), b"\0"))
    cost(k, count)
    return dest


@kernel("ssize_t __wq_strscpy(char *dest, const char *src, size_t count)")
def strscpy(k: Kernel, dest: int, src: int, count: int) -> int:
    """Copy a string that always ends with NUL; its length, or -E2BIG if it was cut off."""
    if count == 0:
        return -7
    text = _bounded(k, src, count)
    put(k, dest, count, text)
    return len(text) if len(text) < count else -7


@kernel("ssize_t __wq_strscpy_pad(char *dest, const char *src, size_t count)")
def strscpy_pad(k: Kernel, dest: int, src: int, count: int) -> int:
    """As strscpy(), and the rest of the buffer is zeroed."""
    result = strscpy(k, dest, src, count)
    used = count if result < 0 else result + 1
    if used < count:
        k.mem.write(dest + used, bytes(count - used))
    return result


@kernel("char *strcat(char *dest, const char *src)")
def strcat(k: Kernel, dest: int, src: int) -> int:
    """Append a string."""
    strcpy(k, dest + len(k.mem.cstr(dest)), src)
    return dest


@kernel("char *strncat(char *dest, const char *src, size_t count)")
def strncat(k: Kernel, dest: int, src: int, count: int) -> int:
    """Append at most `count` bytes of a string, and a NUL."""
    text = _bounded(k, src, count)
    k.mem.write(dest + len(k.mem.cstr(dest)), text + b"\0")
    cost(k, len(text))
    return dest


@kernel("size_t strlcat(char *dest, const char *src, size_t count)")
def strlcat(k: Kernel, dest: int, src: int, count: int) -> int:
    """Append a string within a buffer of `count` bytes; the length it wanted."""
    used, text = len(k.mem.cstr(dest)), k.mem.cstr(src)
    if used < count:
        put(k, dest + used, count - used, text)
    return used + len(text)


def _compare(a: bytes, b: bytes) -> int:
    return (a > b) - (a < b)


@kernel("int strcmp(const char *a, const char *b)")
def strcmp(k: Kernel, a: int, b: int) -> int:
    """Compare strings: negative, 0 or positive."""
    x = k.mem.cstr(a)
    cost(k, len(x))
    return _compare(x, k.mem.cstr(b))


@kernel("int strncmp(const char *a, const char *b, size_t count)")
def strncmp(k: Kernel, a: int, b: int, count: int) -> int:
    """Compare at most `count` bytes of strings."""
    x = _bounded(k, a, count)
    cost(k, len(x))
    return _compare(x, _bounded(k, b, count))


@kernel("int strcasecmp(const char *a, const char *b)")
def strcasecmp(k: Kernel, a: int, b: int) -> int:
    """Compare strings without regard to case."""
    x = k.mem.cstr(a)
    cost(k, len(x))
    return _compare(x.lower(), k.mem.cstr(b).lower())


@kernel("int strncasecmp(const char *a, const char *b, size_t count)")
def strncasecmp(k: Kernel, a: int, b: int, count: int) -> int:
    """Compare at most `count` bytes without regard to case."""
    x = _bounded(k, a, count)
    cost(k, len(x))
    return _compare(x.lower(), _bounded(k, b, count).lower())


@kernel("bool sysfs_streq(const char *a, const char *b)")
def sysfs_streq(k: Kernel, a: int, b: int) -> int:
    """Whether strings are equal but for a newline at the end."""
    x, y = k.mem.cstr(a), k.mem.cstr(b)
    cost(k, len(x))
    return int(x.removesuffix(b"\n") == y.removesuffix(b"\n"))


def _at(s: int, index: int) -> int:
    return s + index if index >= 0 else 0


@kernel("char *strchr(const char *s, int c)")
def strchr(k: Kernel, s: int, c: int) -> int:
    """The first place of a character; NULL if there is none."""
    text = k.mem.cstr(s) + b"\0"
    cost(k, len(text))
    return _at(s, text.find(c & 255))


@kernel("char *strchrnul(const char *s, int c)")
def strchrnul(k: Kernel, s: int, c: int) -> int:
    """The first place of a character, or of the NUL."""
    return strchr(k, s, c) or s + len(k.mem.cstr(s))


@kernel("char *strnchr(const char *s, size_t count, int c)")
def strnchr(k: Kernel, s: int, count: int, c: int) -> int:
    """The first place of a character within `count` bytes."""
    text = _bounded(k, s, count)
    cost(k, len(text))
    return _at(s, text.find(c & 255))


@kernel("char *strrchr(const char *s, int c)")
def strrchr(k: Kernel, s: int, c: int) -> int:
    """The last place of a character; NULL if there is none."""
    text = k.mem.cstr(s) + b"\0"
    cost(k, len(text))
    return _at(s, text.rfind(c & 255))


@kernel("char *strstr(const char *s, const char *find)")
def strstr(k: Kernel, s: int, find: int) -> int:
    """The first place of a string within another; NULL if there is none."""
    text = k.mem.cstr(s)
    cost(k, len(text))
    return _at(s, text.find(k.mem.cstr(find)))


@kernel("char *strnstr(const char *s, const char *find, size_t len)")
def strnstr(k: Kernel, s: int, find: int, length: int) -> int:
    """The first place of a string within `len` bytes of another."""
    text = _bounded(k, s, length)
    cost(k, len(text))
    return _at(s, text.find(k.mem.cstr(find)))


def _span(text: bytes, chars: bytes, inside: bool) -> int:
    return next((i for i, c in enumerate(text) if (c in chars) != inside), len(text))


@kernel("size_t strspn(const char *s, const char *accept)")
def strspn(k: Kernel, s: int, accept: int) -> int:
    """How many characters at the start are in a set."""
    text = k.mem.cstr(s)
    cost(k, len(text))
    return _span(text, k.mem.cstr(accept), True)


@kernel("size_t strcspn(const char *s, const char *reject)")
def strcspn(k: Kernel, s: int, reject: int) -> int:
    """How many characters at the start are not in a set."""
    text = k.mem.cstr(s)
    cost(k, len(text))
    return _span(text, k.mem.cstr(reject), False)


@kernel("char *strpbrk(const char *s, const char *accept)")
def strpbrk(k: Kernel, s: int, accept: int) -> int:
    """The first character that is in a set; NULL if there is none."""
    text = k.mem.cstr(s)
    cost(k, len(text))
    at = _span(text, k.mem.cstr(accept), False)
    return s + at if at < len(text) else 0


@kernel("char *strsep(char **s, const char *delimiters)")
def strsep(k: Kernel, s: int, delimiters: int) -> int:
    """Cut off the next word of a string, which is changed; NULL at the end."""
    start = int(k.mem.load(s, 8))
    if not start:
        return 0
    text = k.mem.cstr(start)
    cost(k, len(text))
    at = _span(text, k.mem.cstr(delimiters), False)
    if at == len(text):
        k.mem.store(s, 8, 0)
    else:
        k.mem.store(start + at, 1, 0)
        k.mem.store(s, 8, start + at + 1)
    return start


_SPACE = b" \t\n\v\f\r\xa0"


@kernel("char *skip_spaces(const char *s)")
def skip_spaces(k: Kernel, s: int) -> int:
    """The first character that is no space."""
    return s + _span(k.mem.cstr(s), _SPACE, True)


@kernel("char *strstrip(char *s)")
def strstrip(k: Kernel, s: int) -> int:
    """Cut spaces off the end, and skip those at the start."""
    text = k.mem.cstr(s)
    cost(k, len(text))
    kept = text.rstrip(_SPACE)
    if len(kept) < len(text):
        k.mem.store(s + len(kept), 1, 0)
    return s + _span(kept, _SPACE, True)


@kernel("char *strreplace(char *s, char old, char new_)")
def strreplace(k: Kernel, s: int, old: int, new: int) -> int:
    """Replace a character everywhere."""
    text = k.mem.cstr(s)
    cost(k, len(text))
    k.mem.write(s, text.replace(bytes((old & 255,)), bytes((new & 255,))) + b"\0")
    return s


def duplicate(k: Kernel, data: bytes) -> int:
    """Fresh memory with these bytes; 0 if there is none."""
    new = int(k.mem.alloc(len(data), False, "kstrdup"))
    k.charge("kmalloc")
    if new:
        k.mem.write(new, data)
    return new


@kernel("char *kstrdup(const char *s, gfp_t gfp)")
@kernel("const char *kstrdup_const(const char *s, gfp_t gfp)")
def kstrdup(k: Kernel, s: int, gfp: int) -> int:
    """A copy of a string, to be freed with kfree()."""
    return duplicate(k, k.mem.cstr(s) + b"\0") if s else 0


@kernel("char *kstrndup(const char *s, size_t max, gfp_t gfp)")
def kstrndup(k: Kernel, s: int, count: int, gfp: int) -> int:
    """A copy of at most `max` bytes of a string."""
    return duplicate(k, _bounded(k, s, count) + b"\0") if s else 0


@kernel("void *kmemdup(const void *src, size_t len, gfp_t gfp)")
def kmemdup(k: Kernel, src: int, length: int, gfp: int) -> int:
    """A copy of memory."""
    return duplicate(k, k.mem.read(src, length)) if length else 16


@kernel("char *kmemdup_nul(const char *s, size_t len, gfp_t gfp)")
def kmemdup_nul(k: Kernel, s: int, length: int, gfp: int) -> int:
    """A copy of memory with a NUL behind it."""
    return duplicate(k, k.mem.read(s, length) + b"\0") if s else 0


@kernel("void kfree_const(const void *x)")
def kfree_const(k: Kernel, x: int) -> None:
    """Free what kstrdup_const() returned."""
    k.charge("kfree")
    if x:
        k.mem.free(x)
