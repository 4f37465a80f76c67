cat /proc/sys/kernel/panic_on_oops
echo 1 > /proc/sys/kernel/panic_on_oops
cat /proc/sys/kernel/panic_on_oops
insmod panic_oops.ko
sleep 1
echo never
