insmod atomic_sleep.ko
sleep 0.1
rmmod atomic_sleep
