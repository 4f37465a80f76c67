insmod self_flush.ko
sleep 1
rmmod self_flush
dmesg | tail -20
