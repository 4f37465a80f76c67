insmod flush_cross.ko
rmmod flush_cross
dmesg | tail -20
