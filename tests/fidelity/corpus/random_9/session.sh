insmod random_9.ko
sleep 1.5
rmmod random_9
