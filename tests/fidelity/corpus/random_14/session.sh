insmod random_14.ko
sleep 2
rmmod random_14
