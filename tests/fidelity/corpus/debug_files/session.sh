insmod debug_files.ko
ls /sys/kernel/debug/dbgf
cat /sys/kernel/debug/dbgf/num
cat /sys/kernel/debug/dbgf/hexa
echo 100 > /sys/kernel/debug/dbgf/num
echo Y > /sys/kernel/debug/dbgf/flag
cat /sys/kernel/debug/dbgf/flag
echo x > /sys/kernel/debug/dbgf/num
echo 9 > /sys/kernel/debug/dbgf/at
cat /sys/kernel/debug/dbgf/st
ls /sys/kernel/dbgf
cat /sys/kernel/dbgf/val
echo 0x10 > /sys/kernel/dbgf/val
cat /sys/kernel/dbgf/val
echo abc > /sys/kernel/dbgf/val
sleep 0.05
cat /sys/kernel/dbgf/ro
echo 1 > /sys/kernel/dbgf/ro
cat /sys/kernel/debug/dbgf/at
cat /sys/kernel/debug/dbgf/num
rmmod debug_files
ls /sys/kernel/dbgf
ls /sys/kernel/debug/dbgf
dmesg | grep debug_files:
