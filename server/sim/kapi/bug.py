"""<linux/bug.h>, <linux/panic.h>, <linux/kernel.h> remains, <linux/utsname.h>, <linux/kallsyms.h>, <linux/reboot.h>."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = r"""
#define BUG() __wq_bug()
#define BUG_ON(condition) do { if (unlikely(condition)) BUG(); } while (0)
#define WARN_ON(condition) ({ int __wq_w = !!(condition); if (__wq_w) __wq_warn(NULL); __wq_w; })
#define WARN(condition, format...) ({ int __wq_w = !!(condition); if (__wq_w) __wq_warn(format); __wq_w; })
#define WARN_ON_ONCE(condition) ({ static bool __wq_told; int __wq_w = !!(condition); \
	if (__wq_w && !__wq_told) { __wq_told = true; __wq_warn(NULL); } __wq_w; })
#define WARN_ONCE(condition, format...) ({ static bool __wq_told; int __wq_w = !!(condition); \
	if (__wq_w && !__wq_told) { __wq_told = true; __wq_warn(format); } __wq_w; })
#define WARN_TAINT(condition, taint, format...) WARN(condition, format)
#define DO_ONCE(func, ...) ({ static bool __wq_done; if (!__wq_done) { __wq_done = true; func(__VA_ARGS__); } })
#define TAINT_USER 6
#define TAINT_WARN 9
#define _RET_IP_ ((unsigned long)0)
#define _THIS_IP_ ((unsigned long)0)
#define _text ((char *)0)
struct new_utsname { char sysname[65], nodename[65], release[65], version[65], machine[65], domainname[65]; };
enum system_states { SYSTEM_BOOTING, SYSTEM_SCHEDULING, SYSTEM_FREEING_INITMEM, SYSTEM_RUNNING, SYSTEM_HALT };
#define system_state SYSTEM_RUNNING
struct uts_namespace { struct new_utsname name; };
#define init_uts_ns (*(struct uts_namespace *)utsname())
#define in_compat_syscall() 0
#define __wq_no_hardware(what) __attribute__((unavailable("no such hardware in the simulator: " what)))
u8 inb(unsigned long port) __wq_no_hardware("I/O ports");
u16 inw(unsigned long port) __wq_no_hardware("I/O ports");
u32 inl(unsigned long port) __wq_no_hardware("I/O ports");
void outb(u8 value, unsigned long port) __wq_no_hardware("I/O ports");
void outw(u16 value, unsigned long port) __wq_no_hardware("I/O ports");
void outl(u32 value, unsigned long port) __wq_no_hardware("I/O ports");
void *ioremap(phys_addr_t offset, size_t size) __wq_no_hardware("device memory");
void iounmap(volatile void *addr) __wq_no_hardware("device memory");
u8 readb(const volatile void *addr) __wq_no_hardware("device memory");
u32 readl(const volatile void *addr) __wq_no_hardware("device memory");
void writeb(u8 value, volatile void *addr) __wq_no_hardware("device memory");
void writel(u32 value, volatile void *addr) __wq_no_hardware("device memory");
u32 ioread32(const volatile void *addr) __wq_no_hardware("device memory");
void iowrite32(u32 value, volatile void *addr) __wq_no_hardware("device memory");
u8 ioread8(const volatile void *addr) __wq_no_hardware("device memory");
u16 ioread16(const volatile void *addr) __wq_no_hardware("device memory");
void iowrite8(u8 value, volatile void *addr) __wq_no_hardware("device memory");
void iowrite16(u16 value, volatile void *addr) __wq_no_hardware("device memory");
u16 readw(const volatile void *addr) __wq_no_hardware("device memory");
void writew(u16 value, volatile void *addr) __wq_no_hardware("device memory");
void memcpy_fromio(void *to, const volatile void *from, size_t n) __wq_no_hardware("device memory");
void memcpy_toio(volatile void *to, const void *from, size_t n) __wq_no_hardware("device memory");
struct gpio_desc;
struct gpio_desc *gpiod_get(struct device *dev, const char *name, int flags) __wq_no_hardware("GPIO lines");
struct gpio_desc *gpiod_get_index(struct device *dev, const char *name, unsigned i, int flags) __wq_no_hardware("GPIO lines");
struct gpio_desc *devm_gpiod_get(struct device *dev, const char *name, int flags) __wq_no_hardware("GPIO lines");
void gpiod_put(struct gpio_desc *desc) __wq_no_hardware("GPIO lines");
int gpiod_get_value(const struct gpio_desc *desc) __wq_no_hardware("GPIO lines");
void gpiod_set_value(struct gpio_desc *desc, int value) __wq_no_hardware("GPIO lines");
int gpiod_to_irq(const struct gpio_desc *desc) __wq_no_hardware("GPIO lines");
int gpiod_direction_output(struct gpio_desc *desc, int value) __wq_no_hardware("GPIO lines");
int gpiod_direction_input(struct gpio_desc *desc) __wq_no_hardware("GPIO lines");
int gpio_request(unsigned gpio, const char *label) __wq_no_hardware("GPIO lines");
void gpio_free(unsigned gpio) __wq_no_hardware("GPIO lines");
int gpio_direction_input(unsigned gpio) __wq_no_hardware("GPIO lines");
int gpio_direction_output(unsigned gpio, int value) __wq_no_hardware("GPIO lines");
int gpio_get_value(unsigned gpio) __wq_no_hardware("GPIO lines");
void gpio_set_value(unsigned gpio, int value) __wq_no_hardware("GPIO lines");
int gpio_to_irq(unsigned gpio) __wq_no_hardware("GPIO lines");
void *request_region(u64 start, u64 n, const char *name) __wq_no_hardware("I/O ports");
void release_region(u64 start, u64 n) __wq_no_hardware("I/O ports");
void *request_mem_region(u64 start, u64 n, const char *name) __wq_no_hardware("device memory");
void *dma_alloc_coherent(struct device *dev, size_t size, dma_addr_t *handle, gfp_t flag) __wq_no_hardware("DMA");
int usb_register(void *driver) __wq_no_hardware("USB");
int i2c_add_driver(void *driver) __wq_no_hardware("I2C");
int pci_register_driver(void *driver) __wq_no_hardware("PCI");
"""

INLINE = r"""
static const struct new_utsname __wq_utsname = { "Linux", "wqplay", UTS_RELEASE, "#1 SMP", "x86_64", "(none)" };
static inline const struct new_utsname *utsname(void) { return &__wq_utsname; }
static inline const struct new_utsname *init_utsname(void) { return &__wq_utsname; }
static inline void add_taint(unsigned int flag, int lockdep_ok) { }
static inline void might_fault(void) { }
"""


@kernel("void __wq_bug(void)", attributes="__noreturn")
def bug(k: Kernel) -> Generator[object, None, None]:
    """BUG(): the task dies here, as at an invalid instruction."""
    yield from k.oops.bug(k.cx.line)


@kernel("void __wq_warn(const char *fmt, ...)", attributes="__printf(1, 2)")
def warn(k: Kernel, fmt: int, *args: int) -> None:
    """WARN() and WARN_ON(): the kernel prints where it is, and goes on."""
    k.oops.warn_on(k.cx.line, k.format(fmt, args).decode("utf-8", "replace") if fmt else "")


@kernel("void panic(const char *fmt, ...)", attributes="__printf(1, 2) __noreturn")
def panic(k: Kernel, fmt: int, *args: int) -> Generator[object, None, None]:
    """Stop the machine."""
    k.oops.panic(k.format(fmt, args).decode("utf-8", "replace"))
    while True:
        k.cx.now = max(k.cx.now, k.cx.horizon)
        yield None


@kernel("void emergency_restart(void)")
@kernel("void kernel_restart(char *cmd)")
@kernel("void kernel_power_off(void)")
@kernel("void kernel_halt(void)")
def restart(k: Kernel, *_: int) -> Generator[object, None, None]:
    """The machine restarts or is switched off: the run ends here."""
    k.panicked = "the module restarts the machine, or switches it off"
    k.engine.stopped = True
    while True:
        k.cx.now = max(k.cx.now, k.cx.horizon)
        yield None
