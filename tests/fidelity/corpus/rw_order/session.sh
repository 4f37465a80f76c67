insmod rw_order.ko
sleep 0.3
rmmod rw_order
dmesg | grep rw_order:
