insmod unbound_one.ko
sleep 0.3
rmmod unbound_one
dmesg | tail -10
