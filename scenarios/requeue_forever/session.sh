insmod requeue_forever.ko
sleep 0.1
rmmod requeue_forever
dmesg | tail -5
