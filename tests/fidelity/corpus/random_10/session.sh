insmod random_10.ko
sleep 2
rmmod random_10
