insmod rwsem_order.ko
sleep 1
rmmod rwsem_order
dmesg | grep rwsem_order:
