insmod two_queues_one_item.ko
sleep 0.2
rmmod two_queues_one_item
dmesg | tail -6
