insmod completion_kinds.ko
sleep 1
rmmod completion_kinds
dmesg | grep completion_kinds:
