insmod random_3.ko
sleep 2.5
rmmod random_3
