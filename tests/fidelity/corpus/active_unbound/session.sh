insmod active_unbound.ko
sleep 1
rmmod active_unbound
dmesg | grep active_unbound:
