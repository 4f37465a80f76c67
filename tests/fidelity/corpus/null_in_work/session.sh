insmod null_in_work.ko
sleep 0.2
lsmod
dmesg | tail -3
