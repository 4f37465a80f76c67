insmod mutex_contention.ko
sleep 0.5
rmmod mutex_contention
dmesg | tail -6
