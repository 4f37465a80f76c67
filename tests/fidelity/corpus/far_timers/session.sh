insmod far_timers.ko
sleep 3.5
rmmod far_timers
dmesg | grep far_timers:
