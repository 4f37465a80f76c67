insmod flush_later.ko
sleep 0.4
rmmod flush_later
dmesg | tail -6
