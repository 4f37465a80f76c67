insmod delay_precision.ko
sleep 0.2
rmmod delay_precision
dmesg | tail -6
