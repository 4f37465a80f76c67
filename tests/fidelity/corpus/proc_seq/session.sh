insmod proc_seq.ko
sleep 0.1
cat /proc/fidcase/rows
cat /proc/fidcase/one
echo 41 > /proc/fidcase/one
sleep 0.05
cat /proc/fidcase/one
echo abc > /proc/fidcase/one
echo 1 > /proc/fidcase/rows
ls /proc/fidcase
ls /sys/kernel/debug/fidcase
cat /sys/kernel/debug/fidcase/counter
echo 7 > /sys/kernel/debug/fidcase/counter
echo 1 > /sys/kernel/debug/fidcase/run
cat /sys/kernel/debug/fidcase/run
sleep 0.05
cat /proc/fidcase/one
rmmod proc_seq
ls /proc/fidcase
dmesg | grep proc_seq:
