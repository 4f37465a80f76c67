insmod user_copy.ko
sleep 0.01
cat /proc/mailbox
rmmod user_copy
dmesg | tail -3
