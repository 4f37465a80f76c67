insmod timers_more.ko
sleep 1
rmmod timers_more
dmesg | grep timers_more:
