insmod network_receive.ko
sleep 0.01
irq 19
sleep 0.01
rmmod network_receive
dmesg | tail -20
