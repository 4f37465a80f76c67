insmod irq_queue.ko
sleep 0.1
rmmod irq_queue
dmesg | grep irq_queue:
