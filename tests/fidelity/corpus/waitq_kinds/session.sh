insmod waitq_kinds.ko
sleep 1
rmmod waitq_kinds
dmesg | grep waitq_kinds:
