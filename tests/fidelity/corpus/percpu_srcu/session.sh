insmod percpu_srcu.ko
sleep 1
rmmod percpu_srcu
dmesg | grep percpu_srcu:
