insmod bug_in_exit.ko
sleep 0.2
rmmod bug_in_exit
echo said $?
lsmod
rmmod bug_in_exit
insmod bug_in_exit.ko
cat /sys/module/bug_in_exit/initstate
dmesg | head -5
