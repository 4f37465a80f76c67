insmod reap_cpu0.ko
sleep 0.3
rmmod reap_cpu0
insmod reap_cpu0.ko
rmmod reap_cpu0
dmesg | grep reap_cpu0:
