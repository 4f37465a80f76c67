insmod arg_order.ko
rmmod arg_order
dmesg | grep arg_order:
