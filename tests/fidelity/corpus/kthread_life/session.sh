insmod kthread_life.ko
sleep 1
rmmod kthread_life
dmesg | grep kthread_life:
