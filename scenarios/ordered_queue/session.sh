insmod ordered_queue.ko
sleep 1
rmmod ordered_queue
dmesg | tail -8
