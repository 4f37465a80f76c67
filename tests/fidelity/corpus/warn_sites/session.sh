insmod warn_sites.ko
sleep 1
rmmod warn_sites
dmesg | grep warn_sites:
