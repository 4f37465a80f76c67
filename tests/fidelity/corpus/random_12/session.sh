insmod random_12.ko
sleep 2
rmmod random_12
