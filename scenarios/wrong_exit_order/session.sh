insmod wrong_exit_order.ko
sleep 0.05
rmmod wrong_exit_order
dmesg | tail -30
