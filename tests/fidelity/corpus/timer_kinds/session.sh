insmod timer_kinds.ko
sleep 1
rmmod timer_kinds
dmesg | grep timer_kinds:
