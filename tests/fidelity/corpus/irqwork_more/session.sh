insmod irqwork_more.ko
rmmod irqwork_more
dmesg | grep irqwork_more:
