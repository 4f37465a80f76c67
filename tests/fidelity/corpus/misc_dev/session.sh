insmod misc_dev.ko
ls /dev/misc_dev
/bin/cat /dev/misc_dev &
sleep 0.1
cat /sys/module/misc_dev/refcnt
rmmod misc_dev
echo go > /dev/misc_dev
sleep 0.2
wait
echo toolongtext > /dev/misc_dev
echo no > /dev/misc_dev
/bin/cat /dev/misc_dev &
sleep 0.1
kill $!
wait $!
echo status $?
/bin/cat /dev/misc_dev &
sleep 0.1
kill -9 $!
wait $!
echo status $?
(echo a; sleep 0.05; echo b) > /dev/misc_dev
sleep 0.3
head -c 3 /dev/misc_dev
echo
cat /sys/module/misc_dev/refcnt
rmmod misc_dev
cat /dev/misc_dev
dmesg | grep misc_dev:
