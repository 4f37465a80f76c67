insmod four_mechanisms.ko
sleep 0.05
irq 42
sleep 0.1
rmmod four_mechanisms
dmesg | tail -6
