insmod pend_max.ko
sleep 1
rmmod pend_max
dmesg | grep -v Modules
