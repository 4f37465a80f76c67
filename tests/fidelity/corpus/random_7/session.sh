insmod random_7.ko
sleep 1.5
rmmod random_7
