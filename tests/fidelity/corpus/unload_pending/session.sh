insmod unload_pending.ko
rmmod unload_pending
sleep 0.6
dmesg | tail -3
