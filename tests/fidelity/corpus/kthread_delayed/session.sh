insmod kthread_delayed.ko
rmmod kthread_delayed
