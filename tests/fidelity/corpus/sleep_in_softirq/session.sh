insmod sleep_in_softirq.ko
sleep 1
rmmod sleep_in_softirq
dmesg | grep sleep_in_softirq:
