insmod notifiers.ko
sleep 0.1
rmmod notifiers
dmesg
