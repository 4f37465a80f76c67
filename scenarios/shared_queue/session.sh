insmod shared_queue.ko
sleep 0.3
rmmod shared_queue
dmesg | tail -8
