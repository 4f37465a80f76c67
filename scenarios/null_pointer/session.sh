insmod null_pointer.ko
sleep 0.5
dmesg | tail -30
