insmod max_active_one.ko
sleep 0.3
rmmod max_active_one
dmesg | tail -8
