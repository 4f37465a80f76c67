insmod may_sleep.ko
sleep 0.3
rmmod may_sleep
dmesg | tail -8
