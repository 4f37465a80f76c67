insmod system_queues.ko
sleep 1
rmmod system_queues
dmesg | grep system_queues:
