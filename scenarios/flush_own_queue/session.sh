insmod flush_own_queue.ko
sleep 0.2
rmmod flush_own_queue
dmesg | tail -5
