insmod cpu_intensive_pair.ko
sleep 0.2
rmmod cpu_intensive_pair
dmesg | tail -8
