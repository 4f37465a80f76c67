insmod async_cleanup.ko
sleep 0.035
rmmod async_cleanup
dmesg | tail -8
