insmod debounce.ko
sleep 0.1
rmmod debounce
dmesg | tail -3
