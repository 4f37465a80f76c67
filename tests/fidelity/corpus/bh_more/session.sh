insmod bh_more.ko
sleep 0.1
rmmod bh_more
dmesg | grep bh_more:
