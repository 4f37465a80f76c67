insmod node_queue.ko
sleep 0.2
rmmod node_queue
dmesg | grep node_queue:
