insmod random_15.ko
sleep 2.5
rmmod random_15
