insmod cancel_kinds.ko
sleep 1
rmmod cancel_kinds
dmesg | grep cancel_kinds:
