insmod chardev_wait.ko
sleep 0.1
echo hello > /dev/chardev_wait
/bin/cat /dev/chardev_wait
sleep 0.1
/bin/cat /dev/chardev_wait &
sleep 0.1
rmmod chardev_wait
cat /sys/module/chardev_wait/refcnt
echo world > /dev/chardev_wait
wait
sleep 0.1
/bin/cat /dev/chardev_wait &
sleep 0.1
kill $!
wait
echo 0123456789012345678901234567890123456789012345678901234567890123456789 > /dev/chardev_wait
rmmod chardev_wait
ls /dev/chardev_wait
dmesg | grep chardev_wait:
