insmod unbound_pair.ko
sleep 0.2
rmmod unbound_pair
dmesg | tail -6
