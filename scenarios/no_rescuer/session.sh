taskset -p 2 2
insmod no_rescuer.ko
sleep 1
rmmod no_rescuer
dmesg | tail -4
