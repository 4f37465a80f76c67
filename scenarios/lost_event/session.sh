insmod lost_event.ko
sleep 0.2
rmmod lost_event
dmesg | tail -6
