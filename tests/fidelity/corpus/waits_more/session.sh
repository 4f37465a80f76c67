insmod waits_more.ko
sleep 0.1
rmmod waits_more
dmesg | grep waits_more:
