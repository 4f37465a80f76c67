insmod kthread_more.ko
rmmod kthread_more
dmesg | grep kthread_more:
