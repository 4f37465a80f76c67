insmod kworker_more.ko
rmmod kworker_more
dmesg | grep kworker_more:
