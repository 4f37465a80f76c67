insmod comp_more.ko
rmmod comp_more
dmesg | grep comp_more:
