insmod locks_more.ko
sleep 0.1
rmmod locks_more
dmesg | grep locks_more:
