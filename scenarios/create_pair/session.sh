insmod create_pair.ko
sleep 0.3
rmmod create_pair
dmesg | tail -8
