insmod busy_wait.ko
sleep 60
rmmod busy_wait
dmesg | tail -20
