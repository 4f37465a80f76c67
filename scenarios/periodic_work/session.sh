insmod periodic_work.ko
sleep 1
rmmod periodic_work
dmesg | tail -10
