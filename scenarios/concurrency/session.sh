insmod concurrency.ko
sleep 0.5
rmmod concurrency
dmesg | tail -12
