insmod random_1.ko
sleep 2.5
rmmod random_1
