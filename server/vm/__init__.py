"""The real kernel: the same module and session in Debian's Linux 6.12 under QEMU, traced by ftrace while it runs."""
