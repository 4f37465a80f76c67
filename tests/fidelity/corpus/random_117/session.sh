insmod random_117.ko
sleep 2.5
rmmod random_117
