insmod immediate_work.ko
sleep 0.2
rmmod immediate_work
dmesg | tail -8
