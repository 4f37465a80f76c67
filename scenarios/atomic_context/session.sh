insmod atomic_context.ko
sleep 0.2
rmmod atomic_context
dmesg | tail -30
