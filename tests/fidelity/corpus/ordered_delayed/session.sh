insmod ordered_delayed.ko
sleep 1
rmmod ordered_delayed
dmesg | grep ordered_delayed:
