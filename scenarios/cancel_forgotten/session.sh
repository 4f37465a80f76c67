insmod cancel_forgotten.ko
sleep 0.1
rmmod cancel_forgotten
sleep 1
dmesg | tail -20
