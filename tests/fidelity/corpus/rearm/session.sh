insmod rearm.ko
rmmod rearm
dmesg | grep rearm:
