insmod sleeps.ko
rmmod sleeps
dmesg | grep sleeps:
