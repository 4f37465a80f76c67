insmod lock_order.ko
sleep 0.2
rmmod lock_order
dmesg | tail -6
