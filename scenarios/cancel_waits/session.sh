insmod cancel_waits.ko
sleep 0.2
rmmod cancel_waits
dmesg | tail -8
