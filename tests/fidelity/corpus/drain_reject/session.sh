insmod drain_reject.ko
sleep 0.2
rmmod drain_reject
