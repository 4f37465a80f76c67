insmod cancel_under_lock.ko
sleep 0.01
rmmod cancel_under_lock
dmesg | tail -5
