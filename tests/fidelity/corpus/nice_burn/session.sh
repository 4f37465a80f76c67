insmod nice_burn.ko
rmmod nice_burn
dmesg | grep nice_burn:
