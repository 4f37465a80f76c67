insmod container_pattern.ko
sleep 0.1
rmmod container_pattern
dmesg | tail -8
