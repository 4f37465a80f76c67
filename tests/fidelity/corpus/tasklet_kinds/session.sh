insmod tasklet_kinds.ko
sleep 1
rmmod tasklet_kinds
dmesg | grep tasklet_kinds:
