insmod init_again.ko
sleep 0.3
rmmod init_again
dmesg | tail -30
