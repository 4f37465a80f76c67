insmod deferred_write.ko
cat /dev/deferred &
sleep 0.005
echo one > /dev/deferred
echo two > /dev/deferred
lsmod
poll /dev/deferred
wait
cat /dev/deferred
rmmod deferred_write
dmesg | tail -5
