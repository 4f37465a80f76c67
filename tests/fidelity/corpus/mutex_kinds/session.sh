insmod mutex_kinds.ko
sleep 1
rmmod mutex_kinds
dmesg | grep mutex_kinds:
