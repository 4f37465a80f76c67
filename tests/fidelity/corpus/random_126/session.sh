insmod random_126.ko
sleep 2.5
rmmod random_126
