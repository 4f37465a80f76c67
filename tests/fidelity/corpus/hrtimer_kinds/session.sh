insmod hrtimer_kinds.ko
sleep 1
rmmod hrtimer_kinds
dmesg | grep hrtimer_kinds:
