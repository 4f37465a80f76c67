"""What the simulated kernel leaves out, by the names of functions, types and headers: data for messages."""

from __future__ import annotations

import re

_PARTS = (
    ("input devices", "input_", "input_dev"),
    ("terminals as devices", "tty_", "tty_struct tty_driver tty_port uart_driver uart_port serdev_device"),
    ("I2C", "i2c_", "i2c_client i2c_driver i2c_adapter i2c_board_info"),
    ("SPI", "spi_", "spi_device spi_driver spi_controller"),
    ("USB", "usb_", "usb_interface usb_driver usb_device usb_device_id urb"),
    ("PCI", "pci_ pcie_", "pci_dev pci_driver pci_device_id"),
    ("GPIO lines", "gpio_ gpiod_ devm_gpiod_ devm_gpio_", "gpio_desc gpio_chip"),
    ("the device tree", "of_", "device_node"),
    ("LEDs", "led_ devm_led_", "led_classdev"),
    ("clocks of hardware", "clk_ devm_clk_", "clk"),
    ("PWM", "pwm_ devm_pwm_", "pwm_chip pwm_device"),
    ("regulators", "regulator_ devm_regulator_", "regulator"),
    ("registers of hardware (regmap)", "regmap_ devm_regmap_", "regmap regmap_config"),
    ("sensors (IIO)", "iio_ devm_iio_", "iio_dev iio_info iio_chan_spec"),
    ("hardware monitors", "hwmon_ devm_hwmon_", "hwmon_chip_info"),
    ("real-time clocks", "rtc_ devm_rtc_", "rtc_device rtc_class_ops"),
    ("watchdogs", "watchdog_ devm_watchdog_", "watchdog_device watchdog_info"),
    ("frame buffers", "fb_ framebuffer_ register_framebuffer", "fb_info"),
    ("sound", "snd_", "snd_card snd_pcm"),
    ("DMA", "dma_ dmaengine_", "dma_chan scatterlist"),
    ("device memory", "ioremap iounmap readl writel devm_ioremap devm_platform_ioremap", ""),
    ("memory mapped into programs (mmap)", "remap_pfn_range vm_insert_page vmf_insert_ io_remap_pfn_range", ""),
    ("file systems", "register_filesystem unregister_filesystem simple_fill_super mount_ kill_litter_super d_make_root "
     "dir_emit sb_", "file_system_type super_operations tree_descr fs_context"),
    ("sockets", "sock_ kernel_bind kernel_accept kernel_sendmsg kernel_recvmsg inet_ proto_register",
     "socket proto_ops"),
    ("netlink", "netlink_ nlmsg_ nla_ genl_ genlmsg_", "netlink_kernel_cfg genl_family nlmsghdr"),
    ("packet filters (netfilter)", "nf_ xt_", "nf_hook_ops nf_hook_state"),
    ("probes in kernel code", "register_kprobe unregister_kprobe register_kretprobe unregister_kretprobe",
     "kprobe kretprobe"),
    ("cryptography", "crypto_", "crypto_shash crypto_skcipher shash_desc skcipher_request"),
)  # fmt: skip
_BY_TYPE = {name: what for what, _, types in _PARTS for name in types.split()}
_HEADERS = re.compile(r"(?:linux/)?(?:uapi/)?(\w+)")
HELP = "the simulated machine has no {}: run the module on the real kernel (docs/lab.md)"


def missing(function: str) -> str:
    """What is left out with a function: a sentence of help, empty where nothing is known of it."""
    for what, prefixes, _ in _PARTS:
        if any(function.startswith(prefix) for prefix in prefixes.split()):
            return HELP.format(what)
    return ""


def missing_type(name: str) -> str:
    """The same for `struct NAME`."""
    what = _BY_TYPE.get(name.rpartition(" ")[2])
    return HELP.format(what) if what else ""


def missing_header(path: str) -> str:
    """The same for a header that does not exist."""
    match = _HEADERS.match(path)
    return (missing(match[1] + "_") if match else "") or (
        "the simulated kernel has no such header; if Linux 6.12 has it, its subsystem is left out here"
    )
